"""Rules: a query language, and the engine that holds all rules against a story."""

from monitor.match.canonical import fold
from monitor.match.operators import OPERATORS, Operator, operators_markdown
from monitor.match.query import compile_query, format_query, lint
from monitor.match.ruleset import RuleSet

__all__ = [
    "OPERATORS",
    "Operator",
    "RuleSet",
    "compile_query",
    "fold",
    "format_query",
    "lint",
    "operators_markdown",
]
