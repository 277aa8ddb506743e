"""A set of rules that changes while it is used: in their order, in no time, none missed."""

from __future__ import annotations

import random
import threading
from collections.abc import Collection, Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import RuleError
from monitor.match import Concept, Concepts, RuleSet, ruleset
from monitor.match.index import Entry, Index
from monitor.match.numbers import filled
from monitor.match.written import name
from monitor.models import Article, Rule

pytestmark = pytest.mark.at_full_speed

WORDS = ["train", "debt", "dam", "loan", "border", "bridge", "coal", "rice", "visa", "port"]
ALL = Article(url="https://a.example/", title=" ".join(WORDS), body=())


def rules(queries: dict[str, str]) -> list[Rule]:
    return [Rule(id=rule_id, query=query) for rule_id, query in queries.items()]


def found(held: RuleSet, article: Article = ALL) -> list[str]:
    return [match.rule for match in held.match(article)]


def stock(number: int) -> dict[str, str]:
    return {f"r{each}": f"train AND w{each}" for each in range(number)}


# --- what has changed is what was asked for ------------------------------------------------------


@pytest.mark.parametrize(
    "after",
    [
        {"a": "train", "b": "debt", "c": "dam"},
        {"b": "debt", "c": "dam"},
        {"a": "train", "b": "absent", "c": "dam"},
        {"a": "train", "new": "loan", "b": "debt", "c": "dam"},
        {"new": "loan", "a": "train", "b": "debt", "c": "dam"},
        {"a": "train", "b": "debt", "c": "dam", "new": "loan", "newer": "visa"},
        {"c": "dam", "a": "train", "b": "debt"},
        {"c": "dam", "b": "debt", "a": "train"},
        {"x": "train", "y": "debt"},
        {},
    ],
)
def test_rules_are_in_the_order_that_was_asked_for(after: dict[str, str]) -> None:
    before = RuleSet.compile({"a": "train", "b": "debt", "c": "dam"})
    changed = before.changed(rules(after))
    assert list(changed) == rules(after)
    assert found(changed) == [rule for rule in after if after[rule] != "absent"]
    assert len(changed) == len(after)
    assert found(before) == ["a", "b", "c"], "the set before stays as it was"


def test_what_is_no_query_changes_without_compiling(monkeypatch: pytest.MonkeyPatch) -> None:
    before = RuleSet.compile(rules({"a": "train"}))
    monkeypatch.setattr(ruleset, "compile_query", None)
    renamed = Rule(id="a", query="train", name="Trains", channels=("mail",))
    assert list(before.changed([renamed])) == [renamed]


def test_only_new_queries_are_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    before = RuleSet.compile(stock(500))
    sizes: list[int] = []

    class Counted(Index):
        def __init__(self, entries: list[Entry], others: Mapping[str, Collection[str]]) -> None:
            sizes.append(len(entries))
            super().__init__(entries, others)

    monkeypatch.setattr(ruleset, "Index", Counted)
    wanted = stock(500) | {"r7": "debt"}
    assert found(before.changed(rules(wanted))) == ["r7"]
    assert sizes == [1]
    wanted |= {f"r{each}": "debt" for each in range(ruleset.MOST_FRESH + 1)}
    assert len(found(before.changed(rules(wanted)))) == ruleset.MOST_FRESH + 1
    assert sizes == [1, 500]


def test_a_wrong_rule_leaves_everything_as_it_was() -> None:
    before = RuleSet.compile({"a": "train"})
    with pytest.raises(RuleError, match="rule b: "):
        before.changed(rules({"a": "debt", "b": "(train"}))
    with pytest.raises(RuleError, match="rule b: there are two rules of this id"):
        before.changed([Rule(id="b", query="x"), Rule(id="b", query="y")])
    assert found(before) == ["a"]


def test_concepts_are_those_of_the_set() -> None:
    concepts = Concepts([Concept("rail", names=(name("train"),))])
    before = RuleSet.compile({"a": "debt"}, concepts)
    assert found(before.changed(rules({"b": "@rail"}))) == ["b"]
    with pytest.raises(RuleError, match="no concept @road"):
        before.changed(rules({"b": "@road"}))


def test_a_rule_that_is_changed_again_and_again_is_never_missed() -> None:
    """Its earlier forms, in the same index, must not stand before it."""
    dice = random.Random(5)
    for _ in range(200):
        held = RuleSet.compile(stock(20))
        held.add(Rule(id="other", query="absent"))
        for _ in range(4):
            held.add(Rule(id="a", query=" AND ".join(dice.sample(WORDS, 2))))
        assert found(held) == ["a"]


@pytest.mark.parametrize("seed", range(8))
def test_any_row_of_changes_is_as_if_all_were_compiled_anew(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ruleset, "YOUNG", 3)
    monkeypatch.setattr(ruleset, "MOST_INDEXES", 3)
    dice = random.Random(seed)
    wanted = {f"r{each}": query(dice) for each in range(40)}
    held = RuleSet.compile(rules(wanted))
    for _ in range(60):
        wanted = altered(wanted, dice)
        if dice.random() < 0.2:
            rule_id = dice.choice([*wanted, "added"])
            wanted[rule_id] = query(dice)
            held = held.changed(rules({k: q for k, q in wanted.items() if k != rule_id}))
            wanted[rule_id] = wanted.pop(rule_id)
            held.add(Rule(id=rule_id, query=wanted[rule_id]))
        else:
            held = held.changed(rules(wanted))
        anew = RuleSet.compile(rules(wanted))
        assert list(held) == list(anew)
        for _ in range(3):
            article = ALL.model_copy(update={"title": " ".join(dice.sample(WORDS, 4))})
            assert held.match(article) == anew.match(article)


def query(dice: random.Random) -> str:
    a, b, c = dice.sample(WORDS, 3)
    return dice.choice([a, f"{a} AND {b}", f"{a} AND NOT {b}", f"({a} OR {b}) {c}", f"NOT {a} {b}"])


def altered(wanted: dict[str, str], dice: random.Random) -> dict[str, str]:
    """Another text, one rule less, one more anywhere, or one moved."""
    rows = list(wanted.items())
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(len(rows))
        what = dice.random()
        if what < 0.4:
            rows[place] = (rows[place][0], query(dice))
        elif what < 0.6 and len(rows) > 20:
            del rows[place]
        elif what < 0.8:
            rows.insert(place, (f"n{dice.getrandbits(30)}", query(dice)))
        else:
            rows.insert(dice.randrange(len(rows)), rows.pop(place))
    return dict(rows)


# --- nobody waits --------------------------------------------------------------------------------


def test_matching_goes_on_while_many_rules_are_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    held = RuleSet.compile({"a": "train"})
    compiling, go_on = threading.Event(), threading.Event()

    class Slow(Index):
        def __init__(self, entries: list[Entry], others: Mapping[str, Collection[str]]) -> None:
            compiling.set()
            assert go_on.wait(20)
            super().__init__(entries, others)

    monkeypatch.setattr(ruleset, "Index", Slow)
    new: list[RuleSet] = []
    thread = threading.Thread(target=lambda: new.append(held.changed(rules(stock(500)))))
    thread.start()
    try:
        assert compiling.wait(20)
        for _ in range(100):
            assert found(held) == ["a"]
        assert not new
    finally:
        go_on.set()
        thread.join(20)
    assert len(new[0]) == 500


def test_each_story_is_held_against_the_rules_of_one_moment() -> None:
    """`a` and `b` always hold both, or neither."""
    both, neither = rules({"a": "train", "b": "debt"}), rules({"a": "absent", "b": "missing"})
    shared = [RuleSet.compile(rules(stock(100)) + both)]
    seen: set[tuple[str, ...]] = set()
    stop = threading.Event()

    def match() -> None:
        while not stop.is_set():
            seen.add(tuple(found(shared[0])))

    threads = [threading.Thread(target=match) for _ in range(2)]
    for thread in threads:
        thread.start()
    for turn in range(60):
        shared[0] = shared[0].changed(rules(stock(100)) + (both if turn % 2 else neither))
    stop.set()
    for thread in threads:
        thread.join(20)
    assert seen <= {("a", "b"), ()}


# --- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([], []),
        ([None, None], [0.0, 1.0]),
        ([1.0, None], [1.0, 2.0]),
        ([None, 0.0], [-1.0, 0.0]),
        ([0.0, None, 1.0], [0.0, 0.5, 1.0]),
        ([1.0, None, 1.0000000000000002], None),
    ],
)
def test_numbers_between(numbers: list[float | None], expected: list[float] | None) -> None:
    assert filled(numbers) == expected


def rows() -> st.SearchStrategy[list[float | None]]:
    kept = st.lists(st.integers(-1000, 1000), unique=True).map(sorted)
    gaps = st.lists(st.integers(0, 3), min_size=1, max_size=30)
    return st.builds(lambda a, b: list(_mixed(a, b)), kept, gaps)


def _mixed(kept: list[int], gaps: list[int]) -> Iterator[float | None]:
    for place, number in enumerate(kept):
        yield from [None] * gaps[place % len(gaps)]
        yield float(number)
    yield from [None] * gaps[-1]


@given(rows())
def test_numbers_ascend_and_those_that_are_kept_stay(numbers: list[float | None]) -> None:
    found = filled(numbers)
    assert found is not None
    assert found == sorted(set(found))
    assert [new for new, old in zip(found, numbers, strict=True) if old is not None] == [
        old for old in numbers if old is not None
    ]
