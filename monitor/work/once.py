"""One pass over everything, for cron."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress

from monitor.app import App
from monitor.discover import Source
from monitor.errors import StoreError
from monitor.models import SourceState
from monitor.pipeline import check
from monitor.pipeline.kit import LEASE, Kit, Report
from monitor.pipeline.look import watched
from monitor.store import Transaction
from monitor.store import sources as rows
from monitor.work import volumes
from monitor.work.backfill import look_back
from monitor.work.editions import keep_open
from monitor.work.endpoints import look_at_channels
from monitor.work.escalations import escalate
from monitor.work.lease import keep
from monitor.work.places import Places, host_of
from monitor.work.upkeep import catch_up, prune

AHEAD = 4  # times as many are claimed at once as there are places: none waits for the database


async def run_once(
    app: App,
    sources: Iterable[Source],
    *,
    early: bool = False,
    done: Callable[[Report], None] = lambda _: None,
) -> list[Report]:
    """Check ``sources``, those that are due or all (``early``), send what waits, prune.

    ``done`` hears of each source as it is finished. Raises StoreError, once all that could be
    done is done.
    """
    by_id = {source.id: source for source in sources}
    reports = {source_id: Report(source_id, "not due") for source_id in by_id}
    faults: list[StoreError] = []
    places: Places[SourceState] = Places(app.config.settings.fetch.concurrency)
    in_hand: set[str] = set()  # claimed: looked at, or in line for a place

    async def look(state: SourceState, host: str) -> None:
        with places.given_back(host):
            try:
                report = await check(by_id[state.id], state, app.kit, early=early)
            except StoreError as error:
                faults.append(error)
            else:
                reports[state.id] = report
                done(report)
            finally:
                in_hand.discard(state.id)
        start()

    def start() -> None:
        for host, state in () if faults else places.admit():
            group.create_task(look(state, host))

    await look_back(app)
    wanted = await app.kit.write(lambda tx: _register(tx, by_id, app.kit, early=early))
    keeper = asyncio.create_task(keep(in_hand, app.kit))
    try:
        async with asyncio.TaskGroup() as group:
            hosts = {source_id: host_of(by_id[source_id].url) for source_id in wanted}
            for some in rows.parts(_one_of_each(hosts), AHEAD * places.total):
                taken = await app.kit.write(_claiming(some, app.kit), durable=False)
                in_hand |= {state.id for state in taken}
                for busy in set(some) - in_hand:
                    reports[busy] = Report(busy)
                    done(reports[busy])
                for state in taken:
                    places.line_up(hosts[state.id], [state])
                start()
                await places.thinned()
    finally:
        keeper.cancel()
        await _put_back(places.clear(), app.kit)
    await _wind_up(app)
    if faults:
        raise faults[0]
    return list(reports.values())


async def _wind_up(app: App) -> None:
    """Judge what came, send all that waits, and then what is to be told of the channels, and what
    they did not take; let go of what is old."""
    await volumes.judge(app)
    await catch_up(app, app.kit.clock())
    await keep_open(app, app.kit.clock())
    await app.outbox.drain()
    told = await look_at_channels(app, app.kit.clock())
    if await escalate(app) or told:
        await app.outbox.drain()
    await prune(app, app.kit.clock())


def _register(tx: Transaction, by_id: dict[str, Source], kit: Kit, *, early: bool) -> Sequence[str]:
    """Make sure of the sources' rows; the ids of those whose turn it is."""
    rows.watch(tx, watched(by_id.values()))
    return list(by_id) if early else rows.due(tx, kit.clock())


def _one_of_each(hosts: Mapping[str, str]) -> Sequence[str]:
    """One source of each host, then the next of each; ``hosts`` are those of the sources."""
    turn: Counter[str] = Counter()
    turns: dict[str, int] = {}
    for source_id, host in hosts.items():
        turns[source_id] = turn[host]
        turn[host] += 1
    return sorted(turns, key=turns.__getitem__)


def _claiming(ids: Sequence[str], kit: Kit) -> Callable[[Transaction], Sequence[SourceState]]:
    return lambda tx: rows.claim(tx, kit.clock(), LEASE, among=ids)


async def _put_back(states: Sequence[SourceState], kit: Kit) -> None:
    """What was claimed and is not looked at, since something went wrong."""

    def release(tx: Transaction) -> None:
        for state in states:
            rows.release(tx, state.id)

    with suppress(StoreError):  # their leases run out
        if states:
            await kit.write(release)
