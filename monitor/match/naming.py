"""Where concepts are named in one story: by which of their names, and whether these count."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from monitor.match.concepts import Concepts
from monitor.match.lexicon import Concept
from monitor.match.nodes import TEXT_FIELDS, ConceptRef, Leaf, Term
from monitor.match.story import Place, Story

PARTING = ",;:!?、，；：。！？"  # between words, these part names


class Hit(NamedTuple):
    """A place of a leaf in the canonical text; ``concept``: whose name it is.

    ``signs``: of a pattern's place without words, where it stands in its paragraph as printed; the
    signs between two words share one place.
    """

    start: int
    end: int
    leaf: Leaf
    concept: str | None = None
    signs: Place | None = None

    @property
    def place(self) -> tuple[int, ...]:
        """What tells it from all others, in reading order."""
        return (self.start, self.end, *(self.signs or ()))


class Names:
    """What is found is kept, for further rules."""

    def __init__(self, story: Story, concepts: Concepts) -> None:
        self.story, self.concepts = story, concepts
        self._unguarded: dict[tuple[str, str | None], list[Hit]] = {}
        self._families: dict[tuple[str, str | None], list[Hit]] = {}
        self._named: dict[str, bool] = {}
        self._accompanied: dict[str, bool] = {}

    def of(self, node: ConceptRef) -> list[Hit]:
        """The names of a concept and of those that are narrower; of a name inside another, the
        other."""
        key = (node.id, node.field)
        if key not in self._families:
            find = self._in_part if node.field in TEXT_FIELDS else self._family
            self._families[key] = find(node)
        return self._families[key]

    def are_there(self, node: ConceptRef) -> bool:
        """Whether ``of`` finds any."""
        if node.field is not None:
            return bool(self.of(node))
        if node.id not in self._named:
            self._named[node.id] = any(map(self._is_named, self._there_of(node.id)))
        return self._named[node.id]

    def _is_named(self, concept: Concept) -> bool:
        """The first name that counts tells."""
        if concept.company:
            return bool(self._of(concept, None))
        words = filter(_is_word, self._names_of(concept))
        if not self._guards_of(concept) and any(map(self.story.stands, words)):
            return True
        return next(self._counting(concept, None), None) is not None

    def _in_part(self, node: ConceptRef) -> list[Hit]:
        """Those in the title, the lead or the body, of all; no name runs out of its part."""
        found = self.of(ConceptRef(node.id))
        areas = self.story.areas(node.field)
        return [
            hit._replace(leaf=node)
            for start, end in areas
            for hit in found
            if start <= hit.start < end
        ]

    def _family(self, node: ConceptRef) -> list[Hit]:
        found = [
            hit._replace(leaf=node)
            for concept in self._there_of(node.id)
            for hit in self._of(concept, node.field)
        ]
        return outermost(found)

    def _there_of(self, concept_id: str) -> Iterable[Concept]:
        """Those of a family that the story may name: of hundreds, a handful."""
        family = self.concepts.family(concept_id)
        there: Iterable[str] = family
        if self._present is not None:
            there = sorted(family.keys() & self._present.keys(), key=family.__getitem__)
        return [self.concepts[name] for name in there]

    @cached_property
    def _present(self) -> Mapping[str, Sequence[Term]] | None:
        """The names that a scanner found, by concept; None where none looked for them."""
        if self.story.present is None:
            return None
        return self.concepts.lexicon.named(self.story.present)

    @cached_property
    def _guards(self) -> Mapping[str, Sequence[Term]] | None:
        """The guards that a scanner found, by concept."""
        if self.story.present is None:
            return None
        return self.concepts.lexicon.guarded(self.story.present)

    def _of(self, concept: Concept, field: str | None) -> list[Hit]:
        found = self._outside_guards(concept, field)
        return found if found and self._has_company(concept) else []

    def _outside_guards(self, concept: Concept, field: str | None) -> list[Hit]:
        key = (concept.id, field)
        if key not in self._unguarded:
            self._unguarded[key] = list(self._counting(concept, field))
        return self._unguarded[key]

    def _counting(self, concept: Concept, field: str | None) -> Iterator[Hit]:
        """Its names outside its guards."""
        guarded = None
        for name in self._names_of(concept):
            for place in self.story.places(_inside(field, name)):
                guarded = guarded or self._guarded(concept, field)
                if guarded.around(place) is None and is_one(place, name, self.story):
                    yield Hit(*place, name, concept.id)

    def _guarded(self, concept: Concept, field: str | None) -> Guarded:
        return Guarded(
            place
            for guard in self._guards_of(concept)
            for place in self.story.places(_inside(field, guard), overlapping=True)
        )

    def _names_of(self, concept: Concept) -> Sequence[Term]:
        """Those that the story may hold."""
        return concept.names if self._present is None else self._present.get(concept.id, ())

    def _guards_of(self, concept: Concept) -> Sequence[Term]:
        """Those that the story may hold."""
        return concept.guards if self._guards is None else self._guards.get(concept.id, ())

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
        asking: dict[Leaf, list[str]] = {}  # who asks for it
        part_of: dict[str, list[Leaf]] = {concept.id: []}  # of those who ask: what they stand for
        waiting = [concept]
        for each in waiting:
            for leaf in each.company:
                if leaf not in asking:
                    asking[leaf] = []
                    for other in self._unsettled(leaf):
                        if other.id not in part_of:
                            part_of[other.id] = []
                            waiting.append(other)
                        part_of[other.id].append(leaf)
                asking[leaf].append(each.id)
        met = set[str]()
        there = [leaf for leaf in asking if self._is_there(leaf)]
        for leaf in there:
            for name in asking.pop(leaf, ()):
                if name not in met:
                    met.add(name)
                    there += part_of[name]
        self._accompanied.update({name: name in met for name in part_of})

    def _unsettled(self, companion: Leaf) -> Iterable[Concept]:
        """Those named for it whose own company is still to be looked for."""
        if not isinstance(companion, ConceptRef):
            return []
        return [
            each
            for each in self._there_of(companion.id)
            if each.company
            and each.id not in self._accompanied
            and self._outside_guards(each, None)
        ]

    def _is_there(self, companion: Leaf) -> bool:
        """Whatever those whose company is not settled have."""
        if not isinstance(companion, ConceptRef):
            return bool(self.story.places(companion))
        return any(
            self._outside_guards(each, None)
            for each in self._there_of(companion.id)
            if not each.company or self._accompanied.get(each.id)
        )


def outermost(hits: Iterable[Hit]) -> list[Hit]:
    """Those that lie in no other."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if not kept or hit.end > kept[-1].end:
            kept.append(hit)
    return kept


def _inside(field: str | None, term: Term) -> Term:
    return replace(term, field=field) if field else term


def _is_word(name: Term) -> bool:
    return " " not in name.needle.strip(" ")


def is_one(place: Place, name: Term, story: Story) -> bool:
    """Whether a name of several words stands there as one: in "Thailand, China, Laos" there are
    three names, and none of them is China-Laos."""
    start, end = place
    if " " not in story.text[start:end]:
        return True
    printed = story.print_of(place)
    if any(sign in printed and sign not in name.written for sign in PARTING):
        return False
    return story.sentence_of(start) == story.sentence_of(end - 1)


class Guarded:
    """Guarded places, among which one around another is found at once."""

    def __init__(self, places: Iterable[Place]) -> None:
        places = sorted(places)
        self._starts = [start for start, _ in places]
        self._furthest = list(accumulate(places, _further))

    def around(self, place: Place) -> Place | None:
        start, end = place
        number = bisect_right(self._starts, start) - 1
        if number < 0 or self._furthest[number][1] < end:
            return None
        return self._furthest[number]


def _further(one: Place, other: Place) -> Place:
    return one if one[1] >= other[1] else other
