"""docs/rules.md shows the table of operators, and every example in it is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.errors import RuleError
from monitor.match import OPERATORS, Operator, compile_query, lint, operators_markdown
from tests.match.helpers import CONCEPTS, matches

_DOCS = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
_EXAMPLES = re.findall(r"^```rule\n(.*?)^```$", _DOCS, re.MULTILINE | re.DOTALL)


def test_the_docs_show_the_table_of_operators() -> None:
    shown = re.search(r"<!-- operators -->\n(.*)<!-- /operators -->", _DOCS, re.DOTALL)
    assert shown is not None
    assert shown[1] == operators_markdown()


@pytest.mark.parametrize("row", OPERATORS, ids=lambda row: row.syntax)
def test_each_operator_does_what_its_row_says(row: Operator) -> None:
    assert matches(row.example, row.matches)
    assert not matches(row.example, row.misses)


def test_there_are_examples() -> None:
    assert len(_EXAMPLES) > 30


@pytest.mark.parametrize("block", _EXAMPLES)
def test_each_example_is_true(block: str) -> None:
    query, *lines = block.splitlines()
    claims = [(line[0], line[2:]) for line in lines]
    assert {sign for sign, _ in claims} <= set("+-!?")
    errors = [text for sign, text in claims if sign == "!"]
    assert _errors(query) == errors
    if not errors:
        assert lint(query, CONCEPTS) == [text for sign, text in claims if sign == "?"]
        for sign, text in claims:
            assert sign not in "+-" or (matches(query, text) is not None) is (sign == "+"), text


def _errors(query: str) -> list[str]:
    try:
        compile_query(query, CONCEPTS)
    except RuleError as error:
        return [str(error)]
    return []
