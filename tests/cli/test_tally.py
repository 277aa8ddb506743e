"""Hits counted over time, and a sample of any number of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.cli.ruleshow import in_context, sparkline
from monitor.cli.tally import Found, Sample, over_time
from monitor.models import Match, Span
from monitor.store.stories import Story
from tests.builders import article


def days(*hits: str) -> Counter[date]:
    return Counter(map(date.fromisoformat, hits))


@pytest.mark.parametrize(
    ("hits", "unit", "first", "last", "number"),
    [
        ("2026-11-20", "day", ("2026-11-20", 1), ("2026-11-20", 1), 1),
        ("2026-11-20 2026-11-23 2026-11-23", "day", ("2026-11-20", 1), ("2026-11-23", 2), 4),
        ("2026-01-01 2026-03-03", "day", ("2026-01-01", 1), ("2026-03-03", 1), 62),
        # 1 January 2026 is a Thursday
        ("2026-01-01 2026-01-04 2026-03-04", "week", ("2025-12-29", 2), ("2026-03-02", 1), 10),
        ("2024-12-31 2026-03-04", "week", ("2024-12-30", 1), ("2026-03-02", 1), 62),
        ("2024-11-30 2024-11-01 2026-03-04", "month", ("2024-11", 2), ("2026-03", 1), 17),
    ],
)  # fmt: skip
def test_hits_over_time(
    hits: str, unit: str, first: tuple[str, int], last: tuple[str, int], number: int
) -> None:
    bars = over_time(days(*hits.split()))
    assert (bars.unit, bars.counts[0], bars.counts[-1]) == (unit, first, last)
    assert len(bars.counts) == number
    assert sum(count for _, count in bars.counts) == len(hits.split())


def test_a_sparkline_shows_what_is_empty_and_what_is_most() -> None:
    assert sparkline(days()) == ""
    assert sparkline(days("2026-11-20", *["2026-11-22"] * 9)) == "▁·█"


def found(numbers: Iterable[int]) -> list[Found]:
    seen = datetime(2026, 11, 20, tzinfo=UTC)
    return [
        Found(
            Story(n, f"https://x.example/{n}", "s", 1, "new", None, 1, None,
                  seen + timedelta(minutes=n), seen, article()),
            Match("r", ()),
        )
        for n in numbers
    ]  # fmt: skip


def sampled(size: int, hits: Iterable[Found]) -> list[int]:
    sample = Sample(size)
    for hit in hits:
        sample.offer(hit)
    return [hit.story.id for hit in sample.newest_first()]


def test_a_sample_does_not_depend_on_the_order_and_keeps_no_more_than_its_size() -> None:
    hits = found(range(500))
    chosen = sampled(20, hits)
    assert chosen == sampled(20, reversed(hits)) == sorted(chosen, reverse=True)
    assert len(set(chosen)) == 20
    assert set(chosen) < set(sampled(50, hits))
    assert min(chosen) < 250 < max(chosen)  # from all over
    assert sampled(20, found(range(7))) == [6, 5, 4, 3, 2, 1, 0]
    assert sampled(0, hits) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Laos opens", "**Laos** opens"),
        (f"{'before ' * 20}Laos{' after' * 20}",
         f"… {'before ' * 5}**Laos**{' after' * 6} …"),
        (f"{'中' * 90}Laos{'文' * 90}", f"… {'中' * 40}**Laos**{'文' * 40} …"),
    ],
)  # fmt: skip
def test_a_hit_is_shown_with_whole_words_around_it(text: str, shown: str) -> None:
    start = text.index("Laos")
    span = Span("body", 0, start, start + 4, "laos", "Laos")
    assert in_context(article(body=(text,)), [span]).plain == shown
