"""`monitor rule`: tried on the archive, compared, explained, spelt."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Monitor, World
from tests.cli.own import take
from tests.cli.rules import exported, hits, standing_in

# --- try ----------------------------------------------------------------------------------------


def test_try_sums_up_what_the_live_engine_finds(filled: Monitor) -> None:
    tried = filled("rule", "try", "railway OR 铁路", "--json")
    found = tried.json
    assert found["hits"] == hits(filled, "railway OR 铁路") > 3
    assert found["stories"] == len(exported(filled))
    for key in ("per_day", "by_source", "by_language"):
        assert sum(found[key].values()) == found["hits"]
    assert set(found["by_language"]) == {"en", "zh"}
    assert tried.err == f"{found['hits']} of {found['stories']} stories match.\n"


def test_try_draws_bars_and_counts(filled: Monitor) -> None:
    lines = filled("rule", "try", "railway", "--sample", "2").out.splitlines()
    number = hits(filled, "railway")
    assert any("█" in line and line.endswith(f" {number}") for line in lines)
    assert any(line.split() == ["source", "hits", "stories"] for line in lines)
    assert f"2 of {number} hits:" in lines
    assert sum("**" in line for line in lines) >= 2


def test_a_sample_is_the_same_each_time_and_a_larger_one_holds_it(filled: Monitor) -> None:
    def stories(size: str) -> set[int]:
        rows = filled("rule", "try", "railway", "--json", "--sample", size).json["sample"]
        return {row["story"] for row in rows}

    assert stories("2") == stories("2") < stories("3") < stories("1000")
    assert len(stories("1000")) == hits(filled, "railway")
    assert stories("0") == set()


def test_try_of_what_is_not_there_says_what_to_do(filled: Monitor) -> None:
    tried = filled("rule", "try", "zeppelin", "--since", "7d")
    assert (tried.status, tried.out) == (0, "")
    assert "0 of " in tried.err
    assert "monitor rule explain --query" in tried.err


def test_try_knows_how_many_sites_carry_a_story(filled: Monitor) -> None:
    carried = [row for row in filled("story", "list", "--json").json if row["carried_by"] > 1]
    found = filled("rule", "try", "carried >= 2 AND (a OR the)", "--json", "--sample", "99").json
    assert {row["story"] for row in found["sample"]} == {row["id"] for row in carried} != set()


def test_try_of_an_id_says_that_it_is_one(filled: Monitor) -> None:
    tried = filled("rule", "try", "border")
    assert "note: border is the id of a rule" in tried.err
    assert "monitor rule show border" in tried.err
    with standing_in(filled.config / "rules.yaml", "rules: ["):
        assert "is the id" not in filled("rule", "try", "border").err


def test_a_sample_shows_what_stands_beside_the_text(filled: Monitor) -> None:
    name = next(article.source for article in exported(filled) if article.source)
    shown = filled("rule", "try", f'source:"{name}"', "--sample", "1").out
    assert f"    source: **{name}**" in shown.splitlines()


def test_an_unknown_concept_is_refused(filled: Monitor) -> None:
    wrong = filled("rule", "try", "railway @nosuch")
    assert wrong.status == 1
    assert "@nosuch" in wrong.err
    assert wrong.err.splitlines()[-1].index("^") == 2 + len("railway ")


# --- show ---------------------------------------------------------------------------------------


def test_show(filled: Monitor) -> None:
    shown = filled("rule", "show", "border").out.splitlines()
    assert shown == ["border", "channels: lines, broken", "query:", "  customs"]
    record = filled("rule", "show", "railway", "--json").json
    assert record["query"] == "railway OR 铁路 OR ທາງລົດໄຟ"
    assert record["name"] == "China–Laos Railway"
    assert record["concepts"] == []
    text = "rules: {road: {query: x1, channels: [lines], enabled: false}}"
    told = "rules: {road: {query: x1, channels: [lines], backfill: 36h, corrections: false}}"
    with standing_in(filled.config / "rules.yaml", told):
        shown = filled("rule", "show", "road").out.splitlines()
        assert {"backfill: 36h", "corrections: false"} < set(shown)
        assert filled("rule", "show", "road", "--json").json["backfill"] == "P1DT12H"
    with standing_in(filled.config / "rules.yaml", text):
        off = filled("rule", "show", "road")
        assert "road is the id of a rule that is switched off" in filled("rule", "try", "road").err
    assert (off.status, off.err) == (
        1,
        "error: the rule road is switched off: `enabled: false` in rules.yaml\n",
    )
    wrong = filled("rule", "show", "boarder")
    assert (wrong.status, "did you mean border?" in wrong.err) == (1, True)


# --- explain ------------------------------------------------------------------------------------


def a_hit(monitor: Monitor) -> str:
    rows: list[dict[str, Any]] = monitor("rule", "try", "title:railway", "--json").json["sample"]
    return str(rows[0]["story"])


def test_explain_prints_why_and_the_tree(filled: Monitor) -> None:
    shown = filled("rule", "explain", "railway", a_hit(filled))
    first, _, root, *lines = shown.out.splitlines()
    assert shown.status == 0
    assert first.startswith("railway matches: railway (")
    assert root == "✓ one of these"
    assert any("✓ railway" in line for line in lines)
    assert any("✗ 铁路" in line for line in lines)
    assert any("title: " in line and "**" in line for line in lines)


def test_explain_says_what_is_nearest_where_nothing_matches(filled: Monitor) -> None:
    query = "railways AND NOT railway"
    shown = filled("rule", "explain", "--query", query, a_hit(filled), "--json").json
    assert not shown["matches"]
    assert shown["why"].startswith("railways is not there (similar: “")
    assert shown["why"].endswith("railway is there, which NOT excludes")
    railways, negated = shown["tree"]["children"]
    assert (railways["holds"], railways["places"]) == (False, 0)
    assert negated["children"][0]["spans"][0]["text"].casefold() == "railway"


def test_explain_takes_an_article_and_a_page(filled: Monitor, tmp_path: Path) -> None:
    story = exported(filled)[0]
    page = tmp_path / "page.html"
    body = "".join(f"<p>{text}</p>" for text in story.body)
    page.write_text(f"<html><h1>{story.title}</h1><article>{body}</article></html>", "utf-8")
    record = tmp_path / "article.json"
    record.write_text(json.dumps(story.model_dump(mode="json")), "utf-8")
    for path in (page, record):
        shown = filled("rule", "explain", "--query", "a OR the OR 的", str(path), "--json")
        assert shown.json["title"] == story.title


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["nosuch", "1"], 1, "no rule 'nosuch' is in force: see `monitor rule list`"),
        (["railwy", "1"], 1, "no rule 'railwy' is in force, did you mean railway?"),
        (["railway", "99999"], 1, "no story 99999: see `monitor story list`"),
        (["railway", "9" * 30], 1, "no story"),
        (["railway", "nosuch.html"], 1, "cannot read nosuch.html"),
        (["railway"], 2, "a RULE and a STORY, or --query and a STORY"),
        (
            ["--query", "x", "railway", "1"],
            2,
            "a STORY beside --query: monitor rule explain --query '",
        ),
        (["--query", "x AND", "1"], 1, "AND needs a term after it"),
        (["--query", "@nosuch", "1"], 1, "@nosuch"),
    ],
)
def test_explain_refuses(filled: Monitor, words: list[str], status: int, message: str) -> None:
    refused = filled("rule", "explain", *words)
    assert (refused.status, refused.out) == (status, "")
    assert message in " ".join(refused.err.replace("│", " ").split())


def test_explain_refuses_json_that_is_no_article(filled: Monitor, tmp_path: Path) -> None:
    path = tmp_path / "article.json"
    path.write_text('{"title": "Loan", "body": ["x"]}', "utf-8")
    refused = filled("rule", "explain", "railway", str(path))
    assert refused.status == 1
    assert "is no Article: url: Field required" in refused.err


def test_hits_beside_the_text_are_shown_in_their_field(filled: Monitor) -> None:
    query = "site:127.0.0.1 OR dateline:(VIENTIANE OR 万象) OR source:(a OR Xinhua OR 新华社)"
    found = filled("rule", "try", query, "--json", "--sample", "99").json["sample"]
    fields = {span["field"]: row["story"] for row in found for span in row["spans"]}
    assert {"site", "dateline", "source"} <= fields.keys()
    for field, story in fields.items():
        shown = filled("rule", "explain", "--query", query, str(story)).out
        assert re.search(rf"{field}: .*\*\*", shown)


def test_nothing_is_cut_off_in_a_pipe(filled: Monitor) -> None:
    terms = " OR ".join(f"missing{number}" for number in range(30))
    shown = filled("rule", "explain", "--query", f"both(the, {terms})", a_hit(filled)).out
    assert any(line.endswith("OR missing29)") for line in shown.splitlines()[2:])


def test_many_terms_that_are_not_there_are_cut(filled: Monitor) -> None:
    query = " OR ".join(f"missing{number}" for number in range(100))
    shown = filled("rule", "explain", "--query", query, a_hit(filled)).out
    assert shown.splitlines()[-1].strip() == "└── … and 85 more that are not there"


# --- lint ---------------------------------------------------------------------------------------


def test_lint_of_a_query_and_of_all_rules(filled: Monitor) -> None:
    warned = filled("rule", "lint", "laos and china")
    assert warned.status == 1
    assert "write AND for the operator" in warned.out
    assert filled("rule", "lint", "laos and china", "--json").json[0]["rule"] is None
    clean = filled("rule", "lint")
    assert (clean.status, clean.err) == (0, "Nothing to warn of.\n")
    assert filled("rule", "lint", "laos AND", "--json").status == 1


# --- fmt ----------------------------------------------------------------------------------------


def test_fmt_of_a_query(monitor: Monitor) -> None:
    assert monitor("rule", "fmt", "laos -(a | b)").status == 1
    assert monitor("rule", "fmt", "laos -(dam OR loan)").out == "laos AND NOT (dam OR loan)\n"
    assert monitor("rule", "fmt", "--check", "laos dam").status == 1
    assert monitor("rule", "fmt", "--check", "laos AND dam").status == 0


RULES = """# what matters
defaults: {channels: [lines]}
rules:
  a: # short
    query: laos   railway  # why
    name: "Ä"
  b:
    query: >- # long
      (laos OR lao OR boten OR 老挝) (debt OR loan) -(football OR "sea games" OR title:weather
        OR restaurant OR horoscope OR obituary OR lottery)


    # below
    enabled: false
  c: {query: "x1 -y1", channels: [lines]}
  d: {query: "x1 ${NOSUCH:-y1}"}
  e:
    query: laos AND dam
  f:
    query: |
      x1 "a
      b"
"""
SPELT = """# what matters
defaults: {channels: [lines]}
rules:
  a: # short
    query: laos AND railway  # why
    name: "Ä"
  b:
    query: >- # long
      (laos OR lao OR boten OR 老挝) AND (debt OR loan)
      AND NOT (
        football OR "sea games" OR title:weather OR restaurant OR horoscope OR obituary OR lottery
      )


    # below
    enabled: false
  c: {query: x1 AND NOT y1, channels: [lines]}
  d: {query: "x1 ${NOSUCH:-y1}"}
  e:
    query: laos AND dam
  f:
    query: |
      x1 "a
      b"
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_fmt_of_the_file_keeps_all_but_the_spelling(
    monitor: Monitor, world: World, tmp_path: Path, newline: str
) -> None:
    take(monitor, world, tmp_path)
    path = monitor.config / "rules.yaml"
    path.write_bytes(RULES.replace("\n", newline).encode())
    check = monitor("rule", "fmt", "--check")
    assert check.status == 1
    assert check.err.splitlines() == [
        *(f"would change: {n}" for n in "abc"),
        "next: monitor rule fmt",
    ]
    assert "+    query: laos AND railway  # why" in monitor("rule", "fmt", "--dry-run").out
    assert path.read_bytes() == RULES.replace("\n", newline).encode()
    assert monitor("rule", "fmt").err.splitlines() == [f"changed: {n}" for n in "abc"]
    assert path.read_bytes() == SPELT.replace("\n", newline).encode()
    again = monitor("rule", "fmt", "--check")
    assert (again.status, again.err) == (0, "All queries are in their canonical spelling.\n")


@pytest.mark.parametrize("command", ["list", "try", "backtest", "explain", "fmt", "lint"])
def test_each_rule_command_shows_an_example(monitor: Monitor, command: str) -> None:
    shown = " ".join(monitor("rule", command, "--help").out.replace("│", " ").split())
    assert f"monitor rule {command}" in shown.partition("Example")[2]
