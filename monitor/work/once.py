"""One pass over everything, for cron."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from monitor.app import App
from monitor.discover import Source
from monitor.errors import StoreError
from monitor.models import SourceState
from monitor.pipeline import check
from monitor.pipeline.kit import LEASE, Kit, Report
from monitor.pipeline.look import watched
from monitor.store import Transaction
from monitor.store import sources as rows
from monitor.work.lease import keep
from monitor.work.places import Places, host_of
from monitor.work.upkeep import prune


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
    places: Places[str] = Places(app.config.settings.fetch.concurrency)
    in_hand: set[str] = set()

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

    for source_id in await app.kit.write(lambda tx: _register(tx, by_id, app.kit, early=early)):
        places.line_up(host_of(by_id[source_id].url), [source_id])
    keeper = asyncio.create_task(keep(in_hand, app.kit))
    try:
        async with asyncio.TaskGroup() as group:
            while places.waiting and not faults:
                hosts = {source_id: host for host, source_id in await places.admitted()}
                taken = await app.kit.write(_claiming(list(hosts), app.kit))
                in_hand |= {state.id for state in taken}
                for busy in hosts.keys() - in_hand:
                    places.give_back(hosts[busy])
                    reports[busy] = Report(busy)
                    done(reports[busy])
                for state in taken:
                    group.create_task(look(state, hosts[state.id]))
    finally:
        keeper.cancel()
    await app.outbox.drain()
    await prune(app, app.kit.clock())
    if faults:
        raise faults[0]
    return list(reports.values())


def _register(tx: Transaction, by_id: dict[str, Source], kit: Kit, *, early: bool) -> Sequence[str]:
    """Make sure of the sources' rows; the ids of those whose turn it is."""
    rows.watch(tx, watched(by_id.values()))
    return list(by_id) if early else rows.due(tx, kit.clock())


def _claiming(ids: Sequence[str], kit: Kit) -> Callable[[Transaction], Sequence[SourceState]]:
    return lambda tx: rows.claim(tx, kit.clock(), LEASE, among=ids)
