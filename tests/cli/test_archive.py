"""What the commands say of an archive: tables for people, JSON for machines."""

from __future__ import annotations

import json

import pytest

from monitor.cli import story as cli
from monitor.models import Article, StoryKind
from monitor.store import Store, stories
from tests.builders import article, batch
from tests.cli.conftest import Monitor, World


def test_once_reports_what_each_source_gave(filled: Monitor) -> None:
    again = filled("once", "--all", "--json")
    assert again.status == 0
    assert {row["source"]: row["outcome"] for row in again.json} == dict.fromkeys(
        ("laostimes", "mekongwire", "vientianemai", "qiushi", "renmin"), "not modified"
    )


def test_alerts_are_in_the_file_once_each(filled: Monitor, world: World) -> None:
    lines = (world.config.parent / "alerts.jsonl").read_text("utf-8").splitlines()
    ids = [json.loads(line)["id"] for line in lines]
    assert len(ids) == len(set(ids)) > 0


def test_story_list_is_a_table_of_tabs_when_piped(filled: Monitor) -> None:
    header, *rows = filled("story", "list").rows
    assert header[:6] == ["id", "title", "source", "updated", "dateline", "language"]
    assert {row[5] for row in rows} == {"en", "zh", "lo"}


def test_story_list_is_limited_and_dated(filled: Monitor) -> None:
    assert len(filled("story", "list", "--limit", "3", "--json").json) == 3
    assert filled("story", "list", "--since", "1w", "--json").json
    refused = filled("story", "list", "--since", "yesterday")
    assert refused.status == 2
    assert "not a length of time" in refused.err


def test_story_show_prints_the_article_and_its_matches(filled: Monitor) -> None:
    story = next(
        alert["story"]
        for alert in filled("alert", "list", "--json").json
        if alert["rule"] == "railway"
    )
    shown = filled("story", "show", str(story))
    assert "**" in shown.out
    assert "Rule railway:" in shown.out
    record = filled("story", "show", str(story), "--json").json
    assert Article.model_validate(record["article"]).title == record["title"]
    assert record["matches"][0]["rule"] == "railway"


def test_alert_show_says_why_and_marks_the_story_as_it_was_told(filled: Monitor) -> None:
    first = filled("alert", "list", "--json").json[-1]
    shown = filled("alert", "show", str(first["id"]))
    assert shown.out.startswith("ALERT [")
    assert f"Matched: {', '.join(first['matched'])}\n" in shown.out
    assert "**" in shown.out
    record = filled("alert", "show", str(first["id"]), "--json").json
    assert record["channels"] == first["channels"]
    assert Article.model_validate(record["article"]).title == record["title"]
    assert {span["text"].casefold() for span in record["spans"]} >= set(record["terms"])
    assert record["spans"][0]["concept"] is None


def test_alert_show_of_none(filled: Monitor) -> None:
    missing = filled("alert", "show", "99999")
    assert missing.status == 1
    assert missing.err == "error: no alert 99999: see `monitor alert list`\n"


def test_what_is_no_plain_story_says_why_nobody_heard_of_it(
    sqlite_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    gallery = article(kind=StoryKind.GALLERY, quality=0.4, doubts=("short: 160 characters",))
    with sqlite_store.write() as tx:
        number, _ = stories.write(tx, batch(gallery))
        found = stories.get(tx, number)
    assert found is not None
    cli.print_story(found, [])
    shown = capsys.readouterr().out
    assert "Kind: gallery: nobody is alerted of one\n" in shown
    assert "Quality: 0.40, doubtful: short: 160 characters\n" in shown
    row = cli.row_of(found)
    assert (row["flags"], row["kind"]) == ("gallery, doubtful (0.40)", "gallery")


def test_story_show_of_none(filled: Monitor) -> None:
    missing = filled("story", "show", "99999")
    assert missing.status == 1
    assert missing.err == "error: no story 99999: see `monitor story list`\n"


def test_story_export_writes_a_line_a_story(filled: Monitor) -> None:
    every = filled("story", "export")
    articles = [Article.model_validate_json(line) for line in every.out.splitlines()]
    known = filled("story", "list", "--limit", "1000", "--json").json
    assert [article.url for article in articles] == [row["url"] for row in reversed(known)]
    assert every.err == f"{len(known)} stories written.\n"
    recent = filled("story", "export", "--since", "1w", "--format", "schema.org")
    assert len(recent.out.splitlines()) == len(known)
    assert {json.loads(line)["@type"] for line in recent.out.splitlines()} == {"NewsArticle"}


def test_story_export_of_some(filled: Monitor) -> None:
    first, second = (row["id"] for row in filled("story", "list", "--limit", "2", "--json").json)
    lines = filled("story", "export", str(second), str(first), "--format", "ninjs").out.splitlines()
    titles = [json.loads(line)["headlines"][0]["value"] for line in lines]
    shown = [filled("story", "show", str(n), "--json").json["title"] for n in (second, first)]
    assert titles == shown
    missing = filled("story", "export", str(first), "99999")
    assert (missing.status, missing.out) == (1, "")
    assert missing.err == "error: no story 99999: see `monitor story list`\n"
    assert filled("story", "export", "9" * 20).status == 2
    assert filled("story", "export", str(first), "--since", "1w").status == 2


def test_a_wire_story_alerts_once_and_says_who_carries_it(filled: Monitor) -> None:
    copies = [row for row in filled("story", "list", "--json").json if row["copy_of"]]
    assert len(copies) == 2
    assert all("carries the wire story of" in row["reason"] for row in copies)
    alerted = {alert["story"] for alert in filled("alert", "list", "--json").json}
    first = {row["id"]: row for row in filled("story", "list", "--json").json}
    for copy in copies:
        assert first[copy["copy_of"]]["carried_by"] == 2
        assert not {copy["id"], copy["copy_of"]} <= alerted


def test_delivery_list_says_what_failed_and_retry_puts_it_back(filled: Monitor) -> None:
    waiting = filled("delivery", "list", "--status", "pending", "--json").json
    assert {row["channel"] for row in waiting} == {"broken"}
    assert all("cannot write /proc/nowhere" in row["error"] for row in waiting)
    assert filled("delivery", "list").rows[0][:4] == ["id", "channel", "status", "attempts"]
    assert filled("delivery", "retry", "--all", "--json").json == {"retried": len(waiting)}
    assert filled("delivery", "retry", waiting[0]["id"]).out == "1 back in line\n"
    unknown = filled("delivery", "retry", "msg_0")
    assert (unknown.status, "no delivery 'msg_0' that failed" in unknown.err) == (1, True)
    assert filled("delivery", "retry").status == 2


def test_source_list_shows_state_and_times(filled: Monitor) -> None:
    rows = {row["id"]: row for row in filled("source", "list", "--json").json}
    assert {row["state"] for row in rows.values()} == {"ok"}
    assert all(row["last"] < row["next"] for row in rows.values())
    assert filled("source", "list").rows[0][:3] == ["id", "kind", "state"]


def test_rule_list(filled: Monitor) -> None:
    assert [row["id"] for row in filled("rule", "list", "--json").json] == ["railway", "border"]


@pytest.mark.parametrize("query", ["铁路", "ທາງລົດໄຟ", "railway AND NOT accident"])
def test_rule_try_marks_hits_in_every_script(filled: Monitor, query: str) -> None:
    tried = filled("rule", "try", query)
    assert tried.status == 0
    assert f"**{query.split()[0]}**" in tried.out
    assert "stories match" in tried.err
    spans = filled("rule", "try", query, "--json").json["sample"][0]["spans"]
    assert spans[0]["text"]


def test_rule_try_points_at_the_mistake(filled: Monitor) -> None:
    wrong = filled("rule", "try", "铁路 AND (accident")
    assert wrong.status == 1
    message, query, caret = wrong.err.splitlines()
    assert "parenthesis" in message
    # Each of the two Chinese characters is two columns wide.
    assert caret.index("^") == query.index("(") + 2


def test_rule_try_warns(filled: Monitor) -> None:
    assert "note:" in filled("rule", "try", "railway and accident").err


def test_db_commands(filled: Monitor) -> None:
    status = filled("db", "status", "--json").json
    assert status["revision"]
    assert filled("db", "upgrade", "--json").json == {
        "revision": status["revision"],
        "backup": None,
    }
    assert "copied to" in filled("db", "backup").out
    assert "monitor.db" in filled("db", "status").out
    assert status["revision"] in filled("db", "upgrade").out
    assert filled("db", "backup", "--json").json["backup"].endswith(".backup")
