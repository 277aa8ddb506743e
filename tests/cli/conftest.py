"""An archive that `monitor once` filled from the sample sites, for the commands to look at."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor import app as house
from monitor import cli
from monitor.demo.site import NewsSites

CHANNELS = """
channels:
  lines:
    kind: file
    path: alerts.jsonl
  broken:
    kind: file
    path: /proc/nowhere/alerts.jsonl
"""
RULES = """
defaults: {channels: [lines]}
rules:
  railway:
    name: China–Laos Railway
    query: railway OR 铁路 OR ທາງລົດໄຟ
  border:
    query: customs
    channels: [lines, broken]
"""


@dataclass(frozen=True)
class Result:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def rows(self) -> list[list[str]]:
        return [line.split("\t") for line in self.out.splitlines()]


class Monitor:
    """Calls the command line as a shell would, but in this process."""

    def __init__(
        self, config: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]
    ) -> None:
        self.config, self._patch, self._capture = config, patch, capture

    def __call__(self, *words: str) -> Result:
        self._patch.setattr(sys, "argv", ["monitor", "--config", str(self.config), *words])
        self._capture.readouterr()
        with pytest.raises(SystemExit) as stop:
            cli.main()
        printed = self._capture.readouterr()
        return Result(int(stop.value.code or 0), printed.out, printed.err)


@dataclass(frozen=True)
class World:
    sites: NewsSites
    config: Path


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The sample sites served, and a configuration that watches them; nothing fetched yet."""
    folder = tmp_path_factory.mktemp("world")
    with NewsSites(house.shipped("site", "samples/site"), folder / "www") as sites:
        config = folder / "config"
        write_config(config, sites)
        yield World(sites, config)


def write_config(config: Path, sites: NewsSites) -> None:
    config.mkdir(parents=True)
    demo = house.shipped("demo", "samples/demo")
    sources = (demo / "sources.yaml").read_text("utf-8")
    for host, address in sites.addresses.items():
        sources = sources.replace(f"${{{host.split('.')[0].upper()}}}", address)
    settings = (demo / "monitor.yaml").read_text("utf-8").partition("channels:")[0]
    (config / "sources.yaml").write_text(sources, "utf-8")
    (config / "monitor.yaml").write_text(settings + CHANNELS, "utf-8")
    (config / "rules.yaml").write_text(RULES, "utf-8")


@pytest.fixture
def monitor(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Monitor:
    return Monitor(world.config, monkeypatch, capsys)


@pytest.fixture
def filled(world: World, monitor: Monitor) -> Monitor:
    """After a baseline and two editions: stories, alerts, a channel that fails."""
    if not (world.config.parent / "alerts.jsonl").exists():
        assert monitor("once", "--all").status == 0
        for edition in world.sites.editions()[:2]:
            world.sites.publish(edition)
            assert monitor("once", "--all").status == 0
    return monitor
