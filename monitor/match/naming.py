"""Where concepts are named in one story: by which of their names, and whether these count."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from monitor.match.concepts import Concept, Concepts
from monitor.match.nodes import ConceptRef, Leaf, Term
from monitor.match.story import Place, Story


class Hit(NamedTuple):
    """A place of a leaf in the canonical text; ``concept``: whose name it is."""

    start: int
    end: int
    leaf: Leaf
    concept: str | None = None


class Names:
    """What is found is kept, for further rules."""

    def __init__(self, story: Story, concepts: Concepts) -> None:
        self.story, self.concepts = story, concepts
        self._unguarded: dict[tuple[str, str | None], list[Hit]] = {}
        self._families: dict[tuple[str, str | None], list[Hit]] = {}
        self._accompanied: dict[str, bool] = {}

    def of(self, node: ConceptRef) -> list[Hit]:
        """The names of a concept and of those that are narrower; of a name inside another, the
        other."""
        key = (node.id, node.field)
        if key not in self._families:
            found = [
                hit._replace(leaf=node)
                for concept in self._there_of(node.id)
                for hit in self._of(concept, node.field)
            ]
            self._families[key] = outermost(found)
        return self._families[key]

    def _there_of(self, concept_id: str) -> Iterable[Concept]:
        """Those of a family that the story may name: of hundreds, a handful."""
        family = self.concepts.family(concept_id)
        if self._present is None:
            return family
        return [concept for concept in family if concept.id in self._present]

    @cached_property
    def _present(self) -> Mapping[str, Sequence[Term]] | None:
        """The names that a scanner found, by concept; None where none looked for them."""
        if self.story.present is None:
            return None
        return self.concepts.lexicon.named(self.story.present)

    def _of(self, concept: Concept, field: str | None) -> list[Hit]:
        found = self._outside_guards(concept, field)
        return found if found and self._has_company(concept) else []

    def _outside_guards(self, concept: Concept, field: str | None) -> list[Hit]:
        key = (concept.id, field)
        if key not in self._unguarded:
            self._unguarded[key] = self._look_for(concept, field)
        return self._unguarded[key]

    def _look_for(self, concept: Concept, field: str | None) -> list[Hit]:
        names = concept.names if self._present is None else self._present.get(concept.id, ())
        found: list[Hit] = []
        for name in names:
            term = Term(name.written, name.needle, field, name.form)
            found += [Hit(a, b, name, concept.id) for a, b in self.story.places(term)]
        present = self.story.present
        guards = [guard for guard in concept.guards if present is None or guard in present]
        if not found or not guards:
            return found
        terms = (Term(guard, guard, field) for guard in guards)
        guarded = Guarded(place for term in terms for place in self.story.places(term))
        return [hit for hit in found if guarded.around(hit) is None]

    # --- company ---------------------------------------------------------------------------------

    def _has_company(self, concept: Concept) -> bool:
        if not concept.company:
            return True
        if concept.id not in self._accompanied:
            self._settle(concept)
        return self._accompanied[concept.id]

    def _settle(self, concept: Concept) -> None:
        """Company may ask for company in its turn, in a circle even. There, a concept has it for
        a reason outside the circle alone."""
        asked = self._asked(concept)
        met: set[str] = set()
        while more := {
            each.id
            for each in asked
            if each.id not in met and any(self._is_there(leaf, met) for leaf in each.company)
        }:
            met |= more
        self._accompanied.update({each.id: each.id in met for each in asked})

    def _asked(self, concept: Concept) -> Sequence[Concept]:
        """The concept, and those whose company its own company depends on."""
        found, waiting = {concept.id: concept}, [concept]
        while waiting:
            for leaf in waiting.pop().company:
                if isinstance(leaf, ConceptRef):
                    for each in self.concepts.family(leaf.id):
                        if each.company and each.id not in found:
                            found[each.id] = each
                            waiting.append(each)
        return tuple(found.values())

    def _is_there(self, companion: Leaf, met: set[str]) -> bool:
        if not isinstance(companion, ConceptRef):
            return bool(self.story.places(companion))
        return any(
            self._outside_guards(each, None)
            for each in self._there_of(companion.id)
            if not each.company or each.id in met
        )


def outermost(hits: Iterable[Hit]) -> list[Hit]:
    """Those that lie in no other."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if not kept or hit.end > kept[-1].end:
            kept.append(hit)
    return kept


class Guarded:
    """Guarded places, among which one around another is found at once."""

    def __init__(self, places: Iterable[Place]) -> None:
        places = sorted(places)
        self._starts = [start for start, _ in places]
        self._furthest = list(accumulate(places, _further))

    def around(self, hit: Hit) -> Place | None:
        number = bisect_right(self._starts, hit.start) - 1
        if number < 0 or self._furthest[number][1] < hit.end:
            return None
        return self._furthest[number]


def _further(one: Place, other: Place) -> Place:
    return one if one[1] >= other[1] else other
