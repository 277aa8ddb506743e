"""Concepts that are part of each other, or ask for each other."""

from __future__ import annotations

import time

import pytest

from monitor.concepts.checks import DEEPEST, MOST_CIRCLES, circles
from monitor.concepts.doubts import MOST_ALONE
from monitor.match import RuleSet
from tests.builders import article
from tests.concepts.packs import concept, many, read, sound


def test_circles_run_through_packs() -> None:
    two, three = concept("narrower: [three]", "two"), concept("narrower: [one]", "three")
    _, problems = read(concept("narrower: [two]"), two, three)
    assert [problem.file for problem in problems] == ["2.yaml"]
    assert "@one → @two → @three → @one" in problems[0].message


CIRCLE = many(30, lambda at: f"narrower: [c{(at + 1) % 30}]")
DENSE = many(40, lambda _: f"narrower: [{', '.join(f'c{at}' for at in range(40))}]")


@pytest.mark.parametrize(("pack", "told"), [(CIRCLE, 1), (DENSE, MOST_CIRCLES)])
def test_circles_are_told_in_short(pack: str, told: int) -> None:
    _, problems = read(pack)
    assert len(problems) == told
    assert max(len(problem.message) for problem in problems) < 200


@pytest.mark.parametrize(("links", "told"), [(DEEPEST, []), (DEEPEST + 1, ["c20"]), (99, ["c20"])])
def test_narrower_has_its_depth(links: int, told: list[str]) -> None:
    pack = many(links + 1, lambda at: f"narrower: [c{at + 1}]" if at < links else "")
    _, problems = read(pack)
    assert [problem.key for problem in problems] == [f"concepts.{name}.narrower" for name in told]
    assert all("deeper than 20 levels" in problem.message for problem in problems)


PARTS = ", ".join(f"c{at}" for at in range(1_000))
ALL = f"concepts:\n  all: {{about: A, kind: subject, narrower: [{PARTS}]}}\n"
ROUND = many(1_000, lambda _: "only_with: ['@all']")
ROUND_BUT_ONE = many(1_000, lambda at: f"only_with: ['@all'{', rare' * (at == 7)}]")
CHAIN = many(1_000, lambda at: f"only_with: ['@c{at + 1}']" if at < 999 else "only_with: [rare]")


@pytest.mark.parametrize(
    ("pack", "warned", "text", "matched"),
    [
        (ROUND, MOST_ALONE, "rare", 0),
        (ROUND_BUT_ONE, 0, "rare", 1_000),
        (ROUND_BUT_ONE, 0, "", 0),
        (CHAIN, 0, "rare", 1_000),
        (CHAIN, 0, "", 0),
    ],
)
def test_company_in_circles_is_settled_at_once(
    pack: str, warned: int, text: str, matched: int
) -> None:
    started = time.perf_counter()
    library = sound(ALL, pack)
    assert len(library.warnings) == warned
    rules = RuleSet.compile({f"c{at}": f"@c{at}" for at in range(1_000)}, library.concepts)
    names = " ".join(f"name{at}x" for at in range(1_000))
    assert len(rules.match(article(title=text, body=(names,)))) == matched
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("links", "found"),
    [
        ({"a": "b", "b": "c", "c": ""}, []),
        ({"a": "bc", "b": "d", "c": "d", "d": ""}, []),
        ({"a": "ba", "b": "a"}, ["aba", "aa"]),
        ({"a": "b", "b": "c", "c": "b"}, ["bcb"]),
        ({"a": "x"}, []),
    ],
)
def test_circles(links: dict[str, str], found: list[str]) -> None:
    assert ["".join(way) for way in circles(links)] == found


def test_a_long_chain_is_no_matter() -> None:
    links = {str(number): [str(number + 1)] for number in range(20_000)}
    assert list(circles(links)) == []
