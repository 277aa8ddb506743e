"""The bench of concepts and explanations: all ways are timed beside rules that are met alone."""

from __future__ import annotations

import json

import pytest

from monitor.match import compile_query
from tests.bench import ruleextras
from tests.bench.rulestock import rules
from tests.match.helpers import CONCEPTS


def test_all_ways_are_timed_for_each_number_of_rules(capsys: pytest.CaptureFixture[str]) -> None:
    status = ruleextras.main(["--sizes", "50", "100", "--stories", "20", "--turns", "3", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert (status, [row["rules"] for row in told["sizes"]]) == (0, [50, 100])
    for row in told["sizes"]:
        assert row["met, µs"] > 0
        assert all(row[f"{way} ÷ met"] > 0 for way in ("explained", "concepts", "both"))


def test_each_25th_rule_asks_for_a_concept() -> None:
    written = ruleextras.with_concepts(rules(100, dense=False), CONCEPTS)
    asking = [name for name, query in written.items() if "@" in query]
    assert asking == ["r0", "r25", "r50", "r75"]
    assert all(compile_query(query) for query in written.values())
