"""What was measured, in rows of figures: for people as a table, for programs as JSON."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.bench import server
from tests.bench.entrants import OURS
from tests.bench.measure import Cost, cpus

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Run:
    """One pass of one client over all sources."""

    client: str
    version: str
    setting: str  # such as: workers 8
    stage: str  # cold, unchanged or changed
    sources: int
    cost: Cost
    stored: int  # items in its database afterwards
    stored_due: int
    answers: Mapping[int, int]  # of the server: how many by status
    answers_due: Mapping[int, int]

    @property
    def complete(self) -> bool:
        """Whether it asked for every feed, knew the unchanged ones, and stored every item."""
        return self.stored == self.stored_due and self.answers == self.answers_due

    @property
    def rate(self) -> float:
        """Sources a second."""
        return self.sources / self.cost.wall

    @property
    def cpu(self) -> float:
        """Milliseconds of CPU time, user and system, a source."""
        return self.cost.cpu / self.sources * 1_000

    @property
    def rate_started(self) -> float:
        """``rate`` without the start, of clients that say when it is over."""
        return self.sources / (self.cost.wall - self.cost.start_wall)

    @property
    def cpu_started(self) -> float:
        """``cpu`` without the start, of clients that say when it is over."""
        return (self.cost.cpu - self.cost.start_cpu) / self.sources * 1_000

    def row(self) -> Row:
        return {
            "pass": self.stage,
            "sources": self.sources,
            "client": self.client,
            "setting": self.setting,
            "sources/s": self.rate,
            "CPU ms": self.cpu,
            "start s": self.cost.start_wall or "not said",
            "then sources/s": self.rate_started,
            "then CPU ms": self.cpu_started,
            "peak MiB": self.cost.peak,
            "work": "done" if self.complete else self._shortfall(),
        }

    def _shortfall(self) -> str:
        answers = ", ".join(f"{number} × {status}" for status, number in self.answers.items())
        return f"NOT DONE: {self.stored} of {self.stored_due} items, answers {answers or 'none'}"


def here() -> Row:
    """When and where this is measured."""
    return {
        "date": f"{datetime.now().astimezone():%d %B %Y, %H:%M %Z}",
        "machine": f"{os.cpu_count()} × {_cpu_model()}, {platform.system()} {platform.release()}",
        "load": "1, 5, 15 minutes: " + ", ".join(f"{load:.1f}" for load in os.getloadavg()),
    }


def machine(runs: Sequence[Run]) -> Row:
    """What the figures hold for."""
    serving, polling = cpus()
    clients = dict.fromkeys(f"{run.client} {run.version}" for run in runs)
    own = (f"Python {platform.python_version()}", f"nginx {server.version()}")
    return {
        **here(),
        "pinned to CPU": f"nginx {serving}, clients {polling}",
        "versions": ", ".join((*clients, *own)),
    }


def _cpu_model() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    models = (line.partition(": ")[2] for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def ratios(runs: Sequence[Run]) -> list[Row]:
    """Ours divided by each peer's, pass by pass; a peer counts with its fastest setting."""
    ranked = sorted(runs, key=lambda run: run.rate)
    best = {(run.stage, run.client): run for run in ranked}
    return [
        {
            "pass": stage,
            "ours / theirs": f"{peer}, {theirs.setting}",
            "sources/s": best[stage, OURS].rate / theirs.rate,
            "CPU ms": best[stage, OURS].cpu / theirs.cpu,
            "then sources/s": best[stage, OURS].rate_started / theirs.rate_started,
            "then CPU ms": best[stage, OURS].cpu_started / theirs.cpu_started,
            "peak MiB": best[stage, OURS].cost.peak / theirs.cost.peak,
        }
        for stage in dict.fromkeys(run.stage for run in runs)
        for peer in dict.fromkeys(run.client for run in runs if run.client != OURS)
        if (theirs := best[stage, peer])
    ]


def growth(runs: Sequence[Run]) -> list[Row]:
    """How the cost of a source, without the start, grows with their number; 1 where it does not."""
    fewest = {run.stage: run for run in sorted(runs, key=lambda run: -run.sources)}
    return [
        {
            "pass": run.stage,
            "sources": run.sources,
            "then CPU ms": run.cpu_started,
            f"of that at {fewest[run.stage].sources:,}": (
                run.cpu_started / fewest[run.stage].cpu_started
            ),
        }
        for run in sorted(runs, key=lambda run: list(fewest).index(run.stage))
    ]


def table(rows: Sequence[Row]) -> str:
    """``rows``, all with the same keys, in columns under these."""
    lines = [list(rows[0]), *([_cell(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
