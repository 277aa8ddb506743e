"""Holding many rules against stories, beside other ways to do it, on the same stories and rules.

Each engine reads each number of rules in a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import math
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from monitor.match.canonical import BREAK, canonical
from monitor.models import Article
from tests.bench.measure import ROOT
from tests.bench.report import Row, here, table
from tests.bench.ruleengines import ENGINES, OURS, Engine
from tests.bench.rulestock import articles, rules

SIZES = (1_000, 10_000, 100_000)
STORIES = 2_000
AT_LEAST = 5  # stories that the slowest reads, and by which all are held to the same answer
NAIVE = "naive in"
EXPLAINED = "monitor, explained"
TOO_LARGE = {"re2 Set": 10_000, "naive re": 10_000}  # beyond, a run would take hours or gigabytes

# Times as many stories a second as the naive one, by number of rules; and the other goals.
GOALS = {1_000: 12.0, 10_000: 70.0, 100_000: 200.0}
GOAL_CANONICAL, GOAL_EXPONENT, GOAL_MEMORY, GOAL_EXPLAINED = 2.2, 0.45, 120.0, 1.15


@dataclass(frozen=True, slots=True)
class Measured:
    """One engine at one number of rules; times are of the processor."""

    engine: str
    rules: int
    dense: bool
    build: float  # seconds
    memory: float  # MiB
    stories: int
    mean: float  # microseconds a story
    p99: float
    canonical: float  # of making the canonical text alone
    matches: float  # a story
    digest: str  # of what the first stories met

    def row(self) -> Row:
        return {
            "set": "dense" if self.dense else "sparse",
            "rules": self.rules,
            "engine": self.engine,
            "stories/s": 1e6 / self.mean,
            "mean µs": self.mean,
            "p99 µs": self.p99,
            "÷ canonical text": self.mean / self.canonical,
            "build s": self.build,
            "memory MiB": self.memory,
            "matches a story": self.matches,
            "read": self.stories,
        }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status is 1 where two engines disagree."""
    options = _options(arguments)
    if options.one:
        engine, number = options.one[0], int(options.one[1])
        print(json.dumps(asdict(measure(engine, number, options.stories, dense=options.dense))))
        return 0
    runs: list[Measured] = []
    for dense in (False, True):
        for number in options.sizes:
            for engine in options.engines:
                if number <= TOO_LARGE.get(engine, number):
                    runs.append(_in_a_process(engine, number, options.stories, dense=dense))
                    print(f"{engine}, {number:,} rules: done", file=sys.stderr)
    compared = list(comparison(runs))
    wrong = disagreements(runs)
    if options.json:
        told = {"machine": here(), "runs": [run.row() for run in runs], "goals": compared}
        print(json.dumps({**told, "disagree": wrong}, ensure_ascii=False, indent=2))
    else:
        print(*(f"{key}: {value}" for key, value in here().items()), sep="\n")
        print("", table([run.row() for run in runs]), table(compared), *wrong, sep="\n")
    return int(bool(wrong))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.rules", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of rules")
    parser.add_argument("--stories", type=int, default=STORIES, help="how many (2000)")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--json", action="store_true", help="figures for programs")
    parser.add_argument("--one", nargs=2, metavar=("ENGINE", "RULES"), help=argparse.SUPPRESS)
    parser.add_argument("--dense", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _in_a_process(engine: str, number: int, stories: int, *, dense: bool) -> Measured:
    command = [sys.executable, "-m", "tests.bench.rules", "--one", engine, str(number)]
    command += ["--stories", str(stories), *(["--dense"] if dense else [])]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return Measured(**json.loads(told.stdout))


def measure(
    engine: str, number: int, stories: int, *, dense: bool, seconds: float = 10.0
) -> Measured:
    """Build and read: once all stories, or as many as ``seconds`` allow, unmeasured; then again."""
    stock = list(articles(stories))
    written = rules(number, dense=dense)
    gc.collect()
    before, began = _resident(), time.process_time()
    match = ENGINES[engine](written)
    build = time.process_time() - began
    gc.collect()
    gc.freeze()  # as the service does once it has started
    memory = _resident() - before
    read = _affordable(match, stock, seconds)
    times, found, digest = [], 0, hashlib.blake2b(digest_size=8)
    for place, article in enumerate(islice(stock, read)):
        began = time.process_time()
        met = match(article)
        times.append(time.process_time() - began)
        found += len(met)
        if place < AT_LEAST:
            digest.update(json.dumps(sorted(met)).encode())
    times.sort()
    return Measured(
        engine=engine,
        rules=number,
        dense=dense,
        build=build,
        memory=memory,
        stories=read,
        mean=statistics.fmean(times) * 1e6,
        p99=times[int(0.99 * (len(times) - 1))] * 1e6,
        canonical=_canonical(stock),
        matches=found / read,
        digest=digest.hexdigest(),
    )


def _affordable(match: Engine, stock: Iterable[Article], seconds: float) -> int:
    until, read = time.process_time() + seconds, 0
    for article in stock:
        match(article)
        read += 1
        if read >= AT_LEAST and time.process_time() > until:
            break
    return read


def _canonical(stock: Iterable[Article]) -> float:
    texts = [BREAK.join((article.title, *article.body)) for article in stock]
    began = time.process_time()
    for text in texts:
        canonical(text)
    return (time.process_time() - began) / len(texts) * 1e6


def _resident() -> float:
    """MiB of this process in memory (proc(5))."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 2**20


def comparison(runs: Sequence[Measured]) -> Iterable[Row]:
    """Ours against the goals, of the sparse set; a goal whose sizes were not run is left out."""
    of = {(run.engine, run.rules): run for run in runs if not run.dense}
    for number, goal in GOALS.items():
        if (OURS, number) in of and (NAIVE, number) in of:
            ratio = of[NAIVE, number].mean / of[OURS, number].mean
            yield _against(f"× naive in, {number:,} rules", ratio, goal, ratio >= goal)
    if (OURS, 10_000) in of:
        run = of[OURS, 10_000]
        ratio = run.mean / run.canonical
        yield _against(
            "÷ canonical text, 10,000 rules", ratio, GOAL_CANONICAL, ratio <= GOAL_CANONICAL
        )
        if (EXPLAINED, 10_000) in of:
            ratio = of[EXPLAINED, 10_000].mean / run.mean
            yield _against("explained ÷ not", ratio, GOAL_EXPLAINED, ratio <= GOAL_EXPLAINED)
    if (OURS, 1_000) in of and (OURS, 100_000) in of:
        growth = of[OURS, 100_000].mean / of[OURS, 1_000].mean
        exponent = math.log(growth) / math.log(100)
        yield _against("exponent, 1k to 100k", exponent, GOAL_EXPONENT, exponent <= GOAL_EXPONENT)
        memory = of[OURS, 100_000].memory
        yield _against("MiB at 100,000", memory, GOAL_MEMORY, memory < GOAL_MEMORY)


def _against(what: str, figure: float, goal: float, met: bool) -> Row:
    return {"goal": what, "figure": figure, "wanted": goal, "met": "yes" if met else "NO"}


def disagreements(runs: Sequence[Measured]) -> list[str]:
    """Engines that came to other rules than the naive one."""
    right = {(run.rules, run.dense): run.digest for run in runs if run.engine == NAIVE}
    return [
        f"{run.engine} disagrees with {NAIVE} on {run.rules:,} rules"
        for run in runs
        if right.get((run.rules, run.dense), run.digest) != run.digest
    ]


if __name__ == "__main__":
    sys.exit(main())
