"""The query language: text in, tree out."""

from __future__ import annotations

from monitor.errors import RuleError
from monitor.match.concepts import Concepts
from monitor.match.grammar import Parser
from monitor.match.nodes import And, Compare, Language, Node, Not, Or


def compile_query(query: str, concepts: Concepts | None = None) -> Node:
    """Parse and check a query. With ``concepts``, those it names are among them, and the trees of
    those that are queries stand in their place.

    Raises:
        RuleError: with the first mistake, its position, and what would be right.
    """
    root = Parser(query).parse()
    if (culprit := _ungrounded(root)) is not None:
        raise RuleError(
            "NOT alone would match almost every story: add a term that must be there,"
            " as in Laos NOT Vietnam",
            query,
            culprit,
        )
    return root if concepts is None else concepts.in_place(root, query)


def _ungrounded(node: Node, wanted: bool = True) -> int | None:
    """Where a node could hold without anything being there; None where it could not.

    ``wanted`` is false under an odd number of NOTs. A filter under NOT narrows, too.
    """
    if isinstance(node, Not):
        return None if _ungrounded(node.child, not wanted) is None else node.position
    if isinstance(node, And | Or):
        places = [_ungrounded(child, wanted) for child in node.children]
        found = [place for place in places if place is not None]
        one_is_enough = isinstance(node, And) == wanted
        if not found or (one_is_enough and len(found) < len(places)):
            return None
        return found[0]
    return None if wanted or isinstance(node, Language | Compare) else node.position
