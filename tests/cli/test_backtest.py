"""`monitor rule backtest`: a file of rules over the archive, beside another."""

from __future__ import annotations

import io
import os
import sys
import threading
from pathlib import Path
from shutil import rmtree

import pytest

from monitor import files
from tests.cli.conftest import Monitor, World
from tests.cli.rules import hits, standing_in

DRAFT = """
defaults: {channels: [lines]}
rules:
  railway: {query: railway OR 老挝}
  debt: {query: debt}
"""


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "draft.yaml"
    path.write_text(DRAFT, "utf-8")
    return path


def test_a_draft_is_compared_with_the_rules_in_force(filled: Monitor, draft: Path) -> None:
    found = filled("rule", "backtest", str(draft), "--json", "--sample", "1000").json
    rows = {row["rule"]: row for row in found["results"]}
    assert {name: row["status"] for name, row in rows.items()} == {
        "railway": "in both",
        "debt": "new",
        "border": "gone",
    }
    gained, lost = rows["railway"]["gained"], rows["railway"]["lost"]
    assert gained["count"] == hits(filled, "老挝 NOT (railway OR 铁路 OR ທາງລົດໄຟ)")
    assert lost["count"] == hits(filled, "(铁路 OR ທາງລົດໄຟ) NOT (railway OR 老挝)")
    assert len(gained["stories"]) == gained["count"]
    assert gained["stories"][0]["terms"] == ["老挝"]
    assert gained["stories"][0]["why"] == "none of railway, 铁路, ທາງລົດໄຟ is there"
    assert rows["debt"]["gained"]["count"] == rows["debt"]["hits"] == hits(filled, "debt")
    assert rows["border"]["hits"] == 0
    assert rows["border"]["lost"]["count"] == hits(filled, "customs")


def test_the_comparison_is_shown_with_reasons(filled: Monitor, draft: Path) -> None:
    shown = filled("rule", "backtest", str(draft)).out
    header, *rows = (line.split("\t") for line in shown.split("\n\n")[0].splitlines())
    assert header == ["rule", "hits", "gained", "lost", "status", "over time"]
    assert [row[0] for row in rows] == ["railway", "debt", "border"]
    assert "stories that railway gains:" in shown
    assert "**老挝**" in shown
    assert "the other version does not find it: none of railway, 老挝 is there" in shown


PACK = """
concepts:
  ministers: {{about: x, kind: person, en: [{name}]}}
"""


@pytest.fixture
def packs(draft: Path, tmp_path: Path) -> Path:
    """A folder for packs, and a draft that names what is to be in them."""
    draft.write_text("rules: {ours: {query: '@ministers', channels: [lines]}}", "utf-8")
    folder = tmp_path / "packs"
    folder.mkdir()
    return folder


def test_packs_are_compared_with_those_in_force(filled: Monitor, draft: Path, packs: Path) -> None:
    (packs / "ours.yaml").write_text(PACK.format(name="customs, debt"), "utf-8")
    in_force = filled.config / "concepts"
    in_force.mkdir()
    (in_force / "ours.yaml").write_text(PACK.format(name="customs"), "utf-8")
    try:
        words = ("rule", "backtest", str(draft), "--against", str(draft), "--json")
        row = filled(*words, "--concepts", str(packs)).json["results"][0]
    finally:
        rmtree(in_force)
    assert row["lost"]["count"] == 0
    assert row["gained"]["count"] == hits(filled, "debt NOT customs")
    assert {story["why"] for story in row["gained"]["stories"]} == {"@ministers is not there"}


def test_a_rule_may_name_what_the_packs_that_are_tested_hold_alone(
    filled: Monitor, draft: Path, packs: Path
) -> None:
    (packs / "ours.yaml").write_text(PACK.format(name="debt"), "utf-8")
    found = filled("rule", "backtest", str(draft), "--concepts", str(packs), "--json").json
    rows = {row["rule"]: row for row in found["results"]}
    assert rows["ours"]["hits"] == hits(filled, "debt")
    assert rows["border"]["status"] == "gone"
    (packs / "ours.yaml").write_text("concepts:\n  ministers: {about: x}\n", "utf-8")
    wrong = filled("rule", "backtest", str(draft), "--concepts", str(packs))
    assert wrong.status == 1
    assert f"{packs / 'ours.yaml'}:2: concepts.ministers.kind" in wrong.err
    missing = filled("rule", "backtest", str(draft), "--concepts", "nosuch")
    assert (missing.status, missing.err) == (1, "error: cannot read nosuch: no such folder\n")


def test_rules_in_force_are_not_compared_with_themselves(filled: Monitor, world: World) -> None:
    current = str(world.config / "rules.yaml")
    assert filled("rule", "backtest", current, "--json").json["against"] is None
    same = filled("rule", "backtest", current, "--against", "current", "--json").json
    assert [row["gained"]["count"] + row["lost"]["count"] for row in same["results"]] == [0, 0]
    other = filled("rule", "backtest", current, "--sample", "1").out
    assert "1 of 3 hits of border:" in other


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rules:\n  a: {query: 'x AND'}\n", ":2: rules.a.query: AND needs a term after it"),
        ("rules:\n  a: {quer: x}\n", ":2: rules.a.quer"),
        ("rules: [", "draft.yaml:"),
        ("", "the file is empty"),
    ],
)
def test_a_wrong_draft_is_named_with_its_line(
    filled: Monitor, draft: Path, text: str, message: str
) -> None:
    draft.write_text(text, "utf-8")
    wrong = filled("rule", "backtest", str(draft))
    assert wrong.status == 1
    assert message in wrong.err
    assert "draft.yaml" in wrong.err


def test_a_draft_is_checked_as_rules_yaml_is_with_all_mistakes(
    filled: Monitor, draft: Path
) -> None:
    draft.write_text(
        """
rules:
  a: {query: 'x AND', channels: [lines]}
  b: {query: x, channels: [nosuch]}
  c: {query: '@nosuch', channels: [lines]}
  d: {quer: x, channels: [lines]}
  e: {query: x}
""",
        "utf-8",
    )
    wrong = filled("rule", "backtest", str(draft))
    with standing_in(filled.config / "rules.yaml", draft.read_text("utf-8")):
        checked = filled("check")
    assert wrong.status == checked.status == 1
    assert wrong.err == checked.err.replace(str(filled.config / "rules.yaml"), str(draft))
    assert all(f"draft.yaml:{line}: " in wrong.err for line in range(3, 8))


def test_mistakes_of_other_files_do_not_keep_a_draft_from_its_test(
    filled: Monitor, draft: Path
) -> None:
    with standing_in(filled.config / "sources.yaml", "sources: ["):
        assert filled("rule", "backtest", str(draft)).status == 0


def test_a_draft_may_come_through_a_pipe(
    filled: Monitor, draft: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wanted = filled("rule", "backtest", str(draft), "--json").json["results"]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(DRAFT.encode())))
    assert filled("rule", "backtest", "-", "--json").json["results"] == wanted
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(DRAFT, "utf-8"))
    writer.start()
    assert filled("rule", "backtest", str(pipe), "--json").json["results"] == wanted
    writer.join()


@pytest.mark.parametrize(
    "words",
    [
        ("rule", "backtest"),
        ("rule", "explain", "--query", "Laos"),
        ("parse",),
        ("concept", "try", "-f"),
        ("source", "import"),
    ],
)
def test_what_has_no_end_is_refused(
    filled: Monitor, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 2**20)
    refused = filled(*words, "/dev/zero")
    assert refused.status == 1
    assert refused.err == "error: cannot read /dev/zero: too large, allowed: 1 MiB\n"


def test_a_draft_that_is_not_there(filled: Monitor) -> None:
    current = str(filled.config / "rules.yaml")
    for words in (["nosuch.yaml"], [current, "--against", "nosuch.yaml"]):
        missing = filled("rule", "backtest", *words)
        assert (missing.status, missing.err) == (
            1,
            "error: cannot read nosuch.yaml: no such file\n",
        )
