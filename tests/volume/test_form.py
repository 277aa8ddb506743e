"""What a rule may write for spike, silence and count, and how their figures read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.models import Volume, VolumeKind
from monitor.volume import ALLOWED, Verdict, figure, parse_volume, told, written

SPIKE, SILENCE, COUNT = VolumeKind.SPIKE, VolumeKind.SILENCE, VolumeKind.COUNT
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("kind", "text", "volume"),
    [
        (SPIKE, "3x over 28d", Volume(SPIKE, 28 * DAY, factor=3)),
        (SPIKE, "2.5x over 4w", Volume(SPIKE, 28 * DAY, factor=2.5)),
        (SPIKE, " 3x  over 90d ", Volume(SPIKE, 90 * DAY, factor=3)),
        (SILENCE, "none for 5d", Volume(SILENCE, 5 * DAY)),
        (SILENCE, "none for 12h", Volume(SILENCE, 12 * HOUR)),
        (COUNT, ">= 10 in 24h", Volume(COUNT, DAY, least=10)),
        (COUNT, ">=1 in 10m", Volume(COUNT, timedelta(minutes=10), least=1)),
    ],
)
def test_the_three_forms(kind: VolumeKind, text: str, volume: Volume) -> None:
    assert parse_volume(kind, text) == volume


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *((SPIKE, text) for text in ("", "3 x over 28d", "3x", "3x over 28", "1x over 28d")),
        *(
            (SPIKE, text)
            for text in ("101x over 28d", "3x over 13d", "3x over 91d", "-3x over 28d")
        ),
        *((SPIKE, text) for text in ("３x over 28d", "3X OVER 28D", "3,5x over 28d", 3, None)),
        *((SILENCE, text) for text in ("none", "none for 5", "none for 0d", "none for 59m", "5d")),
        *((SILENCE, text) for text in ("none for 91d", "none for 999999w", "None for 5d", True)),
        *((COUNT, text) for text in ("10 in 24h", ">= 0 in 24h", "> 10 in 24h", ">= 10 in 9m")),
        *((COUNT, text) for text in (">= 100001 in 24h", ">= 10", ">= 1.5 in 24h", "= 10 in 24h")),
    ],
)
def test_all_else_is_refused_with_what_is_allowed(kind: VolumeKind, text: object) -> None:
    with pytest.raises(ValueError, match=r"^allowed: ") as refused:
        parse_volume(kind, text)
    assert str(refused.value) == f"allowed: {ALLOWED[kind]}"


LENGTHS = st.integers(14 * 24 * 60, 90 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
VOLUMES = st.one_of(
    st.builds(Volume, st.just(SPIKE), LENGTHS, factor=st.integers(11, 1000).map(lambda n: n / 10)),
    st.builds(Volume, st.just(SILENCE), LENGTHS),
    st.builds(Volume, st.just(COUNT), LENGTHS, least=st.integers(1, 100_000)),
)


@given(VOLUMES)
def test_what_is_written_is_read_again(volume: Volume) -> None:
    assert parse_volume(volume.kind, written(volume)) == volume


@given(st.one_of(st.text(), st.text("0123456789x over none for>=indhw .")))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    for kind in VolumeKind:
        try:
            parse_volume(kind, text)
        except ValueError as error:
            assert str(error).startswith("allowed: ")  # noqa: PT017


@pytest.mark.parametrize(
    ("kind", "text", "verdict", "words"),
    [
        (
            SPIKE,
            "3x over 28d",
            Verdict(True, 14, 3.0, NOW - DAY),
            "spike: 14 stories in 24 h, 3 expected",
        ),
        (
            SILENCE,
            "none for 5d",
            Verdict(True, 0, 12.34, NOW - 6.5 * DAY),
            "silence: no story in 6.5 days, 12.3 expected",
        ),
        (
            COUNT,
            ">= 1 in 1h",
            Verdict(True, 1, 0.04, NOW - HOUR),
            "count: 1 story in 1 h, 0.04 expected",
        ),
        (COUNT, ">= 2 in 20m", Verdict(True, 2, None, NOW - HOUR), "count: 2 stories in 20 min"),
        (
            COUNT,
            ">= 2 in 3d",
            Verdict(True, 2, 0.0, NOW - 3 * DAY),
            "count: 2 stories in 3 days, 0 expected",
        ),
    ],
)
def test_the_figures_in_words(kind: VolumeKind, text: str, verdict: Verdict, words: str) -> None:
    assert told(parse_volume(kind, text), verdict, NOW) == words


def test_figures_are_short() -> None:
    assert [figure(number) for number in (0, 0.041, 0.5, 1, 2.96, 140.04)] == [
        *("0", "0.04", "0.5", "1", "3", "140"),
    ]
