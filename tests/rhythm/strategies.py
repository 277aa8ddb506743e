"""Rhythms as sources leave them behind, and times to ask them about."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from monitor.rhythm import Rhythm
from tests.builders import NOW

DAY = timedelta(days=1)

times = st.timedeltas(timedelta(0), 10_000 * DAY).map(lambda passed: NOW + passed)
counts = st.floats(0, 1_000)


def counted(number: int) -> st.SearchStrategy[tuple[float, ...]]:
    return st.lists(counts, min_size=number, max_size=number).map(tuple)


@st.composite
def rhythms(draw: st.DrawFn) -> Rhythm:
    at = draw(times)
    worked = draw(counted(7))
    shares = draw(st.lists(st.floats(0, 1), min_size=7, max_size=7))
    watched = draw(st.timedeltas(timedelta(0), 1_000 * DAY))
    return Rhythm(
        since=at - watched,
        at=at,
        last=draw(st.none() | st.just(at)),
        hours=draw(counted(24)),
        weekdays=draw(counted(7)),
        worked=worked,
        days=tuple(share * days for share, days in zip(shares, worked, strict=True)),
        pause=draw(counts),
    )
