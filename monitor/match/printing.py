"""A query in its canonical spelling, which means the same."""

from __future__ import annotations

from monitor.errors import RuleError
from monitor.match.nodes import (
    And,
    AtLeast,
    Compare,
    ConceptRef,
    Language,
    Leaf,
    Named,
    Near,
    Node,
    Not,
    Or,
    Regex,
    Term,
    Within,
)
from monitor.match.query import compile_query
from monitor.match.tokens import tokenize

_COMMAS = set(",，、")  # part terms between the parentheses of a function


def format_query(query: str) -> str:
    """The query in its canonical spelling; raises RuleError."""
    return as_query(compile_query(query))


def as_query(node: Node) -> str:
    """A tree as it is written."""
    if isinstance(node, Leaf):
        return (f"{node.field}:" if node.field else "") + printed(node)
    if isinstance(node, Not):
        return f"NOT {in_parentheses(node.child)}"
    if isinstance(node, And):
        return " AND ".join(map(in_parentheses, node.children))
    if isinstance(node, Or):
        return " OR ".join(map(in_parentheses, node.children))
    if isinstance(node, Named):
        return f"@{node.id}"
    if isinstance(node, Language):
        return f"lang:{node.code}"
    if isinstance(node, Compare):
        return f"{node.name} {node.op} {node.value}"
    return _together(node)


def _together(node: Near | Within | AtLeast) -> str:
    """Places that belong together; the field that they share stands before them all."""
    if isinstance(node, AtLeast):
        return f"atleast({node.number}, {as_query(node.child)})"
    first = node.children[0]
    while isinstance(first, Or):
        first = first.children[0]
    field = first.field if isinstance(first, Leaf) else None
    inner = [_without_field(child) for child in node.children]
    if isinstance(node, Near) and node.phrase is not None:
        text = f'"{node.phrase}"~{node.words}'
        return f"{field}:{text}" if field else text
    if isinstance(node, Within) and node.unit == "both":
        text = f"both({', '.join(inner)})"
        return f"{field}:{text}" if field else text
    if isinstance(node, Near):
        joint = f" {'O' if node.ordered else ''}NEAR/{node.words} "
    else:
        joint = f" {node.unit.upper()} "
    parts = zip(node.children, inner, strict=True)
    text = joint.join(f"({part})" if isinstance(child, Or) else part for child, part in parts)
    return f"{field}:({text})" if field else text


def _without_field(node: Node) -> str:
    if isinstance(node, Or):
        return " OR ".join(_without_field(child) for child in node.children)
    return printed(node) if isinstance(node, Leaf) else as_query(node)


def in_parentheses(node: Node) -> str:
    """A tree as it is written beside others."""
    return f"({as_query(node)})" if isinstance(node, And | Or) else as_query(node)


def label(leaf: Leaf) -> str:
    """What a match calls the leaf: words without quotes, all else as it is written."""
    if isinstance(leaf, Term) and leaf.form in ("word", "exact"):
        return leaf.written
    return printed(leaf)


def printed(leaf: Leaf) -> str:
    """A leaf without its field."""
    if isinstance(leaf, ConceptRef):
        return f"@{leaf.id}"
    if isinstance(leaf, Regex):
        return f"/{leaf.pattern}/"
    if leaf.form == "stem":
        return f"stem:{leaf.written}"
    if leaf.form == "prefix":
        return f"{leaf.written}*"
    if leaf.form == "exact":
        return f'!"{leaf.written}"'
    return _plain(leaf)


def _plain(leaf: Term) -> str:
    """Bare where it reads back as the same word, else quoted."""
    written = leaf.written
    try:
        tokens = list(tokenize(f"a {written} b"))  # as it would stand between two others
    except RuleError:
        return f'"{written}"'
    read = [(token.kind, token.text) for token in tokens]
    bare = read[1:3] == [("word", written), ("word", "b")] and not written.endswith("*")
    return written if bare and not _COMMAS & set(written) else f'"{written}"'
