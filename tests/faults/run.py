"""The promise of the README, proved: each fault, what was lost, and what came twice.

    python -m tests.faults.run --seed 7 --only "receiver accepted"

The exit status is 1 where an alert was lost, came under two ids, or came twice where only a death
between the receiver's acceptance and the record of it excuses that.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.report import here, table
from tests.faults import databases, kills, receivers
from tests.faults.ledger import Verdict
from tests.faults.victim import SENDING, STEPS

Trial = Callable[[int, random.Random, Path], Coroutine[Any, Any, Verdict]]


@dataclass(frozen=True, slots=True)
class Fault:
    """``runs`` in the long form; one in the short one."""

    trial: Trial
    runs: int
    repeats: bool = False  # whether the last window may bring an alert twice


def _killed(step: str) -> Fault:
    async def trial(runs: int, dice: random.Random, folder: Path) -> Verdict:
        return await kills.kills(step, runs, dice, folder)

    return Fault(trial, 21, step in SENDING)


FAULTS: dict[str, Fault] = {
    **{f"kill -9: {step}": _killed(step) for step in STEPS},
    "two processes": Fault(kills.together, 10),
    **{name: Fault(trial, 10, repeats) for name, (trial, repeats) in receivers.TRIALS.items()},
    **{name: Fault(trial, runs, rep) for name, (trial, runs, rep) in databases.TRIALS.items()},
}
LONG_ONLY = databases.LONG_ONLY


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; the exit status is 1 where the promise was broken."""
    options = _options(arguments)
    print(*(f"{key}: {value}" for key, value in here().items()), f"seed: {options.seed}", sep="\n")
    rows, broken = [], []
    for name, fault in FAULTS.items():
        if not any(part in name for part in options.only or [""]):
            continue
        if options.short and name in LONG_ONLY:
            continue
        runs = options.runs or (1 if options.short else fault.runs)
        verdict, seconds = run(name, fault, runs, options.seed)
        if is_broken(fault, verdict):
            broken.append(name)
        rows.append(_row(name, fault, verdict, seconds))
        print(f"{name}: {rows[-1]}", file=sys.stderr)
    print(f"\n{table(rows)}\n")
    print(f"{sum(int(str(row['runs'])) for row in rows)} runs")
    print(*(f"BROKEN: {name}, seed {options.seed}" for name in broken), sep="\n")
    return int(bool(broken))


def run(name: str, fault: Fault, runs: int, seed: int) -> tuple[Verdict, float]:
    """Each fault has dice of its own, so that it can be had again alone."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        dice = random.Random(f"{seed} {name}")
        verdict = asyncio.run(fault.trial(runs, dice, Path(folder)))
    return verdict, time.monotonic() - began


def is_broken(fault: Fault, verdict: Verdict) -> bool:
    return bool(
        verdict.lost
        or verdict.doubled
        or verdict.recorded
        or (verdict.repeated and not fault.repeats)
    )


def _row(name: str, fault: Fault, verdict: Verdict, seconds: float) -> dict[str, object]:
    return {
        "fault": name,
        "runs": verdict.runs,
        "lost": verdict.lost,
        "repeated": verdict.repeated,
        "though recorded": verdict.recorded,
        "allowed": "the last ones, same id" if fault.repeats else "none",
        "under another id": verdict.doubled,
        "seconds": round(seconds),
    }


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.run", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--only", action="append", help="a part of a fault's name; repeatable")
    parser.add_argument("--runs", type=int, help="of each fault")
    parser.add_argument("--short", action="store_true", help="each fault once, no long outage")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)  # of faults that are meant
    sys.exit(main())
