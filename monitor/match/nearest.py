"""What a story has instead of a term that was looked for in vain."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from monitor.match.apart import smallest_window
from monitor.match.canonical import is_unspaced, needle
from monitor.match.evaluate import Reading
from monitor.match.heldback import HeldBack
from monitor.match.naming import Hit
from monitor.match.nodes import OTHER_FIELDS, ConceptRef, Regex, Term
from monitor.match.story import Place
from monitor.match.telling import MOST_TOLD, listed, place_name, printed, quoted, times, words
from monitor.match.vocabulary import Vocabulary
from monitor.models import Article

_MOST_NAMES = 40  # of a concept, for which what is nearest is looked for


class Nearest:
    """Of one story; what it costs is bounded, however many terms were not found.

    ``needles`` are those of the query and of concepts that the story holds.
    """

    def __init__(self, reading: Reading, needles: Collection[str]) -> None:
        self.reading, self.story = reading, reading.story
        self._held_back = HeldBack(reading, needles)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self.story)

    def of_term(self, term: Term) -> str:
        """What is nearest to a term that is not there."""
        found = [self.elsewhere(term), self._in_another_case(term)]
        found.append(self._held_back.by_another_name(term))
        if not any(found) and term.field not in OTHER_FIELDS:
            found = [self._similar(term)]
        return "; ".join(filter(None, found))

    def of_concept(self, node: ConceptRef, holds: bool) -> str:
        """What its guards held back; and where it is not there, what is nearest to its names."""
        told = self._held_back.of(node)
        if not holds and not told:
            told = [note for note in self._near_names(node) if note][:1]
        more = [f"{len(told) - MOST_TOLD} more held back"] if len(told) > MOST_TOLD else []
        return "; ".join(told[:MOST_TOLD] + more)

    def _near_names(self, node: ConceptRef) -> Iterator[str]:
        names = self.reading.concepts[node.id].names[:_MOST_NAMES]
        for look in (self.elsewhere, self._nearly):
            for name in names:
                if note := look(replace(name, field=node.field)):
                    yield f"{quoted(name.written)}: {note}"

    def _nearly(self, name: Term) -> str:
        """As ``_similar``, for one of many names: of a phrase, half must be there."""
        parts = name.needle.split()
        there = sum(bool(self._places(part, name.field)) for part in parts)
        return "" if len(parts) > 1 and 2 * there < len(parts) else self._similar(name)

    def elsewhere(self, leaf: Term | Regex) -> str:
        """In which other field it stands; of a field that is no text, what it says."""
        told = []
        if leaf.field in OTHER_FIELDS:
            told.append(self._said(leaf.field))
        others = [None, *OTHER_FIELDS] if leaf.field else list(OTHER_FIELDS)
        places = [
            place
            for field in others
            if field != leaf.field
            for place in self.story.places(replace(leaf, field=field))
        ]
        if places:
            parts = dict.fromkeys(self.story.part_of(start) for start, _ in places)
            names = [place_name(self.story, part) for part in parts]
            told.append(f"it stands in {listed(names)}")
        return "; ".join(told)

    def _said(self, field: str) -> str:
        texts = _texts(self.story.article, field)
        if not texts:
            return f"the story has no {field}"
        return f"the {field} is {', '.join(quoted(text) for text in texts[:MOST_TOLD])}"

    def _in_another_case(self, term: Term) -> str:
        if term.form != "exact":
            return ""
        places = self.story.places(replace(term, form="word"))
        return f"in other letters: {printed(self.story, places)}" if places else ""

    def _similar(self, term: Term) -> str:
        parts = term.needle.split()
        if term.form == "stem" or (len(parts) == 1 and not is_unspaced(term.needle)):
            similar = self._vocabulary.similar(term)
            return f"similar: {self._words(similar, term.field)}" if similar else ""
        if len(parts) == 1:
            return self._part(term, term.needle, "")
        return self._of_phrase(term, parts)

    def _of_phrase(self, term: Term, parts: Sequence[str]) -> str:
        groups = [self._places(word, term.field) for word in parts]
        if all(groups):
            return self._words_apart(groups)
        missing = [word for word, group in zip(parts, groups, strict=True) if not group]
        if len(missing) == len(parts):
            return self._part(term, term.needle, "") if is_unspaced(term.needle) else ""
        told = [self._part(term, parts, " ")]
        told.append(f"not there: {', '.join(map(quoted, missing[:MOST_TOLD]))}")
        for word in missing[:MOST_TOLD]:
            similar = [] if is_unspaced(word) else self._vocabulary.similar(_word(word))
            if similar:
                told.append(f"similar to {quoted(word)}: {self._words(similar, term.field)}")
        return "; ".join(filter(None, told))

    def _words_apart(self, groups: Sequence[list[Place]]) -> str:
        hits = [[Hit(a, b, _word("")) for a, b in group] for group in groups]
        closest = smallest_window(self.story, hits)
        if closest is None:
            return "its words are all there, but never in one paragraph"
        where = place_name(self.story, self.story.part_of(closest.hits[0].start))
        if closest.words:
            apart = words(closest.words)
            return f"its words are all there, with {apart} between them in {where}"
        return f"its words stand side by side in {where}, in another order"

    def _part(self, term: Term, pieces: Sequence[str], joint: str) -> str:
        """The longest part of a phrase, or of a term of an unspaced script, that is there."""
        best = longest_part(pieces, lambda part: self._has(joint.join(part), term.field))
        part = joint.join(pieces[slice(*best)])
        length = best[1] - best[0] if joint else len(needle(part).strip(" "))
        if length < (2 if joint else max(2, len(pieces) // 3)):  # or marks alone
            return ""
        places = self._places(part, term.field)
        if not places:
            return ""
        return f"of it there is {printed(self.story, places)}, {times(len(places))}"

    def _has(self, part: str, field: str | None) -> bool:
        wanted = needle(part)
        areas = self.story.areas(field)
        return any(self.story.text.find(wanted, start, end) >= 0 for start, end in areas)

    def _places(self, word: str, field: str | None = None) -> list[Place]:
        return self.story.places(_word(word, field))

    def _words(self, found: Sequence[str], field: str | None) -> str:
        """Words of the story as it prints them, with how often."""
        told = []
        for word in found:
            places = self._places(word, field) or self._places(word)
            told.append(f"{printed(self.story, places[:1])} ({times(len(places))})")
        return ", ".join(told)


def _texts(article: Article, field: str) -> list[str]:
    """What stands in a field that is no text."""
    if field == "author":
        return list(article.authors)
    place = article.dateline.place if article.dateline else None
    said = {"source": article.source, "site": article.site, "dateline": place}
    text = (said | {"section": article.section})[field]
    return [text] if text else []


def longest_part(pieces: Sequence[str], there: Callable[[Sequence[str]], bool]) -> tuple[int, int]:
    """From where to where the longest run of ``pieces`` reaches that is there.

    What is there is so in all its parts, so that two ends that only move on will do.
    """
    best, start = (0, 0), 0
    for end in range(1, len(pieces) + 1):
        while start < end and not there(pieces[start:end]):
            start += 1
        if end - start > best[1] - best[0]:
            best = start, end
    return best


def _word(word: str, field: str | None = None) -> Term:
    return Term(word, needle(word), field)
