"""Rules: a query language, and the engine that holds all rules against a story."""

from monitor.match.canonical import fold, typewritten
from monitor.match.carried import asks_carried, that_count
from monitor.match.concepts import NO_CONCEPTS, Concepts
from monitor.match.lexicon import Concept
from monitor.match.lints import lint
from monitor.match.operators import OPERATORS, Operator, operators_markdown
from monitor.match.printing import format_query
from monitor.match.query import compile_query
from monitor.match.ruleset import RuleSet

__all__ = [
    "NO_CONCEPTS",
    "OPERATORS",
    "Concept",
    "Concepts",
    "Operator",
    "RuleSet",
    "asks_carried",
    "compile_query",
    "fold",
    "format_query",
    "lint",
    "operators_markdown",
    "that_count",
    "typewritten",
]
