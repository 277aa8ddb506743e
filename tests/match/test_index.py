"""Where rules hang, and what it costs to hang them elsewhere."""

from __future__ import annotations

from random import Random

import pytest

from monitor.match import RuleSet
from monitor.match.index import Index, Key, Need
from tests.match.helpers import article


def test_rules_with_nowhere_else_to_hang_are_asked_ever_more_rarely(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, hang_elsewhere = list[Key](), Index._hang_elsewhere

    def counted(self: Index, key: Key) -> None:
        asked.append(key)
        hang_elsewhere(self, key)

    monkeypatch.setattr(Index, "_hang_elsewhere", counted)
    ruleset = RuleSet.compile({f"r{number}": "rail (dam OR loan)" for number in range(70)})
    dice = Random(1)
    for _ in range(600):
        ruleset.match(article(dice.choice(["rail", "dam", "loan"])))
    assert 0 < len(asked) < 40
    assert len(ruleset.match(article("rail loan"))) == 70


def test_a_need_that_many_rules_share_is_weighed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ruleset = RuleSet.compile({f"r{number}": "rail (dam OR loan)" for number in range(60)})
    weighed, cost = list[Need](), Index._cost

    def counted(self: Index, need: Need) -> float:
        weighed.append(need)
        return cost(self, need)

    monkeypatch.setattr(Index, "_cost", counted)
    ruleset._indexes[0]._hang_elsewhere(" rail ")
    assert len(weighed) == 2
