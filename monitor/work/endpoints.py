"""Whoever keeps the monitor hears when a channel dies, and when it is alive again."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from monitor.app import App
from monitor.deliver import Channel
from monitor.errors import StoreError
from monitor.health.channels import Seen, Verdict, judge
from monitor.models import About
from monitor.schedule import DELIVERY_SPAN
from monitor.store import Transaction, channels, history

log = logging.getLogger(__name__)


async def look_at_channels(app: App, now: datetime) -> bool:
    """Judge every channel, and tell ``health.channels`` of what is new; whether anything was.

    The channel that died is not told of it: it would not hear.
    """
    every = app.config.channels

    def judged(tx: Transaction) -> dict[str, Verdict]:
        known = channels.conditions(tx)
        return {
            name: verdict
            for name, channel in every.items()
            if (verdict := _judged(tx, name, channel, known.get(name), now))
        }

    def news() -> bool:
        with app.store.read() as tx:
            return bool(judged(tx))

    def tell(tx: Transaction) -> dict[str, Verdict]:
        found = judged(tx)  # once more: another process may have told
        for name, verdict in found.items():
            _tell(tx, app, name, verdict, now)
        return found

    try:
        found = await app.kit.write(tell) if await asyncio.to_thread(news) else {}
    except StoreError as error:
        log.error("nobody can be told how the channels are: %s", error)
        return False
    for name, verdict in found.items():
        level = logging.INFO if verdict.recovered else logging.ERROR
        log.log(level, "channel %s: %s", name, verdict.detail)
    if found:
        app.kit.filed()
    return bool(found)


def _judged(
    tx: Transaction,
    name: str,
    channel: Channel,
    known: channels.Condition | None,
    now: datetime,
) -> Verdict | None:
    known = known or channels.Condition(name)
    traffic = channels.traffic(tx, name, now - 2 * DELIVERY_SPAN)
    seen = Seen(
        closed_by=known.closed_by if known.closed(channel.place()) else None,
        taken_at=traffic.taken_at,
        lost=traffic.lost,
        lost_error=traffic.lost_error,
        waits_since=traffic.waits_since,
        waits_error=traffic.waits_error,
        ill_since=known.ill_since,
        was=known.health,
    )
    return judge(name, seen, now)


def _tell(tx: Transaction, app: App, name: str, verdict: Verdict, now: datetime) -> None:
    since = now
    if verdict.recovered:
        since = channels.condition(tx, name).ill_since or now
        channels.recovered(tx, name)
    else:
        channels.fell_ill(tx, name, verdict.health, verdict.detail, now)
    settings = app.config.settings
    event = history.Event(
        source=name,
        name=name,
        url="",
        health=verdict.health,
        recovered=verdict.recovered,
        detail=verdict.detail,
        since=since,
        created_at=now,
        about=About.CHANNEL,
    )
    others = [each for each in settings.health.channels if each != name]
    history.tell(tx, event, settings.doors(others))
