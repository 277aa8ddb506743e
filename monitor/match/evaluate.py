"""What a query means: whether it holds of a story, and by which places."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import Any

from monitor.match.concepts import NO_CONCEPTS, Concepts
from monitor.match.measure import WORD
from monitor.match.naming import Hit, Names
from monitor.match.nodes import (
    NUMBERS,
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
from monitor.match.printing import label
from monitor.match.story import Story
from monitor.match.window import in_order, windows
from monitor.models import Span

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
}


class Reading:
    """One story, read by the light of some concepts. What is found is kept, for further rules."""

    def __init__(self, story: Story, concepts: Concepts = NO_CONCEPTS) -> None:
        self.story, self.concepts = story, concepts
        self._names = Names(story, concepts)
        self._queries: dict[str, bool] = {}  # whether those hold that are under a name

    # --- whether it holds ------------------------------------------------------------------------

    def holds(self, node: Node) -> bool:
        if isinstance(node, Leaf):
            return self._stands(node)
        if isinstance(node, And):
            return all(map(self.holds, node.children))
        if isinstance(node, Or):
            return any(map(self.holds, node.children))
        if isinstance(node, Not):
            return not self.holds(node.child)
        if isinstance(node, Named):
            if node.id not in self._queries:
                self._queries[node.id] = self.holds(node.child)
            return self._queries[node.id]
        if isinstance(node, Language):
            return self.story.language == node.code
        if isinstance(node, Compare):
            return self._compares(node)
        return next(self.meetings(node), None) is not None

    def _stands(self, leaf: Leaf) -> bool:
        if isinstance(leaf, ConceptRef):
            return self._names.are_there(leaf)
        return self.story.stands(leaf)

    def _compares(self, node: Compare) -> bool:
        is_number = node.name in NUMBERS
        value = self.story.number(node.name) if is_number else self.story.day(node.name)
        return value is not None and _OPERATORS[node.op](value, node.value)

    # --- by which places -------------------------------------------------------------------------

    def evidence(self, node: Node, value: bool = True) -> Iterator[Hit]:
        """The places that make ``node`` have its ``value``.

        Terms under NOT give none, nor does a side of OR that does not hold.
        """
        if isinstance(node, Leaf):
            if value:
                yield from self.hits(node)
        elif isinstance(node, Not):
            yield from self.evidence(node.child, not value)
        elif isinstance(node, Named):
            yield from self.evidence(node.child, value)
        elif isinstance(node, And | Or):
            all_have_it = isinstance(node, And) == value  # all sides of AND hold, none of an OR
            for child in node.children:
                if all_have_it or self.holds(child) == value:
                    yield from self.evidence(child, value)
        elif isinstance(node, Near | Within | AtLeast) and value:
            for meeting in self.meetings(node):
                yield from meeting

    def hits(self, node: Node) -> list[Hit]:
        """The places of a group, from left to right."""
        if isinstance(node, Or):
            found = [hit for child in node.children for hit in self.hits(child)]
            return sorted(found, key=attrgetter("place"))
        if isinstance(node, ConceptRef):
            return self._names.of(node)
        if isinstance(node, Term):
            return [Hit(start, end, node) for start, end in self.story.places(node)]
        if isinstance(node, Regex):
            places, signs = self.story.places(node), iter(self.story.signs(node))
            return [Hit(a, b, node, None, next(signs) if a == b else None) for a, b in places]
        return []  # nothing else has places

    def span(self, hit: Hit) -> Span:
        """A hit as it is printed, under the name of its leaf."""
        return self.story.span(hit[:2], label(hit.leaf), hit.concept, hit.signs)

    # --- places that belong together -------------------------------------------------------------

    def meetings(self, node: Near | Within | AtLeast) -> Iterator[tuple[Hit, ...]]:
        """Each group of places that makes the node hold."""
        if isinstance(node, AtLeast):
            if len(found := self.apart(node)) >= node.number:
                yield tuple(found)
            return
        groups = [self.hits(child) for child in node.children]
        if not all(groups):
            return
        if isinstance(node, Within):
            yield from self._in_one_unit(node.unit, groups)
        else:
            close = (in_order if node.ordered else windows)(self.story, groups)
            yield from (window.hits for window in close if window.gap <= node.words * WORD)

    def apart(self, node: AtLeast) -> list[Hit]:
        """As many of its places as there are that do not overlap."""
        return _apart(self.hits(node.child))

    def _in_one_unit(self, unit: str, groups: Sequence[list[Hit]]) -> Iterator[tuple[Hit, ...]]:
        """All places in each unit that has one of every group: paragraphs first, for sentences
        are dear to find."""
        paragraphs = _shared(groups, lambda hit: self.story.part_of(hit.start))
        if unit == "paragraph":
            yield from map(_flat, paragraphs)
            return
        for groups_here in paragraphs:
            for found in _shared(groups_here, lambda hit: self.story.sentence_of(hit.start)):
                yield _flat(found)


def _apart(hits: Sequence[Hit]) -> list[Hit]:
    """The most of them of which none overlaps another."""
    kept: list[Hit] = []
    for hit in sorted({hit.place: hit for hit in hits}.values(), key=_ends_first):
        if not kept or _is_behind(hit, kept[-1]):
            kept.append(hit)
    return kept


def _ends_first(hit: Hit) -> tuple[int, ...]:
    first, last = hit.signs or (0, 0)
    return hit.end, hit.start, last, first


def _is_behind(hit: Hit, before: Hit) -> bool:
    if hit.signs and before.signs and hit.start == before.start:
        return hit.signs[0] >= before.signs[1]
    return hit.start >= before.end


def _shared(
    groups: Sequence[list[Hit]], unit_of: Callable[[Hit], Any]
) -> Iterator[list[list[Hit]]]:
    """The groups' places by unit, for the units in which each has one, in their order."""
    by_unit: list[dict[Any, list[Hit]]] = []
    for group in groups:
        units: dict[Any, list[Hit]] = {}
        for hit in group:
            units.setdefault(unit_of(hit), []).append(hit)
        by_unit.append(units)
    for unit in by_unit[0]:
        if all(unit in units for units in by_unit):
            yield [units[unit] for units in by_unit]


def _flat(groups: Sequence[list[Hit]]) -> tuple[Hit, ...]:
    return tuple(hit for group in groups for hit in group)
