"""`source list` and `show`: how each source is, when it is looked at next, and why then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import app as house
from monitor.config import load_config
from monitor.health import Condition
from monitor.models import Announced, Health, Link, SourceState, Validators
from monitor.rhythm import UNKNOWN, learn
from monitor.schedule import NEVER
from monitor.store import history, links, sources
from tests.cli.conftest import Monitor, World
from tests.cli.own import take

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY = timedelta(days=1)
QUIET = Condition(Health.QUIET, NOW, "nothing new since 2026-11-20")


@pytest.fixture
def file(monitor: Monitor, world: World, tmp_path: Path) -> Path:
    return take(monitor, world, tmp_path)


def record(file: Path, **values: Any) -> None:
    """What is known of qiushi, which fell silent and was missed for a while before that."""
    rhythm = learn(learn(UNKNOWN, [], NOW - 2 * DAY), [NOW - DAY], NOW - DAY)
    state = SourceState(
        "qiushi",
        validators=Validators(etag='"1"'),
        checked_at=NOW,
        succeeded_at=NOW,
        next_at=NOW + DAY,
        why="a story is expected then",
        rhythm=rhythm.to_json(),
    )
    config = load_config(file.parent, {})
    with house.opened(config.settings.store, config.home) as store, store.write() as tx:
        sources.register(tx, {"qiushi": sources.Watched("http://q/")})
        sources.record(tx, [replace(state, **values)], keep_until={})
        for number in (9, 7):
            history.open_gap(tx, "qiushi", NOW - number * DAY, NOW - 5 * DAY, NOW)
        history.fill_gap(tx, "qiushi", NOW - 7 * DAY, NOW, 5)
        told = history.Event("qiushi", "Qiushi", "http://q/", Health.QUIET, False, "dull", NOW, NOW)
        history.tell(tx, told, [])
        steering = Link("http://q/1", "One\x1b[31m \x9b2J")
        links.add(tx, [Announced("qiushi", "http://q/1", steering, "0")], NOW)


def row(monitor: Monitor, name: str = "qiushi") -> dict[str, Any]:
    rows = monitor("source", "list", "--json").json
    found: dict[str, Any] = next(row for row in rows if row["id"] == name)
    return found


def test_list_says_when_next_and_why_then(monitor: Monitor, file: Path) -> None:
    record(file, health=Health.QUIET, condition=QUIET.to_json())
    header, *rows = monitor("source", "list").rows
    assert header[:6] == ["id", "kind", "state", "last", "next", "why"]
    qiushi = dict(zip(header, rows[3], strict=True))
    assert (qiushi["id"], qiushi["state"], qiushi["why"]) == (
        "qiushi",
        "quiet",
        "a story is expected then",
    )
    assert (qiushi["waiting"], qiushi["gaps"]) == ("1", "1")
    assert rows[0][2:6] == ["new", "-", "-", "-"]
    assert row(monitor)["next"] == "2026-11-24T08:00:00+00:00"


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, "ok"),
        ({"failures": 1, "error": "HTTP 500"}, "failing"),
        ({"health": Health.CHALLENGED, "failures": 9}, "challenged"),
        ({"health": Health.GONE, "next_at": NEVER, "why": "410 Gone"}, "gone"),
        ({"succeeded_at": None, "checked_at": None}, "new"),
    ],
)
def test_list_has_a_word_for_each_state(
    monitor: Monitor, file: Path, values: dict[str, Any], state: str
) -> None:
    record(file, **values)
    found = row(monitor)
    assert (found["state"], found["error"]) == (state, values.get("error"))
    assert (found["next"] is None) == (state == "gone")
    assert monitor("source", "disable", "qiushi").status == 0
    off = row(monitor)
    assert (off["state"], off["next"], off["why"]) == ("off", None, None)


def test_show_says_all_that_is_known(monitor: Monitor, file: Path) -> None:
    record(file, health=Health.QUIET, condition=QUIET.to_json(), moved_to="http://new/")
    said = monitor("source", "show", "qiushi")
    assert said.status == 0
    assert "\x1b" not in said.out
    assert "\x9b" not in said.out
    lines = said.out.splitlines()
    for line in (
        "Source: qiushi",
        "  kind: page",
        "Interval: 1s to 6h, usually 1s",
        "State: quiet",
        "Health: nothing new since 2026-11-20",
        "Why then: a story is expected then",
        "Moved to: http://new/",
        'ETag: "1"',
        "Hours of UTC: 0 ▁▁▁▁▁▁▁▁█▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁ 23",
        "Weekdays: Mon ▁▁▁▁▁▁█ Sun",
    ):
        assert line in lines
    health, gaps, latest = (lines.index(title) for title in ("Health", "Gaps", "Latest links"))
    assert lines[health + 2].split("\t")[1:] == ["quiet", "no", "dull"]
    assert [line.split("\t")[3] for line in lines[gaps + 2 : gaps + 4]] == ["5", "-"]
    assert lines[latest + 2].split("\t")[1:4] == ["pending", "One [31m 2J", "http://q/1"]


def test_show_as_json_has_everything_too(monitor: Monitor, file: Path) -> None:
    record(file, health=Health.QUIET, condition=QUIET.to_json())
    found = monitor("source", "show", "qiushi", "--json").json
    assert found["settings"]["kind"] == "page"
    assert found["interval"] == {"shortest": "1s", "usual": "1s", "longest": "6h"}
    assert (found["health"], found["health_detail"]) == ("quiet", QUIET.detail)
    assert found["hours"][8] > 0
    assert found["events"][0]["detail"] == "dull"
    assert [gap["filled_with"] for gap in found["missed"]] == [5, None]
    assert found["latest"][0]["status"] == "pending"


def test_show_of_a_source_that_was_never_looked_at(monitor: Monitor, file: Path) -> None:
    said = monitor("source", "show", "renmin")
    assert said.out.splitlines() == [
        "Source: renmin",
        "  kind: page",
        *(line for line in said.out.splitlines() if line.startswith("  url: http://127.0.0.1:")),
        "  timezone: Asia/Shanghai",
        "Interval: 30m to 6h, usually 30m",  # nobody knows whether it has validators
        "State: new",
    ]
