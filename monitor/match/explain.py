"""Why a story meets a query or does not: the tree of the query with what each node found.

Whether a node holds is asked of the same ``Reading`` that live matching asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from monitor.match.apart import how_apart
from monitor.match.concepts import NO_CONCEPTS, Concepts
from monitor.match.evaluate import Reading
from monitor.match.heldback import needles_in, scanned
from monitor.match.naming import Hit
from monitor.match.nearest import Nearest
from monitor.match.nodes import (
    NUMBERS,
    And,
    AtLeast,
    Compare,
    ConceptRef,
    Language,
    Named,
    Near,
    Node,
    Not,
    Or,
    Regex,
    Term,
    Within,
    children_of,
)
from monitor.match.printing import as_query
from monitor.match.story import Story
from monitor.match.telling import times
from monitor.models import Article, Span

MOST_SHOWN = 5  # places of a node; all are counted
_MOST_MEETINGS = 10_000  # looked at of a node: enough to count what a person reads

_KINDS: dict[type, str] = {
    Term: "term",
    Regex: "pattern",
    ConceptRef: "concept",
    Language: "filter",
    Compare: "filter",
    Not: "not",
    And: "and",
    Or: "or",
    Named: "query",
    Near: "near",
    Within: "within",
    AtLeast: "atleast",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """One node of a query, held against a story."""

    kind: str  # term pattern concept filter not and or query near within atleast
    query: str  # the node in canonical spelling
    holds: bool
    wanted: bool  # whether it should hold: it should not under NOT
    places: int  # where it was found; of words that belong together, so often
    spans: tuple[Span, ...]  # the first of them
    note: str  # what the story has instead, in words; empty where there is nothing to say
    children: tuple[Explanation, ...] = ()


def explain(
    root: Node, article: Article, concepts: Concepts = NO_CONCEPTS, carried: int = 1
) -> Explanation:
    """Hold a compiled query against a story and say of each node what it found, or what is nearest.

    ``carried`` is how many sites carry the story.

    Raises:
        RuleError: ``root`` names a concept that there is not.
    """
    root = concepts.in_place(root, as_query(root))
    story = Story(article, carried)
    needles = needles_in(story, root, concepts)
    return _Explainer(Reading(story, concepts), needles).of(root)


class _Explainer:
    def __init__(self, reading: Reading, needles: set[str]) -> None:
        self.reading, self.story, self.needles = reading, reading.story, needles
        self.nearest = Nearest(reading, needles)

    def of(self, node: Node, wanted: bool = True) -> Explanation:
        with scanned(self.story, self.needles):
            holds = self.reading.holds(node)
            places, spans = self._found(node)
        below = wanted != isinstance(node, Not)
        children = tuple(self.of(child, below) for child in children_of(node))
        note = self._note(node, holds)
        kind, query = _KINDS[type(node)], as_query(node)
        return Explanation(kind, query, holds, wanted, places, spans, note, children)

    def _found(self, node: Node) -> tuple[int, tuple[Span, ...]]:
        if isinstance(node, Term | Regex | ConceptRef):
            hits = self.reading.hits(node)
            return len(hits), self._spans(hits)
        if isinstance(node, AtLeast):
            together = next(self.reading.meetings(node), ())
            return len(together), self._spans(together)
        if isinstance(node, Near | Within):
            meetings = list(islice(self.reading.meetings(node), _MOST_MEETINGS))
            return len(meetings), self._spans(hit for hits in meetings for hit in hits)
        return 0, ()

    def _spans(self, hits: Iterable[Hit]) -> tuple[Span, ...]:
        first = {hit.place: hit for hit in islice(hits, 4 * MOST_SHOWN)}
        return tuple(self.reading.span(first[place]) for place in sorted(first)[:MOST_SHOWN])

    def _note(self, node: Node, holds: bool) -> str:
        if isinstance(node, Language | Compare):
            return self._value(node)
        if isinstance(node, ConceptRef):
            return self.nearest.of_concept(node, holds)
        if isinstance(node, AtLeast):
            return f"{times(len(self.reading.apart(node)))}, {node.number} asked for"
        if holds:
            return ""
        if isinstance(node, Term):
            return self.nearest.of_term(node)
        if isinstance(node, Regex):
            return self.nearest.elsewhere(node)
        if isinstance(node, Near | Within):
            groups = [self.reading.hits(child) for child in node.children]
            return how_apart(self.story, node, groups) if all(groups) else ""
        return ""

    def _value(self, node: Language | Compare) -> str:
        if isinstance(node, Language):
            return f"the story's language is {self.story.language}"
        if node.name in NUMBERS:
            return f"{node.name} is {self.story.number(node.name)}"
        day = self.story.day(node.name)
        return f"{node.name}: {day}" if day else "the story has no date"
