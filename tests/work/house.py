"""A configuration on disk, as small and hasty as a test needs it, and a service that runs on it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.pipeline.kit import Report
from monitor.store import Store, connect, overview, sources
from monitor.work.service import Service
from tests.deliver.tools import SECRET
from tests.newsroom import FEED, Site


@dataclass
class House:
    """The folder ``config`` in ``home``; YAML takes JSON. Call ``write`` after a change."""

    home: Path
    sources: dict[str, Any] = field(default_factory=dict)
    rules: dict[str, Any] = field(
        default_factory=lambda: {"railway": {"query": "train OR trains", "channels": ["out"]}}
    )
    channels: dict[str, Any] = field(
        default_factory=lambda: {"out": {"kind": "file", "path": "alerts.jsonl"}}
    )
    fetch: dict[str, Any] = field(default_factory=dict)
    store: str = "sqlite:///monitor.db"
    web: dict[str, Any] = field(default_factory=dict)
    parse: dict[str, Any] = field(default_factory=lambda: {"workers": 0})  # quick to start
    health: dict[str, Any] = field(default_factory=dict)

    @property
    def directory(self) -> Path:
        return self.home / "config"

    def watch(self, site: Site, name: str = "laostimes", **more: Any) -> None:
        hasty = {"kind": "feed", "url": site.base + FEED, "interval": "1s"}
        self.sources[name] = hasty | more

    def mail(self, port: int) -> None:
        said = {"kind": "email", "host": "127.0.0.1", "port": port, "security": "none"}
        people = {"sender": "monitor@embassy.example", "to": ["analyst@embassy.example"]}
        self.channels["mail"] = said | people

    def hook(self, url: str) -> None:
        self.channels["hook"] = {"kind": "webhook", "url": url, "secret": SECRET, "timeout": 120}

    def profile(self, host: str, **keys: Any) -> None:
        """Of the layout of a host's pages; at once."""
        (self.directory / "profiles").mkdir(parents=True, exist_ok=True)
        self._put(f"profiles/{host}.yaml", {"hosts": [host], **keys})

    def pack(self, concepts: dict[str, Any], name: str = "own") -> None:
        """Of concepts; at once."""
        (self.directory / "concepts").mkdir(parents=True, exist_ok=True)
        self._put(f"concepts/{name}.yaml", {"concepts": concepts})

    def tell_owners(self) -> None:
        self.channels["owners"] = {"kind": "file", "path": "owners.jsonl"}
        self.health["channels"] = ["owners"]

    def owners_heard(self) -> list[Any]:
        """What was sent to health.channels, in order."""
        path = self.home / "owners.jsonl"
        return [*map(json.loads, path.read_text("utf-8").splitlines())] if path.exists() else []

    def write(self) -> None:
        self.directory.mkdir(exist_ok=True)
        hasty = {"interval": "1s", "min_interval": "1s", "delay": "0s", "allow": ["127.0.0.0/8"]}
        monitor = {"store": {"url": self.store}, "fetch": hasty | self.fetch, "web": self.web}
        more = {"parse": self.parse, "channels": self.channels, "health": self.health}
        self._put("monitor.yaml", monitor | more)
        self._put("sources.yaml", {"sources": self.sources})
        self._put("rules.yaml", {"rules": self.rules})

    def _put(self, name: str, what: Mapping[str, Any]) -> None:
        """Only what changed, and at once, as editors do: half a file would be another test."""
        path, text = self.directory / name, json.dumps(what)
        if path.exists() and path.read_text() == text:
            return
        new = path.with_suffix(".new")
        new.write_text(text)
        new.rename(path)

    def told(self) -> list[str]:
        """The titles in the file channel's file, in order."""
        path = self.home / "alerts.jsonl"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        return [json.loads(line)["article"]["title"] for line in lines]

    def database(self) -> Store:
        return Store(connect(self.store, self.home))

    def in_hand(self) -> list[str]:
        """Sources and deliveries under a lease."""
        store = self.database()
        with store.read() as tx:
            leased = [
                *tx.exec_driver_sql(
                    "SELECT id FROM sources WHERE lease_until IS NOT NULL"
                ).scalars(),
                *(one.id for one in overview.list_deliveries(tx) if one.status == "sending"),
            ]
        store.close()
        return leased

    def looked(self, name: str = "laostimes") -> bool:
        """Whether the first look at a source is done."""
        store = self.database()
        with store.read() as tx:
            state = sources.state(tx, name)
        store.close()
        return state is not None and state.baseline_at is not None


@asynccontextmanager
async def running(house: House) -> AsyncIterator[tuple[Service, list[Report]]]:
    """The service at work in this event loop, and the reports of its looks; stopped at the end."""
    house.write()
    reports: list[Report] = []
    service = Service(house.directory, {}, checked=reports.append)
    task = asyncio.create_task(service.run())
    try:
        yield service, reports
    finally:
        service.stop()
        await task
