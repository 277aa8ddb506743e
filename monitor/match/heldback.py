"""What a story has of the names of concepts, where these do not count or are not there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property

from monitor.match.concepts import Concepts
from monitor.match.evaluate import Reading
from monitor.match.lexicon import Concept
from monitor.match.naming import Guarded, Hit, is_one
from monitor.match.nodes import ConceptRef, Node, Regex, Term, leaves
from monitor.match.printing import label
from monitor.match.scanner import Patterns, Scanner
from monitor.match.story import Place, Story
from monitor.match.telling import MOST_TOLD, printed


def needles_in(story: Story, root: Node, concepts: Concepts) -> set[str]:
    """Which terms and patterns of a query and which names a story holds, by one scan each as in
    live matching."""
    text, found = story.text.encode(), list(leaves(root))
    present = Scanner(leaf.needle for leaf in found if isinstance(leaf, Term)).present(text)
    patterns = Patterns(leaf.pattern for leaf in found if isinstance(leaf, Regex))
    if patterns.any:
        present |= patterns.present(story.printed)
    return present | (concepts.lexicon.present(text) if concepts else set())


@contextmanager
def scanned(story: Story, needles: Collection[str]) -> Iterator[None]:
    """Inside, only these needles are looked for: thousands of names cost one scan."""
    story.present = needles
    try:
        yield
    finally:
        story.present = None


class HeldBack:
    def __init__(self, reading: Reading, needles: Collection[str]) -> None:
        self.reading, self.story, self._needles = reading, reading.story, needles

    @cached_property
    def _names(self) -> dict[str, list[Term]]:
        """The names that the story holds, by concept."""
        return self.reading.concepts.lexicon.named(self._needles)

    def by_another_name(self, term: Term) -> str:
        """Where a term is a name of a concept, what the story calls that instead."""
        for concept_id in self.reading.concepts.lexicon.named([term.needle]):
            if own := self._hits(concept_id, term.field):
                places = [(hit.start, hit.end) for hit in own]
                return f"the story says {printed(self.story, places)}: @{concept_id} finds both"
        return ""

    def of(self, node: ConceptRef) -> list[str]:
        """Names that are there and do not count: of the concept, and of what is narrower."""
        concepts = self.reading.concepts
        family = [concepts[name] for name in concepts.family(node.id)]
        return [note for concept in family if (note := self._held_back(concept, node.field))]

    def _held_back(self, concept: Concept, field: str | None) -> str:
        if not (concept.guards or concept.company):
            return ""
        named = [
            place
            for name in self._names.get(concept.id, ())
            for place in self.story.places(replace(name, field=field))
            if is_one(place, name, self.story)
        ]
        if not named or self._hits(concept.id, field):
            return ""
        guards = Guarded(self._guards(concept, field))
        free = [place for place in named if guards.around(place) is None]
        if not free:
            inside = printed(self.story, list(filter(None, map(guards.around, named))))
            return f"{printed(self.story, named)} stands inside {inside}, a guard of @{concept.id}"
        if not concept.company or self._has_company(concept):
            return ""
        company = ", ".join(label(leaf) for leaf in concept.company[:MOST_TOLD])
        return f"{printed(self.story, free)} counts for @{concept.id} only with {company} …"

    def _hits(self, concept_id: str, field: str | None) -> list[Hit]:
        """The names of a concept that count, without those of what is narrower."""
        with scanned(self.story, self._needles):
            hits = self.reading.hits(ConceptRef(concept_id, field))
        return [hit for hit in hits if hit.concept == concept_id]

    def _has_company(self, concept: Concept) -> bool:
        with scanned(self.story, self._needles):
            return any(map(self.reading.holds, concept.company))

    def _guards(self, concept: Concept, field: str | None) -> Iterator[Place]:
        for guard in concept.guards:
            yield from self.story.places(replace(guard, field=field), overlapping=True)
