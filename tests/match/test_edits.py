"""Rules that come and go: after any edits, the rule set is the one compiled anew."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.match import RuleSet
from monitor.models import Rule
from tests.match.helpers import article
from tests.match.oracle import a_few_are_many, edits

pytestmark = pytest.mark.at_full_speed


@settings(max_examples=150)
@given(st.integers(1, 4), st.integers(0, 2**64 - 1))
def test_after_any_edits_rules_match_as_if_compiled_anew(size: int, seed: int) -> None:
    edits(seed, size)


_IDS = ("a", "b", "c")
_ROUNDS, _READERS = 150, 3


def test_each_story_is_held_against_the_rules_of_one_moment() -> None:
    """Threads match while one edits: what each finds was in force between its start and its end."""
    queries = {"a": "laos", "b": "laos AND china OR dam", "c": "laos NEAR/3 china"}
    story = article("Laos and China", *["China builds a dam in Laos."] * 3)
    edited = RuleSet.compile({})
    states: list[tuple[str, ...]] = [()]  # what is in force after so many edits
    begun, done = 0, 0
    start = threading.Barrier(_READERS + 1, timeout=60)
    wrong: list[str] = []

    def read() -> None:
        for _ in range(_ROUNDS):
            start.wait()
            for _ in range(4):
                first = done
                found = tuple(sorted(match.rule for match in edited.match(story)))
                if found not in states[first : begun + 1]:
                    wrong.append(f"{found} is none of {states[first : begun + 1]}")

    readers = [threading.Thread(target=read) for _ in range(_READERS)]
    with a_few_are_many():
        for reader in readers:
            reader.start()
        for number in range(_ROUNDS):
            rule_id = _IDS[number * 7 % 3]
            now = set(states[-1]) ^ {rule_id}
            states.append(tuple(sorted(now)))
            start.wait()
            begun += 1
            if rule_id in now:
                edited.add(Rule(id=rule_id, query=queries[rule_id]))
            else:
                edited.remove(rule_id)
            done += 1
        for reader in readers:
            reader.join(timeout=60)
    assert not any(reader.is_alive() for reader in readers)
    assert wrong == []
