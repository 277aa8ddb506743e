"""From publication to alert: the real service, its sources and its webhook on this machine.

The clock starts with the answer that carried the story, the feed's in which it first stood, or the
page's, and ends when the webhook has come.
"""

from __future__ import annotations

import argparse
import json
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.request import urlopen

from tests.bench.measure import ROOT
from tests.bench.newswire import host
from tests.bench.receiver import receiving
from tests.bench.report import Row, here, table
from tests.work.house import House

SOURCES, RATE, STORIES = 50, 20.0, 600
WARM_UP = 15.0  # seconds of stories before those that count: processes start
GOAL = 1.0  # seconds, p99
PATIENCE = 120.0  # seconds for what must come
FROM = {"feed": "its feed's answer", "page": "its page's answer"}

Times = Mapping[str, Mapping[str, float]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status is 1 where an alert did not come."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        warm = round(options.warm_up * options.rate)
        times = measure(options.sources, warm + options.stories, options.rate, Path(folder))
    times = {slug: when for slug, when in times.items() if _number(slug) >= warm}
    rows = [_row(what, name, times) for what, name in FROM.items()]
    missing = options.stories - sum("alert" in one for one in times.values())
    goal = f"p99 under {GOAL:g} s with {SOURCES} sources at {RATE:g} stories a second"
    if options.json:
        said = {"sources": options.sources, "rate": options.rate, "goal": goal, "missing": missing}
        print(json.dumps({**here(), **said, "rows": rows}, indent=2))
    else:
        print(*(f"{key}: {value}" for key, value in here().items()), sep="\n")
        print(f"{options.sources} sources, {options.rate:g} stories a second; goal: {goal}\n")
        print(table(rows))
        if missing:
            print(f"MISSING: {missing} alerts")
    return int(bool(missing))


def measure(sources: int, stories: int, rate: float, folder: Path) -> Times:
    """When each new story stood in a feed, was read, and was told."""
    with receiving("tests.bench.newswire", str(sources)) as port, _service(sources, port, folder):
        _until(lambda: _looked(folder) == sources)
        urlopen(f"http://127.0.0.1:{port}/publish/{stories}/{rate}").close()
        told: dict[str, dict[str, float]] = {}

        def all_came() -> bool:
            with urlopen(f"http://127.0.0.1:{port}/told") as answer:
                new = json.load(answer).items()
            told.update((slug, when) for slug, when in new if "-old-" not in slug)
            return sum("alert" in when for when in told.values()) == stories

        _until(all_came, stories / rate)
    return told


@contextmanager
def _service(sources: int, port: int, folder: Path) -> Iterator[None]:
    """`monitor run`, as users have it, but for haste."""
    house = House(folder, parse={}, fetch={"concurrency": 64})
    for site in range(sources):
        url = f"http://{host(site)}:{port}/feed"
        house.sources[f"site{site}"] = {"kind": "feed", "url": url, "interval": "3s"}
    house.hook(f"http://127.0.0.1:{port}/alerts")
    house.rules["railway"]["channels"] = ["hook"]
    house.write()
    command = [sys.executable, "-m", "monitor", "--config", str(house.directory), "run"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stderr=log, cwd=ROOT)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _looked(folder: Path) -> int:
    """How many sources have had their first look."""
    path = folder / "monitor.db"
    if not path.exists():
        return 0
    try:
        with closing(sqlite3.connect(path)) as database:
            count = "SELECT count(*) FROM sources WHERE baseline_at IS NOT NULL"
            return int(database.execute(count).fetchone()[0])
    except sqlite3.OperationalError:  # its tables are being made
        return 0


def _until(what: Callable[[], bool], more: float = 0.0) -> None:
    """Come back when it is so, or when it will not be."""
    end = time.monotonic() + PATIENCE + more
    while not what() and time.monotonic() < end:
        time.sleep(0.2)


def _row(what: str, name: str, times: Times) -> Row:
    took = sorted(one["alert"] - one[what] for one in times.values() if "alert" in one)
    return {
        "from": name,
        "alerts": len(took),
        "p50 s": _part(took, 0.5),
        "p99 s": _part(took, 0.99),
        "longest s": _part(took, 1.0),
    }


def _number(slug: str) -> int:
    return int(slug.rpartition("-")[2])


def _part(took: Sequence[float], share: float) -> float | str:
    return round(took[min(len(took) - 1, int(share * len(took)))], 3) if took else "-"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.latency", description=__doc__)
    parser.add_argument("--sources", type=int, default=SOURCES, help=f"({SOURCES})")
    parser.add_argument("--rate", type=float, default=RATE, help=f"stories a second ({RATE:g})")
    parser.add_argument("--stories", type=int, default=STORIES, help=f"({STORIES})")
    parser.add_argument(
        "--warm-up", type=float, default=WARM_UP, help=f"seconds that do not count ({WARM_UP:g})"
    )
    parser.add_argument("--json", action="store_true", help="figures for programs")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
