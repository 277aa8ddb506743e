"""What is in hand stays in hand, however long it waits for its host."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection

from monitor.errors import StoreError
from monitor.pipeline.kit import LEASE, Kit
from monitor.store import Transaction, sources

log = logging.getLogger(__name__)

RENEW_EVERY = LEASE / 3


async def renew(in_hand: Collection[str], kit: Kit) -> None:
    """Renew the leases on the sources that are ``in_hand``."""
    ids, now = list(in_hand), kit.clock()

    def work(tx: Transaction) -> None:
        for source_id in ids:
            sources.renew(tx, source_id, now, LEASE)

    try:
        if ids:
            await kit.write(work)
    except StoreError as error:
        log.error("the leases of sources cannot be renewed: %s", error)


async def keep(in_hand: Collection[str], kit: Kit) -> None:
    """Renew them again and again; cancel it at the end."""
    while True:
        await asyncio.sleep(RENEW_EVERY.total_seconds())
        await renew(in_hand, kit)
