"""What a story has instead of a term that was looked for in vain."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cached_property
from itertools import islice

from monitor.match.alike import Alike
from monitor.match.evaluate import Reading
from monitor.match.heldback import HeldBack, scanned
from monitor.match.nodes import OTHER_FIELDS, ConceptRef, Regex, Term
from monitor.match.parts import parts_beside
from monitor.match.telling import MOST_TOLD, listed, place_name, printed, quoted

_MOST_NAMES = 40  # of a concept, for which what is nearest is looked for


class Nearest:
    """Of one story; what it costs is bounded, however many terms were not found.

    ``needles`` are those of the query and of concepts that the story holds.
    """

    def __init__(self, reading: Reading, needles: Collection[str]) -> None:
        self.reading, self.story, self._needles = reading, reading.story, needles
        self._held_back, self._alike = HeldBack(reading, needles), Alike(self.story)

    def of_term(self, term: Term) -> str:
        """What is nearest to a term that is not there."""
        found = [self.elsewhere(term), self._in_another_case(term)]
        found.append(self._held_back.by_another_name(term))
        if not any(found) and term.field not in OTHER_FIELDS:
            found = [self._alike.of(term)]
        return "; ".join(filter(None, found))

    def of_concept(self, node: ConceptRef, holds: bool) -> str:
        """What its guards held back; and where it is not there, what is nearest to its names."""
        told = self._held_back.of(node)
        if not holds and not told and node.field:
            told = self._held_back.of(ConceptRef(node.id))  # elsewhere it does not count either
        if not holds and not told:
            told = list(islice(self._near_names(node), 1))
        more = [f"{len(told) - MOST_TOLD} more held back"] if len(told) > MOST_TOLD else []
        return "; ".join(told[:MOST_TOLD] + more)

    def _near_names(self, node: ConceptRef) -> Iterator[str]:
        names = self.reading.concepts[node.id].names[:_MOST_NAMES]
        for look in (self.elsewhere, self._alike.of_name):
            for name in names:
                if note := look(replace(name, field=node.field)):
                    yield f"{quoted(name.written)}: {note}"

    def elsewhere(self, leaf: Term | Regex) -> str:
        """In which other field it stands; of a field that is no text, what it says."""
        told = []
        if leaf.field in OTHER_FIELDS:
            told.append(self._said(leaf.field))
        with scanned(self.story, self._needles):
            places = [
                place
                for field in (None, *self._other_fields)
                if field != leaf.field
                for place in self.story.places(replace(leaf, field=field))
            ]
        if places:
            parts = dict.fromkeys(self.story.part_of(start) for start, _ in places)
            names = [place_name(self.story, part) for part in parts]
            told.append(f"it stands in {listed(names)}")
        return "; ".join(told)

    @cached_property
    def _other_fields(self) -> list[str]:
        return [field for field in OTHER_FIELDS if self.story.areas(field)]

    def _said(self, field: str) -> str:
        texts = [part.text for part in parts_beside(self.story.article) if part.field == field]
        if not texts:
            return f"the story has no {field}"
        return f"the {field} is {', '.join(quoted(text) for text in texts[:MOST_TOLD])}"

    def _in_another_case(self, term: Term) -> str:
        if term.form != "exact":
            return ""
        with scanned(self.story, self._needles):
            places = self.story.places(replace(term, form="word"))
        return f"in other letters: {printed(self.story, places)}" if places else ""
