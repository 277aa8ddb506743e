"""The bench of one rule's change: it changes what it says, and sees a change that does not hold."""

from __future__ import annotations

import json

import pytest

from monitor.match import RuleSet
from tests.bench import rulechange


def test_every_kind_of_change_is_timed_beside_matching(capsys: pytest.CaptureFixture[str]) -> None:
    status = rulechange.main(["--rules", "200", "--changes", "5", "--json"])

    told = json.loads(capsys.readouterr().out)
    assert [row["change"] for row in told["rows"]] == [
        "nothing",
        *rulechange.EDITS,
        "all compiled anew",
    ]
    assert [row["times"] for row in told["rows"]] == [0, 5, 5, 5, 1]
    assert (status, told["missed"]) == (0, 0)


def test_a_change_that_does_not_hold_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RuleSet, "changed", lambda held, _: held)

    assert rulechange.main(["--rules", "50", "--changes", "2"]) == 1
    assert "MISSED: 8 changes did not hold" in capsys.readouterr().out
