"""Polling many feeds, beside other readers, on the same feeds in the same run.

Three passes, each in a new process of each client: *cold*, when nothing is known; *unchanged*, when
every feed answers 304; *changed*, when every 20th feed has three new stories.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench import newsstand, server
from tests.bench.entrants import CLIENTS, OURS, Entrant
from tests.bench.measure import cpus
from tests.bench.report import Row, Run, growth, machine, ratios, table

CHANGED = 20  # every so many feeds
FRESH = 3  # new stories in each of them
SCALE = (200, 2_000, 20_000)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status is 1 where a client did not do all of the work."""
    options = _options(arguments)
    if not server.find():
        print(f"skipped: {server.MISSING}")
        return 0
    names = [OURS] if options.scale else [OURS, *_present(options.peers)]
    runs: list[Run] = []
    for sources in SCALE if options.scale else (options.sources,):
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            for one in compete(sources, names, Path(folder), datetime.now(UTC)):
                print(f"{one.stage} {one.client} {one.setting}: {one.rate:.1f}/s", file=sys.stderr)
                runs.append(one)
    _print(runs, growth(runs) if options.scale else ratios(runs), as_json=options.json)
    return int(not all(one.complete for one in runs))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.polling", description=__doc__)
    parser.add_argument("--sources", type=int, default=2_000, help="how many (2000)")
    parser.add_argument(
        "--peers", type=_names, default="reader,newsboat", help="reader,newsboat; '' for none"
    )
    parser.add_argument("--scale", action="store_true", help=f"ours alone, with {SCALE} sources")
    parser.add_argument("--json", action="store_true", help="figures for programs")
    return parser.parse_args(arguments)


def _names(text: str) -> list[str]:
    names = [name for name in text.split(",") if name]
    if unknown := set(names) - CLIENTS.keys():
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: not of {', '.join(CLIENTS)}")
    return names


def _present(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if CLIENTS[name].version():
            yield name
        else:
            print(f"{name} is left out: {CLIENTS[name].install}", file=sys.stderr)


@dataclass(frozen=True, slots=True)
class Pass:
    """What each client must come to in one pass."""

    name: str
    answers: dict[int, int]  # how many by status
    items: int  # in its database afterwards


def _passes(sources: int, site: Path, base: datetime) -> Iterator[Pass]:
    """The passes, each with the feeds on ``site`` as they are to be found in it."""
    feeds, items = range(sources), sources * newsstand.ITEMS
    newsstand.publish(site, feeds, 0, base)
    yield Pass("cold", {200: sources}, items)
    yield Pass("unchanged", {304: sources}, items)
    some = feeds[::CHANGED]
    newsstand.publish(site, some, FRESH, base)
    answers = {200: len(some), 304: sources - len(some)}
    yield Pass("changed", answers, items + FRESH * len(some))


def compete(sources: int, names: Sequence[str], folder: Path, now: datetime) -> Iterator[Run]:
    """Run each pass of all clients, with all their settings, before the next pass."""
    site = folder / "site"
    site.mkdir()
    versions = {name: CLIENTS[name].version() or "" for name in names}
    entrants = [
        Entrant(name, threads, folder / f"{name}-{threads}")
        for name in names
        for threads in CLIENTS[name].threads
    ]
    serving, polling = cpus()
    with server.serve(site, folder / "nginx", serving) as nginx:
        for entrant in entrants:
            entrant.prepare([newsstand.address(feed, nginx.port) for feed in range(sources)])
        for stage in _passes(sources, site, now - timedelta(days=1)):
            for entrant in entrants:
                for _ in range(entrant.client.warm_ups if stage.name == "unchanged" else 0):
                    entrant.look(polling)
                nginx.answers()  # to others and to warm-ups: of no account
                cost = entrant.look(polling)
                yield Run(
                    client=entrant.name,
                    version=versions[entrant.name],
                    setting=entrant.setting,
                    stage=stage.name,
                    sources=sources,
                    cost=cost,
                    stored=entrant.stored(),
                    stored_due=stage.items,
                    answers=nginx.answers(),
                    answers_due=stage.answers,
                )


def _print(runs: Sequence[Run], compared: Sequence[Row], *, as_json: bool) -> None:
    rows = [one.row() for one in runs]
    if as_json:
        told = {**machine(runs), "runs": rows, "compared": compared}
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    print(*(f"{key}: {value}" for key, value in machine(runs).items()), sep="\n")
    print(*(f"\n{table(some)}" for some in (rows, compared) if some), sep="\n")


if __name__ == "__main__":
    sys.exit(main())
