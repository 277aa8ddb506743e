"""The explanation of a query in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.match.explain import Explanation
from monitor.match.telling import times

_MOST = 5  # of what is listed
_TOGETHER = ("near", "within", "atleast")


def why(found: Explanation) -> str:
    """Why a story meets a query, or why it does not: without a point at its end."""
    if not found.holds:
        return "; ".join(_cut(_missing(found)))
    counted = dict.fromkeys(_counted(found))
    return "; ".join(_cut(counted)) if counted else "nothing that it excludes is there"


def _counted(found: Explanation) -> Iterator[str]:
    """What makes a node hold that is wanted."""
    if found.kind in ("and", "or", "query"):
        for child in found.children:
            if child.holds:
                yield from _counted(child)
    elif found.kind == "not":
        yield from ()
    elif found.kind == "filter":
        yield found.note
    else:
        yield f"{found.query} ({times(found.places)})"


def _missing(found: Explanation, notes: bool = True) -> Iterator[str]:
    """What keeps a node from holding; with ``notes``, what comes near instead."""
    if found.kind == "query":
        missing = " and ".join(_cut(_missing(found.children[0], notes=False)))
        yield f"{found.query} does not hold ({missing})"
    elif found.kind == "and" or (
        found.kind in _TOGETHER and not all(child.holds for child in found.children)
    ):
        for child in found.children:
            if not child.holds:
                yield from _missing(child, notes)
    elif found.kind == "or":
        yield _none_of(found, notes)
    elif found.kind == "not":
        yield f"{_shown(found.children[0])} is there, which NOT excludes"
    elif found.kind in (*_TOGETHER, "filter"):
        yield f"{found.query}: {found.note}"
    else:
        note = f" ({found.note})" if found.note and notes else ""
        yield f"{found.query} is not there{note}"


def _none_of(found: Explanation, notes: bool) -> str:
    """Of what OR joins: what they are, and the first things that come near."""
    if all(child.kind in ("term", "pattern", "concept") for child in found.children):
        names = ", ".join(_cut(child.query for child in found.children))
        near = [f"{child.query}: {child.note}" for child in found.children if child.note and notes]
        return f"none of {names} is there" + (f" ({'; '.join(near[:2])})" if near else "")
    # The tree has the rest; a sentence of all that comes near would be a page long.
    reasons = [" and ".join(_cut(_missing(child, False), 2, "")) for child in found.children]
    return f"no side of OR holds: {' | '.join(_cut(reasons))}"


def _shown(found: Explanation) -> str:
    if found.kind in ("and", "or"):
        there = [child.query for child in found.children if child.holds]
        return (" and " if found.kind == "and" else " or ").join(_cut(there, more=""))
    return found.query


def _cut(listed: Iterable[str], most: int = _MOST, more: str = "and ") -> list[str]:
    every = list(dict.fromkeys(listed))
    rest = [f"{more}{len(every) - most} more"] if len(every) > most else []
    return every[:most] + rest
