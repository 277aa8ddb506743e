"""The engine equals a naive evaluator that shares no code with it, on random rules and stories.

A presearcher that goes wrong misses alerts in silence; only a comparison can show it. ``make
oracle`` tries a hundred times as many.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.match import RuleSet, compile_query, format_query
from tests.match.cases import Maker, is_refused
from tests.match.oracle import check, loaded, one_case

pytestmark = pytest.mark.at_full_speed

_sizes = st.integers(1, 5)
_seeds = st.integers(0, 2**64 - 1)


@settings(max_examples=1_500)
@given(_sizes, _seeds)
def test_the_engine_equals_a_naive_evaluator(size: int, seed: int) -> None:
    one_case(seed, size)


@settings(max_examples=500)
@given(_sizes, _seeds)
def test_a_formatted_query_means_the_same(size: int, seed: int) -> None:
    maker = Maker(seed, size)
    text, rule = maker.query()
    if is_refused(text):
        return
    formatted = format_query(text)
    assert format_query(formatted) == formatted
    assert compile_query(formatted) == compile_query(text)
    concepts = maker.concepts()
    ruleset = RuleSet.compile({"r": formatted}, loaded(concepts))
    check(ruleset, {"r": (formatted, rule)}, concepts, maker.story())
