"""Which rules ask how many sites carry a story: a number that grows after it was matched."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.match.canonical import fold
from monitor.match.concepts import Concepts
from monitor.match.nodes import Compare, every
from monitor.match.query import compile_query
from monitor.match.ruleset import RuleSet
from monitor.models import Rule

_NUMBER = "carried"


def asks_carried(query: str) -> int | None:
    """Where a query asks for ``carried``, in characters from 0. Raises RuleError."""
    if _NUMBER not in fold(query):
        return None
    compared = (node for node in every(compile_query(query)) if isinstance(node, Compare))
    return next((node.position for node in compared if node.name == _NUMBER), None)


def that_count(rules: Iterable[Rule], concepts: Concepts) -> RuleSet:
    """Those of ``rules`` that ask for ``carried``. Raises RuleError."""
    counting = [rule for rule in rules if asks_carried(rule.query) is not None]
    return RuleSet.compile(counting, concepts)
