"""One source's way through the house: look, write down what is new, read it, file it.

``check`` is the story on one screen; ``docs/architecture.md`` walks it line by line.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from http.cookiejar import CookieJar

from monitor.discover import Source
from monitor.errors import MonitorError
from monitor.models import SourceState
from monitor.pipeline.gapfill import fill
from monitor.pipeline.kit import LEASE, Kit, Report
from monitor.pipeline.look import look, pages_wait, watched
from monitor.pipeline.pages import read_waiting
from monitor.pipeline.verdict import Look, Verdict
from monitor.rhythm import Rhythm
from monitor.store import Transaction, sources

_FAR = timedelta(days=1)  # what a rhythm learned that far in the future, it unlearns with the rest


async def check_source(source: Source, kit: Kit, *, early: bool = False) -> Report:
    """Claim ``source`` and check it. One that another task or process has is left to it."""
    for state in await claim(kit, [source]):
        return await check(source, state, kit, early=early)
    return Report(source.id)


async def claim(kit: Kit, wanted: Collection[Source]) -> list[SourceState]:
    """Take ``wanted`` under a lease, as far as nobody else has them. Raises StoreError."""
    rows = watched(wanted)

    def work(tx: Transaction) -> list[SourceState]:
        sources.register(tx, rows)
        return sources.claim(tx, kit.clock(), LEASE, among=rows)

    return await kit.write(work)


async def check(source: Source, state: SourceState, kit: Kit, *, early: bool = False) -> Report:
    """Look at a claimed ``source`` if it is due (or ``early``), read its pages that wait.

    Raises StoreError alone; whatever goes wrong outside is recorded and reported. The source is
    put back at the end, whatever the end.
    """
    report, jar = Report(source.id, "not due"), CookieJar() if source.cookies else None
    in_hand = True
    try:
        state = await _put_right(state, kit)
        if early or state.next_at is None or state.next_at <= kit.clock():
            state = await _poll(source, state, kit, report, jar)
            in_hand = pages_wait(state, kit.clock())
        if pages_wait(state, kit.clock()):
            state = await read_waiting(source, state, kit, report, jar)
            in_hand = False
    finally:
        if in_hand:
            await kit.write(lambda tx: sources.release(tx, source.id))
    report.again = min(filter(None, (state.next_at, state.pages_at)), default=None)
    return report


async def _put_right(state: SourceState, kit: Kit) -> SourceState:
    """``state`` as it can be, written down where it could not: the clock was ahead."""
    now = kit.clock()
    right = _as_of(state, now)
    if right is not state:
        keep = {state.id: now + LEASE}
        await kit.write(lambda tx: sources.record(tx, [right], keep_until=keep))
    return right


def _as_of(state: SourceState, now: datetime) -> SourceState:
    """What was written down while the clock was ahead holds as of ``now``: it is due."""
    if state.checked_at is None or state.checked_at <= now + sources.AHEAD:
        return state
    learned = Rhythm.from_json(state.rhythm).at
    return replace(
        state,
        next_at=now,
        pages_at=state.pages_at and now,
        succeeded_at=state.succeeded_at and min(state.succeeded_at, now),
        baseline_at=state.baseline_at and min(state.baseline_at, now),
        new_at=state.new_at and min(state.new_at, now),
        rhythm=None if learned and learned > now + _FAR else state.rhythm,
    )


async def _poll(
    source: Source, state: SourceState, kit: Kit, report: Report, jar: CookieJar | None
) -> SourceState:
    """One look, written down; the source's state after it."""
    seen = await look(source, state, kit, jar)
    found = await kit.record(seen)
    _tell(report, seen, found)
    if found.due is not None:
        kit.filed()
    if source.archive is None or found.state.failures:
        return found.state
    return await fill(source, found.state, kit, jar, news=bool(seen.links))


def _tell(report: Report, seen: Look, found: Verdict) -> None:
    if isinstance(seen.answer, MonitorError):
        report.outcome = "failed"
        report.errors.append(str(seen.answer))
        return
    report.outcome = "not modified" if seen.links is None else "looked"
    report.first = seen.before.baseline_at is None
    report.recovered = seen.before.failures > 0
    report.announced = found.waiting
