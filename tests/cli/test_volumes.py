"""Rules on how many stories come, on the command line."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from monitor.cli.rulevolume import in_file, read_condition
from monitor.models import VolumeKind
from monitor.volume import parse_volume
from tests.cli.conftest import Monitor, World
from tests.cli.own import take

RULES = """
defaults: {channels: [lines]}
rules:
  railway:
    query: railway OR 铁路 OR ທາງລົດໄຟ
  many:
    name: Much on the railway
    query: railway OR 铁路 OR ທາງລົດໄຟ
    count: ">= 1 in 30d"
  spike:
    query: railway
    spike: 3x over 28d
"""


@pytest.fixture
def counting(filled: Monitor, world: World, tmp_path: Path) -> Monitor:
    """On a copy of the archive, with rules that count."""
    take(filled, world, tmp_path)
    for path in world.config.parent.glob("monitor.db*"):
        shutil.copy(path, tmp_path)
    with closing(sqlite3.connect(tmp_path / "monitor.db")) as copied, copied:
        copied.execute("DELETE FROM silences")  # whatever other tests left
    (tmp_path / "config" / "rules.yaml").write_text(RULES, "utf-8")
    return filled


def test_rules_are_listed_with_what_they_wait_for(counting: Monitor) -> None:
    rows = {row["id"]: row["volume"] for row in counting("rule", "list", "--json").json}
    assert rows == {"railway": None, "many": "count: >= 1 in 30d", "spike": "spike: 3x over 28d"}


def test_volume_shows_the_days_and_whether_it_holds(counting: Monitor) -> None:
    record = counting("rule", "volume", "many", "--json").json
    assert record["holds"] is True
    assert record["number"] > 0
    assert sum(day["stories"] for day in record["days"]) == record["number"]
    assert record["verdict"].startswith(f"holds: count: {record['number']} stor")
    shown = counting("rule", "volume", "many")
    assert shown.out.splitlines()[:2] == [
        "Much on the railway, count: >= 1 in 30d",
        record["verdict"],
    ]
    assert "day\tkind\tstories\texpected" in shown.out


def test_volume_says_why_nothing_can_be_said_yet(counting: Monitor) -> None:
    shown = counting("rule", "volume", "spike")
    assert "cannot be judged yet: 0 of 7 days are known" in shown.out
    assert counting("rule", "volume", "spike", "--json").json["holds"] is None


@pytest.mark.parametrize("name", ["railway", "maney"])
def test_volume_of_a_rule_that_counts_nothing(counting: Monitor, name: str) -> None:
    result = counting("rule", "volume", name)
    assert result.status == 1
    assert f"no rule '{name}' with spike, silence or count is in force" in result.err


def test_once_judges_and_the_alert_is_listed_shown_and_delivered(counting: Monitor) -> None:
    number = counting("rule", "volume", "many", "--json").json["number"]
    assert counting("once").status == 0
    assert counting("once").status == 0  # once an episode
    listed = counting("alert", "list", "--json").json
    (alert,) = [row for row in listed if row["rule"] == "many"]
    assert alert["matched"] == ["count: >= 1 in 30d"]
    assert alert["why"].startswith("count: ")
    assert alert["volume"]["number"] == number
    assert alert["channels"] == ["lines sent"]
    assert listed[0]["id"] == alert["id"] == max(row["id"] for row in listed)
    assert len(counting("alert", "list", "--limit", "2", "--json").json) == 2
    assert "\tMuch on the railway\t" in counting("alert", "list").out
    shown = counting("alert", "show", str(alert["id"]))
    assert shown.out.startswith(f"ALERT [Much on the railway] {alert['why']}\n")
    assert "Channels: lines sent" in shown.out
    assert counting("alert", "show", str(alert["id"]), "--json").json == alert
    (delivery,) = [
        row for row in counting("delivery", "list", "--json").json if row["rule"] == "many"
    ]
    assert delivery["title"] == f"Much on the railway: {alert['why']}"


def test_explain_says_that_the_story_is_counted_or_why_not(counting: Monitor) -> None:
    counting("once")
    told = [row["story"] for row in counting("alert", "list", "--json").json if row["story"]]
    counted, not_counted = set[str](), set[str]()
    for row in counting("story", "list", "--json").json:
        record = counting("alert", "explain", str(row["id"]), "--json").json
        (many,) = [each for each in record["rules"] if each["rule"] == "many"]
        if many["matches"]:
            (counted if row["id"] in told else not_counted).add(many["note"])
    assert counted == {"counts the story: it tells of no single story (count: >= 1 in 30d)"}
    assert (
        "does not count it: it was there at the first look at a source;"
        " it tells of no single story (count: >= 1 in 30d)"
    ) in not_counted


def test_backtest_tells_when_it_would_have_alerted(counting: Monitor) -> None:
    path = str(counting.config / "rules.yaml")
    results = {
        row["rule"]: row for row in counting("rule", "backtest", path, "--json").json["results"]
    }
    assert results["many"]["volume"]["condition"] == "count: >= 1 in 30d"
    (alert,) = results["many"]["volume"]["alerts"]
    assert alert["reason"].startswith("count: 1 story in 30 days")
    assert results["spike"]["volume"]["alerts"] == []
    assert "volume" not in results["railway"]
    shown = counting("rule", "backtest", path).out
    assert "many would have alerted 1 time (count: >= 1 in 30d):" in shown
    assert "spike would have alerted 0 times (spike: 3x over 28d)." in shown


def test_try_takes_a_condition(counting: Monitor) -> None:
    tried = counting("rule", "try", "railway", "--volume", "count: >= 1 in 30d", "--json")
    assert len(tried.json["volume"]["alerts"]) == 1
    shown = counting("rule", "try", "railway", "--volume", "spike: 3x over 28d")
    assert "the query would have alerted 0 times (spike: 3x over 28d)." in shown.out
    for wrong in ("spike: often", "often", "burst: 3x over 28d"):
        refused = counting("rule", "try", "railway", "--volume", wrong)
        assert refused.status == 2
        assert "3x over 28d" in refused.err


def test_a_condition_is_read_as_the_file_says_it() -> None:
    for kind, text in ((VolumeKind.SPIKE, "2.5x over 28d"), (VolumeKind.COUNT, ">= 3 in 2d")):
        volume = parse_volume(kind, text)
        assert read_condition(in_file(volume)) == volume
