"""What shows that a source is ill, and the one line that says so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.health import Extraction, Limits, Signs
from monitor.health.symptoms import symptom
from monitor.models import Health, Moment
from monitor.rhythm import UNKNOWN, Rhythm, learn
from tests.builders import NOW
from tests.rhythm.strategies import DAY, rhythms

LIMITS = Limits(failures=4, max_age=30 * DAY)
WELL = (Health.OK, "")


def found(limits: Limits = LIMITS, **signs: Any) -> tuple[Health, str] | None:
    said: dict[str, Any] = {"source": "kpl", "now": NOW}
    return symptom(Signs(**(said | signs)), limits)


# --- looks that fail -----------------------------------------------------------------------------


def test_a_source_is_failing_after_so_many_looks_in_a_row() -> None:
    assert found(failures=3, error="x.example: timed out") is None
    assert found(failures=4, error="x.example: timed\nout") == (
        Health.FAILING,
        "failed 4 times in a row: x.example: timed out; try: monitor source try kpl",
    )


def test_one_failure_is_enough_where_the_limit_says_so() -> None:
    assert found(Limits(1, DAY), failures=1) == (
        Health.FAILING,
        "failed once: no reason known; try: monitor source try kpl",
    )


def test_a_challenge_is_told_at_the_second_look() -> None:
    assert found(failures=1, challenge="Anubis") is None
    assert found(failures=2, challenge="Anubis") == (
        Health.CHALLENGED,
        "asks for a human instead of giving the news (Anubis), which is never evaded;"
        " ask its owner for access, then try: monitor source try kpl",
    )
    assert found(Limits(1, DAY), failures=1, challenge="Anubis") is not None


def test_gone_is_gone_at_once() -> None:
    assert found(failures=1, gone=True, challenge="Anubis") == (
        Health.GONE,
        "answered 410 Gone and is looked at no more; give its new address in sources.yaml,"
        " or: monitor source remove kpl",
    )


def test_a_look_that_failed_says_nothing_of_what_an_answer_would_show() -> None:
    assert found(failures=1, newest=date(2018, 1, 1)) is None


# --- pages ---------------------------------------------------------------------------------------


def test_pages_that_ask_for_a_human_are_told_where_the_feed_itself_answers() -> None:
    pages = Extraction().challenged("Anubis")
    assert found(extraction=pages) == WELL
    assert found(extraction=pages.challenged("Anubis")) == (
        Health.CHALLENGED,
        "its pages ask for a human instead of giving the news (Anubis), which is never evaded;"
        " ask its owner for access, then try: monitor source try kpl",
    )


def test_stories_that_suddenly_come_out_empty() -> None:
    pages = Extraction()
    for length in [2_000] * 20 + [0] * 3:
        pages = pages.read(length)
    assert found(extraction=pages) == (
        Health.LAYOUT,
        "its last 3 stories came out empty, doubtful, or far shorter than its usual 1882"
        " characters; see what is read: monitor source try kpl",
    )


# --- dates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("newest", "health"),
    [
        (None, Health.OK),
        (NOW, Health.OK),
        (NOW + DAY, Health.OK),
        (NOW - 30 * DAY, Health.OK),
        (NOW - 30 * DAY - timedelta(seconds=1), Health.FROZEN),
        ((NOW - 31 * DAY).replace(tzinfo=None), Health.FROZEN),
        (date(2026, 10, 21), Health.OK),
        (date(2026, 10, 20), Health.FROZEN),
        (date(2018, 1, 31), Health.FROZEN),
    ],
)
def test_a_source_is_frozen_when_its_newest_item_is_too_old(
    newest: Moment | None, health: Health
) -> None:
    state = found(newest=newest)
    assert state is not None
    assert state[0] is health


def test_frozen_says_since_when() -> None:
    assert found(newest=datetime(2018, 1, 31, 8, tzinfo=UTC)) == (
        Health.FROZEN,
        "answers, but its newest item is of 2018-01-31; look whether it goes on elsewhere"
        " (monitor source try kpl), or set its max_age",
    )


@pytest.mark.parametrize(
    ("signs", "frozen"),
    [
        ({"first": NOW - 31 * DAY}, True),
        ({"first": NOW - 29 * DAY}, False),
        ({"first": NOW - 31 * DAY, "last_new": NOW - 30 * DAY}, False),
        ({"first": NOW - 31 * DAY, "newest": NOW}, False),
        ({}, False),
    ],
)
def test_a_source_without_dates_that_never_had_anything_new_is_frozen(
    signs: dict[str, Any], frozen: bool
) -> None:
    state = found(**signs)
    assert state is not None
    assert (state[0] is Health.FROZEN) == frozen
    if frozen:
        assert f"nothing new has come since {signs['first'].date()}, its first look" in state[1]


# --- silence -------------------------------------------------------------------------------------

AUGUST = datetime(2026, 8, 24, 9, tzinfo=UTC)  # a Monday, and no feast for weeks


def daily(weeks: int = 6, until: datetime = AUGUST, every: int = 1) -> Rhythm:
    """A source with two stories every so many days, the last of them at ``until``."""
    rhythm = learn(UNKNOWN, (), until - timedelta(weeks=weeks))
    for days in reversed(range(0, 7 * weeks, every)):
        at = until - days * DAY
        rhythm = learn(rhythm, [at, at], at)
    return rhythm


def quiet(rhythm: Rhythm, days: float, last_new: datetime = AUGUST) -> bool:
    """Whether a source is quiet so many days after its last story."""
    state = found(now=last_new + days * DAY, last_new=last_new, rhythm=rhythm)
    return state is not None and state[0] is Health.QUIET


def test_a_daily_source_is_quiet_after_four_whole_days() -> None:
    assert not quiet(daily(), 4.5)
    assert quiet(daily(), 5)


def test_quiet_says_since_when_and_what_was_missed() -> None:
    assert found(now=AUGUST + 5 * DAY, last_new=AUGUST, rhythm=daily()) == (
        Health.QUIET,
        "nothing new since 2026-08-24, a time in which it usually has about 10 stories;"
        " try: monitor source try kpl",
    )


@pytest.mark.parametrize(("every", "within"), [(1, 5), (2, 20), (3, 28), (7, 42)])
def test_the_slower_a_source_the_longer_its_silence_may_be(every: int, within: int) -> None:
    rhythm = daily(26, every=every)
    assert not quiet(rhythm, 3 * every + 1)
    assert quiet(rhythm, within)


def test_silence_over_a_feast_says_nothing() -> None:
    eve = datetime(2026, 2, 13, 9, tzinfo=UTC)
    rhythm = daily(until=eve)
    assert not quiet(rhythm, 14, last_new=eve), "26 February"
    assert quiet(rhythm, 18, last_new=eve)


def test_a_source_without_history_is_never_quiet() -> None:
    assert not quiet(daily(weeks=2), 300)
    assert not quiet(UNKNOWN, 300)
    assert found(now=NOW, last_new=None, rhythm=daily()) == WELL


def test_silence_must_be_longer_than_those_that_it_broke() -> None:
    """Of two weeks' session and two weeks' recess no second recess is told."""
    rhythm = learn(UNKNOWN, (), AUGUST - 42 * DAY)
    for days in [*range(42, 28, -1), *range(14, -1, -1)]:
        rhythm = learn(rhythm, [AUGUST - days * DAY], AUGUST - days * DAY)
    assert not quiet(rhythm, 14)
    assert quiet(rhythm, 22)


@given(rhythms(), st.integers(0, 60), st.integers(0, 60))
def test_silence_that_goes_on_stays_quiet(rhythm: Rhythm, days: int, more: int) -> None:
    if quiet(rhythm, days):
        assert quiet(rhythm, days + more)


# --- any signs -----------------------------------------------------------------------------------

texts = st.text(max_size=2_000)


@given(
    st.builds(
        Signs,
        source=st.just("kpl"),
        now=st.just(NOW),
        failures=st.integers(0, 10),
        error=st.none() | texts,
        challenge=st.none() | texts,
        gone=st.booleans(),
        newest=st.none() | st.datetimes() | st.dates(),
        last_new=st.none() | st.timedeltas(-900 * DAY, timedelta(0)).map(lambda age: NOW + age),
        rhythm=rhythms(),
        extraction=st.builds(
            Extraction,
            usual=st.floats(0, 1e6),
            whole=st.floats(0, 50),
            short=st.floats(0, 50),
            thin=st.integers(0, 50),
            walled=st.integers(0, 5),
            wall=texts,
        ),
    )
)
def test_whatever_the_signs_one_line_says_what_to_do(signs: Signs) -> None:
    state = symptom(signs, LIMITS)
    if state is None:
        assert 0 < signs.failures < LIMITS.failures
        return
    health, said = state
    assert (health is Health.OK) == (said == "")
    assert not said or "monitor source" in said
    assert len(said.splitlines()) <= 1
    assert len(said) < 500
