"""Queries under a name: what a pack says of them, and what rules make of them."""

from __future__ import annotations

import pytest

from monitor.errors import RuleError
from monitor.match import RuleSet, format_query
from monitor.match.explain import explain
from monitor.match.query import compile_query
from monitor.match.why import why
from tests.concepts.packs import read, sound
from tests.match.helpers import article

PACK = """\
concepts:
  laos:
    about: A country
    kind: place
    en: [Laos, Lao]
    zh: [老挝]
  china:
    about: Another
    kind: place
    en: [China, Chinese]
  both-of-them:
    about: A story on both
    kind: subject
    query: >-
      title:@laos
      AND (@china
      OR 中国)
"""
LOAN = article("Laos signs a loan", "China gave it.")
BRIDGE = article("A bridge", "Laos and China built it.")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("@both-of-them", ["Laos", "China"]),
        ("@both-of-them AND loan", ["Laos", "loan", "China"]),
        ("loan NOT @both-of-them", None),
        ("@both-of-them OR bridge", ["Laos", "China"]),
        ("loan AND (rain OR @BOTH-OF-THEM)", ["Laos", "loan", "China"]),
    ],
)
def test_its_places_are_those_of_the_query(query: str, found: list[str] | None) -> None:
    rules = RuleSet.compile({"one": query}, sound(PACK).concepts)
    marked = [[span.text for span in match.spans] for match in rules.match(LOAN)]
    assert marked == ([] if found is None else [found])


def test_it_holds_once_for_all_rules_that_name_it() -> None:
    rules = {"met": "@both-of-them", "denied": "built NOT @both-of-them", "alone": "built"}
    ruleset = RuleSet.compile(rules, sound(PACK).concepts)
    assert [match.rule for match in ruleset.match(LOAN)] == ["met"]
    assert [match.rule for match in ruleset.match(BRIDGE)] == ["denied", "alone"]


@pytest.mark.parametrize("query", ["@both-of-them AND loan", "NOT @both-of-them AND loan"])
def test_it_is_printed_by_its_name(query: str) -> None:
    assert format_query(query) == query


def test_an_explanation_looks_behind_the_name() -> None:
    concepts = sound(PACK).concepts
    found = explain(compile_query("@both-of-them AND bridge"), BRIDGE, concepts)
    named = found.children[0]
    assert (named.kind, named.query, named.holds) == ("query", "@both-of-them", False)
    assert named.children[0].query == "title:@laos AND (@china OR 中国)"
    assert why(found) == "@both-of-them does not hold (title:@laos is not there)"
    assert why(explain(compile_query("@both-of-them"), LOAN, concepts)) == (
        "title:@laos (once); @china (once)"
    )


@pytest.mark.parametrize(
    "query",
    [
        "title:@both-of-them",
        "@both-of-them NEAR/3 loan",
        "loan SENTENCE (rain OR @both-of-them)",
        "both(@both-of-them, loan)",
        "atleast(2, @both-of-them)",
    ],
)
def test_it_has_no_places(query: str) -> None:
    with pytest.raises(RuleError, match="@both-of-them is a query, which has no places") as caught:
        RuleSet.compile({"one": query}, sound(PACK).concepts)
    assert caught.value.position == query.index("@")


# --- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "line", "message"),
    [
        ("query: china AND (laos", 21, "this parenthesis is never closed"),
        (
            "query: >-\n      rain\n      OR @lao",
            23,
            "there is no concept @lao (did you mean @laos",
        ),
        ("query: rain AND @both-of-them", 21, "@both-of-them is a query, too: write here what"),
        ("query: carried > 3", 21, "carried is for rules alone"),
        ("query: NOT rain", 21, "NOT alone would match almost every story"),
        ('query: ""', 21, "the query is empty"),
        ("query: rain\n    en: [Rain]", 22, "does not go with query: take one of the two away"),
        ("query: rain\n    only_with: [wet]", 22, "does not go with query"),
        ("narrower: [both-of-them]", 21, "both-of-them is a query, which has no names"),
        (
            "en: [Wet]\n    only_with: ['@both-of-them']",
            22,
            "both-of-them is a query, which has no",
        ),
    ],
)
def test_mistakes_are_told_with_their_line(more: str, line: int, message: str) -> None:
    wrong = f"  wrong:\n    about: A thing\n    kind: subject\n    {more}\n"
    _, problems = read(PACK + wrong)
    assert [problem.line for problem in problems] == [line], problems
    assert message in problems[0].message
