"""The engine equals a naive evaluator that shares no code with it, on random rules and stories.

A presearcher that goes wrong misses alerts in silence; only a comparison can show it. ``make
oracle`` tries a hundred times as many.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from monitor.errors import RuleError
from monitor.match import Concepts, RuleSet, format_query
from monitor.match.canonical import needle
from monitor.match.concepts import Concept, companion, name
from tests.match import naive
from tests.match.strategies import Printed, Query, concepts, pools, queries, stories

_settings = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


class Case(NamedTuple):
    queries: list[Query]
    concepts: tuple[naive.Concept, ...]
    story: Printed


def _cases(most: int) -> st.SearchStrategy[Case]:
    return pools.flatmap(
        lambda words: st.builds(
            Case,
            st.lists(queries(words), min_size=1, max_size=most),
            concepts(words),
            stories(words),
        )
    )


def written(term: naive.Term | naive.ConceptRef) -> str:
    """A name as a file of concepts has it."""
    if isinstance(term, naive.ConceptRef):
        return f"@{term.id}"
    return {"exact": "!{}", "prefix": "{}*"}.get(term.form, "{}").format(term.written)


def loaded(found: Iterable[naive.Concept]) -> Concepts:
    return Concepts(
        Concept(
            each.id,
            names=tuple(name(written(term)) for term in each.names),
            guards=tuple(map(needle, each.not_when)),
            company=tuple(companion(written(leaf)) for leaf in each.only_with),
            narrower=each.narrower,
        )
        for each in found
    )


def is_refused(query: str) -> bool:
    """Whether a random query asks for nothing, as some do; nothing else can be wrong with it."""
    try:
        format_query(query)
    except RuleError as error:
        if not error.message.startswith(("NOT alone", '"a phrase"~')):
            raise
        return True
    return False


@settings(_settings, max_examples=1_200)
@given(_cases(5))
def test_the_engine_equals_a_naive_evaluator(case: Case) -> None:
    kept = {str(i): query for i, query in enumerate(case.queries) if not is_refused(query[0])}
    assume(kept)
    ruleset = RuleSet.compile({i: text for i, (text, _) in kept.items()}, loaded(case.concepts))
    article, carried = case.story.article, case.story.carried
    got = [match.rule for match in ruleset.match(article, carried=carried)]
    story = naive.Story(article, carried, case.concepts)
    assert got == [i for i, (_, rule) in kept.items() if story.holds(rule)]
