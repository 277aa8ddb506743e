"""The outbox: webhooks a second to a receiver on this machine, with more and more waiting.

Each round sends the same number of deliveries, over twenty channels side by side, from a database
in which ``pending`` of them wait. Their cost is to be the same however many those are.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from monitor.app import make_fetcher, settle
from monitor.deliver.base import Answer
from monitor.deliver.webhook import WebhookChannel
from monitor.fetch import Fetcher
from monitor.outbox import Outbox
from monitor.settings import FetchSettings
from monitor.store import Store, connect, stories, upgrade
from monitor.store.tables import alerts, deliveries, matches
from tests.bench.receiver import receiving, told
from tests.bench.report import Row, here, table
from tests.bench.rulestock import articles
from tests.builders import batch
from tests.deliver.tools import webhook

PENDING = (1_000, 10_000, 100_000)
SEND, CHANNELS, ROUNDS = 1_000, 20, 3
PER_STORY = 5  # rules that meet it, each with an alert on every channel
GOAL, GOAL_GROWTH = 500.0, 1.5  # deliveries a second; the cost of one with most waiting to fewest
START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@dataclass
class Counting:
    """The way out, which says when enough is through."""

    fetcher: Fetcher
    enough: int
    done: asyncio.Event
    sent: int = 0

    @property
    def proxy(self) -> str | None:
        return self.fetcher.proxy

    async def addresses(self, host: str, port: int) -> list[str]:
        return await self.fetcher.addresses(host, port)

    async def post(
        self, url: str, *, body: bytes, headers: Mapping[str, str], timeout: float | None = None
    ) -> Answer:
        answer = await self.fetcher.post(url, body=body, headers=headers, timeout=timeout)
        self.sent += 1
        if self.sent == self.enough:
            self.done.set()
        return answer


@dataclass(frozen=True, slots=True)
class Run:
    """One round."""

    pending: int
    sent: int  # as the receiver counts
    recorded: int
    repeated: int
    wall: float
    cpu: float

    def row(self, database: str) -> Row:
        return {
            "database": database,
            "pending": self.pending,
            "deliveries/s": self.sent / self.wall,
            "CPU ms": self.cpu / self.sent * 1_000,
            "sent": self.sent,
            "recorded": self.recorded,
            "repeated": self.repeated,
        }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status is 1 where a delivery was repeated, or not recorded."""
    options = _options(arguments)
    settle()  # as the service does
    runs = [
        run
        for pending in options.pending
        for run in _rounds(pending, options.send, options.channels, options.rounds, options.store)
    ]
    best = [
        max((run for run in runs if run.pending == pending), key=lambda run: run.sent / run.wall)
        for pending in options.pending
    ]
    rows = [run.row("SQLite" if options.store is None else "PostgreSQL") for run in best]
    growth = (best[-1].cpu / best[-1].sent) / (best[0].cpu / best[0].sent)
    _print(rows, growth, options.channels, as_json=options.json)
    return int(any(run.repeated or run.recorded != run.sent for run in runs))


def _rounds(
    pending: int, send: int, channels: int, rounds: int, address: str | None
) -> Iterator[Run]:
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="bench-") as folder, receiving() as port:
            store = Store(connect(address or f"sqlite:///{folder}/monitor.db", Path(folder)))
            upgrade(store.engine, START)
            names = [f"hook{number}" for number in range(channels)]
            fill(store, names, pending)
            hooks = {name: hook(number, port) for number, name in enumerate(names)}
            yield asyncio.run(deliver(store, hooks, port, pending, min(send, pending)))
            store.close()


def hook(number: int, port: int) -> WebhookChannel:
    """A channel to a host of its own."""
    return webhook(f"http://127.0.1.{number + 1}:{port}/")


def fill(store: Store, channels: Sequence[str], pending: int) -> None:
    """Let ``pending`` deliveries wait, of stories of the usual length, the same on each channel."""
    each = pending // len(channels)
    for place, story in enumerate(articles(-(-each // PER_STORY))):
        rules = range(place * PER_STORY, min((place + 1) * PER_STORY, each))
        with store.write(durable=False) as tx:
            story_id, _ = stories.write(tx, replace(batch(story), key=story.url))
            rows = [
                {"story_id": story_id, "rule_id": f"r{rule}", "revision": 1, "spans": []}
                for rule in rules
            ]
            tx.execute(insert(matches), rows)
            for rule in rules:
                _alert(tx, story_id, rule, channels)


def _alert(tx: object, story_id: int, rule: int, channels: Sequence[str]) -> None:
    at = START + timedelta(milliseconds=rule)
    said = {"rule_id": f"r{rule}", "rule_label": f"Rule {rule}", "story_id": story_id}
    rest = {"revision": 1, "reason": "new story", "correction": False, "created_at": at}
    alert_id = tx.execute(  # type: ignore[attr-defined]
        insert(alerts).values(**said, **rest).returning(alerts.c.id)
    ).scalar_one()
    rows = [
        {
            "id": f"msg_{rule}_{channel}",
            "alert_id": alert_id,
            "channel": channel,
            "status": "pending",
            "attempts": 0,
            "due_at": at,
            "next_at": at,
            "created_at": at,
        }
        for channel in channels
    ]
    tx.execute(insert(deliveries), rows)  # type: ignore[attr-defined]


async def deliver(
    store: Store, channels: Mapping[str, WebhookChannel], port: int, pending: int, send: int
) -> Run:
    done = asyncio.Event()
    fetcher = make_fetcher(FetchSettings(allow=("127.0.0.0/8",)))
    box = Outbox(
        store=store,
        channels=channels,
        http=Counting(fetcher, send, done),
        console=io.StringIO(),
        home=Path("/"),
        clock=lambda: datetime.now(UTC),
        rng=random.Random(7),
    )
    began, cpu = time.perf_counter(), time.process_time()
    serving = asyncio.create_task(box.serve())
    await done.wait()
    box.stop()
    await serving  # what is in hand is written down too
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    await fetcher.aclose()
    ids = [one for one, _ in told(port)]
    with store.read() as tx:
        query = "SELECT count(*) FROM deliveries WHERE status = 'sent'"
        recorded = tx.exec_driver_sql(query).scalar_one()
    return Run(pending, len(ids), recorded, len(ids) - len(set(ids)), wall, cpu)


def _print(rows: list[Row], growth: float, channels: int, *, as_json: bool) -> None:
    goal = f"{GOAL:g} deliveries/s, and the last CPU ms at most {GOAL_GROWTH:g} times the first"
    if as_json:
        told_ = {**here(), "channels": channels, "goal": goal, "rows": rows, "growth": growth}
        print(json.dumps(told_, indent=2))
        return
    print(*(f"{key}: {value}" for key, value in here().items()), sep="\n")
    print(f"{channels} channels side by side; goal: {goal}\n")
    print(table(rows))
    print(f"\nCPU time of a delivery, most waiting to fewest: {growth:.2f}")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.outbox", description=__doc__)
    parser.add_argument("--pending", type=int, nargs="+", default=PENDING, metavar="NUMBER")
    parser.add_argument("--send", type=int, default=SEND, help=f"in each round ({SEND})")
    parser.add_argument("--channels", type=int, default=CHANNELS, help=f"({CHANNELS})")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"the best counts ({ROUNDS})")
    parser.add_argument("--store", help="an empty PostgreSQL database; without it, SQLite")
    parser.add_argument("--json", action="store_true", help="figures for programs")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
