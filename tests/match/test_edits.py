"""Rules that come and go: after any edits, the rule set is the one compiled anew."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.match import RuleSet, index, ruleset
from monitor.models import Rule
from tests.match.cases import Maker, Query
from tests.match.helpers import article
from tests.match.oracle import check, is_refused, loaded, texts_of

_LOW = ((index, "WATCHED", 3), (index, "WASTE", 1), (index, "MOVED", 2))
_FEW = ((ruleset, "YOUNG", 3), (ruleset, "MOST_INDEXES", 2))


@contextmanager
def a_few_are_many() -> Iterator[None]:
    """A few candidates in vain move an anchor, a few rules fill an index."""
    with ExitStack() as stack:
        for module, name, value in (*_LOW, *_FEW):
            stack.enter_context(patch.object(module, name, value))
        yield


@settings(max_examples=150)
@given(st.integers(1, 4), st.integers(0, 2**64 - 1))
def test_after_any_edits_rules_match_as_if_compiled_anew(size: int, seed: int) -> None:
    maker, rules = Maker(seed, size), dict[str, Query]()
    concepts = maker.concepts()
    stories = maker.some(maker.story, 1, 3)
    edited = RuleSet.compile({}, loaded(concepts))
    with a_few_are_many():
        for _ in range(25):
            _edit(maker, edited, rules)
            for story in maker.some(lambda: maker.random.choice(stories), 0, 3):
                check(edited, rules, concepts, story)
    assert [(rule.id, rule.query) for rule in edited] == list(texts_of(rules).items())
    assert len(edited) == len(rules)
    anew = RuleSet.compile(texts_of(rules), loaded(concepts))
    for story in stories:
        one, other = edited.match(story.article), anew.match(story.article)
        assert [(match.rule, match.spans) for match in one] == [
            (match.rule, match.spans) for match in other
        ]


def _edit(maker: Maker, edited: RuleSet, rules: dict[str, Query]) -> None:
    """One rule more, other or less."""
    rule_id = f"r{maker.random.randrange(8)}"
    if rule_id in rules and maker.random.random() < 0.4:
        edited.remove(rule_id)
        del rules[rule_id]
    elif not is_refused((query := maker.query())[0]):
        edited.add(Rule(id=rule_id, query=query[0]))
        rules[rule_id] = query


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
