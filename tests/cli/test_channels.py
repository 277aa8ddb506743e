"""Channels, silences, and what becomes of a story's alerts: as people ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from monitor import app as house
from monitor.config import load_settings
from monitor.models import Health
from monitor.store import Store, channels, silences
from tests.cli.conftest import Monitor, World


@pytest.fixture
def quiet(filled: Monitor, world: World) -> Monitor:
    """Without silences, whatever other tests left."""
    settings = load_settings(world.config, {})
    with house.opened(settings.store, world.config.parent) as store, store.write() as tx:
        for silence in silences.listing(tx, after=house.utc_now()):
            silences.end(tx, silence.id, house.utc_now())
    return filled


def test_channels_are_listed_with_what_waits_there(filled: Monitor) -> None:
    rows = {row["channel"]: row for row in filled("channel", "list", "--json").json}
    assert rows.keys() == {"lines", "broken"}
    assert (rows["lines"]["kind"], rows["lines"]["hours"]) == ("file", "always")
    assert rows["lines"]["waiting"] == 0
    assert rows["broken"]["waiting"] + rows["broken"]["failed"] > 0


def test_a_channel_is_tried(filled: Monitor, world: World) -> None:
    alerts = world.config.parent / "alerts.jsonl"
    before = alerts.read_text("utf-8")
    result = filled("channel", "test", "lines")
    assert result.status == 0
    assert result.out.startswith("lines took it: ")
    added = alerts.read_text("utf-8").removeprefix(before)
    alerts.write_text(before, "utf-8")
    assert added.count("\n") == 1
    assert '"reason": "a test: nothing has happened"' in added


def test_a_channel_that_does_not_work_says_why(filled: Monitor) -> None:
    result = filled("channel", "test", "broken", "--json")
    assert result.status == 1
    (answer,) = result.json
    assert not answer["taken"]
    assert answer["said"].startswith("cannot write /proc/nowhere/alerts.jsonl")


def test_a_channel_that_is_not_there(filled: Monitor) -> None:
    result = filled("channel", "test", "linse")
    assert result.status == 1
    assert "no channel 'linse', did you mean lines? see `monitor channel list`" in result.err


def test_a_silence_from_its_beginning_to_its_end(quiet: Monitor) -> None:
    added = quiet(
        "silence", "add", "--rule", "railway", "--until", "2d", "--why", "we know", "--json"
    )
    assert added.status == 0
    until = datetime.fromisoformat(added.json["until"])
    assert timedelta(days=1, hours=23) < until - house.utc_now() <= timedelta(days=2)
    (row,) = quiet("silence", "list", "--json").json
    assert (row["rule"], row["holds"], row["why"]) == ("railway", True, "we know")
    assert quiet("silence", "end", str(row["id"])).status == 0
    assert quiet("silence", "list", "--json").json == []
    over = quiet("silence", "list", "--over", "--json").json
    assert row["id"] in [each["id"] for each in over if not each["holds"]]
    again = quiet("silence", "end", str(row["id"]))
    assert (again.status, "see `monitor silence list`" in again.err) == (1, True)


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--until", "2d", "--why", "x"), 2, "give --rule RULE, or --all"),
        (
            ("--all", "--rule", "railway", "--until", "2d", "--why", "x"),
            2,
            "give --rule RULE, or --all",
        ),
        (("--rule", "railwy", "--until", "2d", "--why", "x"), 1, "did you mean railway?"),
        (("--all", "--until", "tomorrow", "--why", "x"), 2, "a length of time such as 6h or 2d"),
        (("--all", "--until", "2020-01-01", "--why", "x"), 2, "is over already"),
        (("--all", "--until", "2d", "--why", " "), 2, "say why"),
    ],
)
def test_what_is_no_silence(quiet: Monitor, words: tuple[str, ...], status: int, said: str) -> None:
    result = quiet("silence", "add", *words)
    told = " ".join(result.err.replace("│", " ").split())
    assert (result.status, said in told) == (status, True), told
    assert quiet("silence", "list", "--json").json == []


def test_a_silence_ends_at_a_local_time(quiet: Monitor) -> None:
    said = ("--until", "2099-12-24T18:00", "--why", "holidays", "--json")
    added = quiet("silence", "add", "--all", *said).json
    assert (added["rule"], added["until"]) == ("all", "2099-12-24T11:00:00+00:00")


def test_every_rule_says_what_became_of_a_story(filled: Monitor) -> None:
    alert = next(row for row in filled("alert", "list", "--json").json if row["rule"] == "railway")
    record = filled("alert", "explain", str(alert["story"]), "--json").json
    rules = {each["rule"]: each for each in record["rules"]}
    assert rules.keys() == {"railway", "border"}
    assert record["rules"][0]["matches"], "those that the story meets come first"
    (told,) = [each for each in rules["railway"]["alerts"] if each["id"] == alert["id"]]
    assert told["withheld"] is None
    (way,) = told["ways"]
    assert (way["channel"], way["status"]) == ("lines", "sent")
    text = filled("alert", "explain", str(alert["story"])).out
    assert "railway matches: " in text
    assert "    lines: sent at " in text


def test_a_story_of_the_first_look_says_so(filled: Monitor) -> None:
    told = {row["story"] for row in filled("alert", "list", "--json").json}
    for row in filled("story", "list", "--json").json:
        record = filled("alert", "explain", str(row["id"]), "--json").json
        met = [each for each in record["rules"] if each["matches"]]
        if met and row["id"] not in told:
            assert met[0]["note"]
            break
    else:
        pytest.fail("no story of the first look meets a rule")


def test_a_story_that_is_not_there(filled: Monitor) -> None:
    result = filled("alert", "explain", "99999")
    assert (result.status, "see `monitor story list`" in result.err) == (1, True)


def test_what_failed_on_one_channel_is_sent_again(filled: Monitor) -> None:
    failed = filled("channel", "list", "--json").json
    waiting = {row["channel"]: row["waiting"] + row["failed"] for row in failed}
    assert filled("delivery", "retry", "--channel", "lines", "--json").json == {"retried": 0}
    retried = filled("delivery", "retry", "--channel", "broken", "--json").json["retried"]
    assert retried == waiting["broken"]
    both = filled("delivery", "retry", "--all", "--channel", "broken")
    assert both.status == 2


@pytest.fixture
def store(filled: Monitor, world: World) -> Iterator[Store]:
    settings = load_settings(world.config, {})
    with house.opened(settings.store, world.config.parent) as store:
        yield store


def test_a_closed_channel_is_shown_and_opened(filled: Monitor, store: Store) -> None:
    def state() -> str:
        rows = filled("channel", "list", "--json").json
        return next(str(row["state"]) for row in rows if row["channel"] == "lines")

    assert state() == "ok"
    with store.write() as tx:
        channels.close(tx, "lines", "", "HTTP 410", house.utc_now())
    assert state() == "closed: HTTP 410"
    assert filled("channel", "enable", "lines").out == "lines is sent to again\n"
    assert state() == "ok"
    assert filled("channel", "enable", "lines", "--json").json == {"opened": False}
    assert filled("channel", "enable", "lins").status == 1


def test_an_ill_channel_says_so(filled: Monitor, store: Store) -> None:
    with store.write() as tx:
        channels.fell_ill(tx, "lines", Health.FAILING, "disk full", house.utc_now())
    shown = [row["state"] for row in filled("channel", "list", "--json").json]
    with store.write() as tx:
        channels.recovered(tx, "lines")
    assert "failing: disk full" in shown
