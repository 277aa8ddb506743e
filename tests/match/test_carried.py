"""Which rules ask how many sites carry a story."""

from __future__ import annotations

import pytest

from monitor.match import NO_CONCEPTS, RuleSet, asks_carried, that_count


@pytest.mark.parametrize(
    ("query", "at"),
    [
        ("train AND carried >= 3", 10),
        ("carried > 1", 0),
        ("train AND NOT (debt OR carried = 1)", 23),
        ("train AND ｃａｒｒｉｅｄ >= 3", 10),
        ("carried", None),
        ('"carried > 1" AND train', None),
        ("train AND words > 100", None),
    ],
)
def test_where_a_query_asks_for_it(query: str, at: int | None) -> None:
    assert asks_carried(query) == at


def test_those_of_a_set() -> None:
    rules = RuleSet.compile({"a": "train", "b": "train AND carried > 2", "c": "carried by train"})
    assert [rule.id for rule in that_count(rules, NO_CONCEPTS)] == ["b"]
