"""What the dates in a feed tell."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.gaps import Gap, gap, marks, newest
from monitor.models import Link, Moment
from tests.builders import NOW, link

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SINCE = NOW - 6 * HOUR


def links(*dates: Moment | None) -> list[Link]:
    return [link(f"https://x.example/{n}", published=at) for n, at in enumerate(dates)]


# --- gaps ----------------------------------------------------------------------------------------


def test_a_feed_without_a_known_link_has_dropped_some() -> None:
    feed = links(NOW, NOW - 2 * HOUR, NOW - HOUR)
    assert gap(feed, NOW, known=False, since=SINCE) == Gap(SINCE, NOW - 2 * HOUR)


def test_updates_tell_where_nothing_is_published() -> None:
    feed = [Link("https://x.example/1", updated=NOW)]
    assert gap(feed, NOW, known=False, since=SINCE) == Gap(SINCE, NOW)


@pytest.mark.parametrize(
    "feed",
    [
        [],
        links(NOW, SINCE),
        links(NOW, SINCE - HOUR),
        links(NOW, NOW.date()),
    ],
    ids=["empty", "old", "older", "of today"],
)
def test_there_is_no_gap_where_dates_do_not_show_it(feed: list[Link]) -> None:
    assert gap(feed, NOW, known=False, since=SINCE) is None


def test_there_is_no_gap_before_a_known_link_or_a_first_look() -> None:
    assert gap(links(NOW), NOW, known=True, since=SINCE) is None
    assert gap(links(NOW), NOW, known=False, since=None) is None


def test_a_gap_before_links_without_dates_ends_now() -> None:
    assert gap(links(None, None), NOW, known=False, since=SINCE) == Gap(SINCE, NOW)
    some = gap(links(None, NOW - HOUR), NOW, known=False, since=SINCE)
    assert some == Gap(SINCE, NOW - HOUR), "those with dates tell more"


@pytest.mark.parametrize(
    ("dates", "shown", "found"),
    [
        ((None, None), None, True),
        ((None, None), 1, True),
        ((None, None), 4, True),
        ((None, None), 5, False),
        ((NOW, None), 5, True),
        ((NOW, NOW), 10, True),
        ((None, None), 0, False),
        ((NOW, NOW), 0, False),
    ],
)
def test_dates_show_a_gap_before_however_few_links(
    dates: tuple[Moment | None, ...], shown: int | None, found: bool
) -> None:
    """Without them, a source that shows far fewer than before shows some days, not some links."""
    seen = gap(links(*dates), NOW, known=False, since=SINCE, shown=shown)
    assert (seen is not None) == found


def test_links_are_known_again_by_their_marks() -> None:
    first, second = marks(["https://x.example/1", "https://x.example/\ud800"])
    assert marks(["https://x.example/1"]) == [first] != [second]
    assert len(marks(map(str, range(5_000)))) == 1_000


def test_a_day_begins_at_midnight_in_utc() -> None:
    yesterday = NOW - DAY
    assert gap(links(NOW.date()), NOW, known=False, since=yesterday) == Gap(
        yesterday, NOW.replace(hour=0)
    )


@given(st.lists(st.datetimes(timezones=st.just(UTC)) | st.datetimes() | st.dates(), max_size=9))
def test_a_gap_lies_between_the_look_and_every_link(dates: list[Moment]) -> None:
    seen = gap(links(*dates), NOW, known=False, since=SINCE)
    if seen is not None:
        assert seen.since < seen.until
        assert all(_day(seen.until) <= _day(at) for at in dates)


def _day(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


# --- the newest ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dates", "latest"),
    [
        ([], None),
        ([None], None),
        ([NOW, NOW - DAY], NOW),
        ([date(2018, 1, 31), None], date(2018, 1, 31)),
        ([date(2026, 11, 20), NOW], NOW),
        ([NOW + 12 * HOUR, NOW], NOW + 12 * HOUR),
        ([NOW + 3 * DAY, NOW], NOW),
        ([date(2027, 1, 1), NOW], NOW),
        ([NOW.replace(tzinfo=None)], NOW.replace(tzinfo=None)),
        (
            [NOW, (NOW + HOUR).astimezone(timezone(timedelta(hours=7)))],
            NOW + HOUR,
        ),
    ],
)
def test_the_newest_date_that_can_be_believed(
    dates: list[Moment | None], latest: Moment | None
) -> None:
    assert newest(links(*dates), NOW) == latest


def test_an_update_is_a_date_too() -> None:
    assert newest([link(published=NOW - DAY, updated=NOW)], NOW) == NOW
