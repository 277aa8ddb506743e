"""Many patterns at once: as many sets as RE2's memory asks for, and none forgotten."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from monitor.match import RuleSet, scanner
from monitor.match.scanner import Patterns
from tests.match.helpers import article


@pytest.mark.parametrize("memory", [20_000, 60_000, scanner._SET_MEMORY])
def test_patterns_are_parted_where_they_need_more_memory_than_one_set_has(memory: int) -> None:
    with patch.object(scanner, "_SET_MEMORY", memory):
        patterns = Patterns(rf"ab{number}\b.*x" for number in range(100))
    assert (len(patterns._sets) > 1) is (memory < 100_000)
    assert patterns.present(["ab17 x", "AB99 x ab3", "ab5"]) == {r"/ab17\b.*x", r"/ab99\b.*x"}
    assert patterns.any


def test_a_pattern_too_large_for_a_set_is_looked_for_alone() -> None:
    with patch.object(scanner, "_SET_MEMORY", 100):
        patterns = Patterns(["ab[a-z]{9}", "cd"])
    assert patterns.present(["nothing"]) == {"/ab[a-z]{9}", "/cd"}


def test_ten_thousand_rules_may_have_a_pattern_each() -> None:
    rules = {f"r{number}": rf"/ab{number} ?.*x.*y.*z/" for number in range(10_000)}
    found = RuleSet.compile(rules).match(article("", "ab123 x y z"))
    assert [match.rule for match in found] == ["r1", "r12", "r123"]


def test_no_patterns_are_no_work() -> None:
    assert not Patterns([]).any


def test_half_a_character_is_none() -> None:
    """A lone surrogate has no place in UTF-8, which RE2 reads."""
    found = RuleSet.compile({"r": "/a.b/"}).match(article("a\ud800b", "\udfffa-b"))
    assert [(span.start, span.end) for span in found[0].spans] == [(0, 3), (1, 4)]
