"""What of a query can never be true, or never false."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.match.nodes import And, Compare, Language, Node, Not, Or, every, position_of

_LEAST = {"carried": 1, "words": 0}


def of_truth(root: Node) -> Iterator[str]:
    """Warnings of the parts of a query that no story, or every story, meets."""
    for node in every(root):
        if isinstance(node, Compare) and _always(node):
            yield f"{node.name} {node.op} {node.value} at {where(node)} is always true"
        if isinstance(node, Compare) and _never(node):
            yield f"{node.name} {node.op} {node.value} at {where(node)} is never true"
        if isinstance(node, And) and _contradict(node.children):
            yield f"what begins at {where(node)} is never true: its parts exclude each other"
        if isinstance(node, Or) and _denied(node.children):
            yield f"what begins at {where(node)} is always true: it says a thing and its opposite"


def _always(node: Compare) -> bool:
    value, least = _number(node), _LEAST.get(node.name, 0)
    return (node.op == ">=" and value <= least) or (node.op == ">" and value < least)


def _never(node: Compare) -> bool:
    value, least = _number(node), _LEAST.get(node.name, 0)
    return (node.op == "<" and value <= least) or (node.op in ("<=", "=") and value < least)


def _number(node: Compare) -> int:
    """Days since the year 1 for a date, which is never below what is the least of it."""
    return node.value if isinstance(node.value, int) else node.value.toordinal()


def _contradict(children: Sequence[Node]) -> bool:
    languages = {node.code for node in children if isinstance(node, Language)}
    return len(languages) > 1 or _denied(children) or _empty_range(children)


def _denied(children: Sequence[Node]) -> bool:
    """Whether one of them is the opposite of another."""
    said = set(children)
    return any(isinstance(node, Not) and node.child in said for node in children)


def _empty_range(children: Sequence[Node]) -> bool:
    compared = [node for node in children if isinstance(node, Compare)]
    least, most = dict[str, int](), dict[str, int]()
    for node in compared:
        if node.op in (">", ">=", "="):
            value = _number(node) + _open(node)
            least[node.name] = max(value, least.get(node.name, value))
        if node.op in ("<", "<=", "="):
            value = _number(node) - _open(node)
            most[node.name] = min(value, most.get(node.name, value))
    return any(least[name] > most[name] for name in least.keys() & most.keys())


def _open(node: Compare) -> int:
    """1 where the value itself is left out: numbers and days are whole."""
    return int("=" not in node.op)


def where(node: Node) -> str:
    """Where it begins, as a message says it."""
    return f"character {position_of(node) + 1}"
