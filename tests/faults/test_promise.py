"""The short form of `make faults`: each fault once, and proof that a broken promise is seen."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults import kills, run
from tests.faults.ledger import Arrived, Verdict, judge
from tests.faults.victim import SENDING, STEPS

SEED = 7
ONCE = [name for name in run.FAULTS if not name.startswith("kill") and name not in run.LONG_ONLY]


@pytest.mark.parametrize("name", ONCE)
def test_nothing_is_lost(name: str) -> None:
    verdict, _ = run.run(name, run.FAULTS[name], 1, SEED)
    assert verdict.runs == 1
    assert not run.is_broken(run.FAULTS[name], verdict), verdict


async def test_a_death_at_any_step_loses_nothing(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    async with kills.stage(tmp_path) as at:
        for step in STEPS:
            _, verdict = await kills.kill(at, step, dice)
            broken = verdict.lost or verdict.doubled or verdict.recorded
            assert not broken, (step, verdict)
            assert step in SENDING or not verdict.repeated, (step, verdict)


def test_what_is_lost_or_comes_twice_is_seen() -> None:
    once = Arrived([("msg_1", ("A",)), ("msg_2", ("B", "C"))])
    assert judge([once], "ABC") == Verdict(runs=1)
    assert judge([once, Arrived()], "ABC").lost == 3
    again = Arrived([*once.told, ("msg_1", ("A",))])
    assert judge([again], "ABC") == Verdict(runs=1, repeated=1)
    other = Arrived([*once.told, ("msg_3", ("A",))])
    assert judge([other], "ABC") == Verdict(runs=1, doubled=1)


@pytest.mark.parametrize(
    ("verdict", "repeats", "broken"),
    [
        (Verdict(runs=9), False, False),
        (Verdict(runs=9, lost=1), True, True),
        (Verdict(runs=9, doubled=1), True, True),
        (Verdict(runs=9, recorded=1), True, True),
        (Verdict(runs=9, repeated=1), False, True),
        (Verdict(runs=9, repeated=1), True, False),
    ],
)
def test_what_breaks_the_promise(
    verdict: Verdict,
    repeats: bool,
    broken: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def trial(runs: int, _dice: random.Random, _folder: Path) -> Verdict:
        assert runs == 5
        return verdict

    monkeypatch.setattr(run, "FAULTS", {"a fault": run.Fault(trial, 5, repeats)})
    assert run.main(["--seed", "3"]) == int(broken)
    said = capsys.readouterr().out
    assert "seed: 3" in said
    assert ("BROKEN: a fault, seed 3" in said) == broken
