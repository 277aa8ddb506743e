"""What a story has instead of a term that was looked for in vain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from monitor.match.apart import counted, place_name, smallest_window
from monitor.match.canonical import is_unspaced, needle
from monitor.match.concepts import Concept
from monitor.match.evaluate import Reading
from monitor.match.naming import Hit
from monitor.match.nodes import OTHER_FIELDS, ConceptRef, Regex, Term
from monitor.match.printing import label
from monitor.match.story import Place
from monitor.match.vocabulary import Vocabulary
from monitor.models import Article

_MOST_NAMES = 40  # of a concept, for which what is nearest is looked for
_MOST_TOLD = 3  # of anything of which there may be many
_MOST_CHARACTERS = 80  # of a value that is shown


class Nearest:
    """Of one story; what it costs is bounded, however many terms were not found."""

    def __init__(self, reading: Reading) -> None:
        self.reading, self.story = reading, reading.story

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self.story)

    @cached_property
    def _concepts_of(self) -> dict[str, list[str]]:
        """By a name's needle, the concepts that bear it."""
        found: dict[str, list[str]] = {}
        for concept in self.reading.concepts.values():
            for name in concept.names:
                found.setdefault(name.needle, []).append(concept.id)
        return found

    # --- terms -----------------------------------------------------------------------------------

    def of_term(self, term: Term) -> str:
        """What is nearest to a term that is not there."""
        found = [self.elsewhere(term), self._in_another_case(term), self._by_another_name(term)]
        if not any(found) and term.field not in OTHER_FIELDS:
            found = [self._similar(term)]
        return "; ".join(filter(None, found))

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
            more = f" and {len(names) - _MOST_TOLD} more" if len(names) > _MOST_TOLD else ""
            told.append(f"it stands in {', '.join(names[:_MOST_TOLD])}{more}")
        return "; ".join(told)

    def _said(self, field: str) -> str:
        texts = _texts(self.story.article, field)
        if not texts:
            return f"the story has no {field}"
        return f"the {field} is {', '.join(_quoted(text) for text in texts[:_MOST_TOLD])}"

    def _in_another_case(self, term: Term) -> str:
        if term.form != "exact":
            return ""
        places = self.story.places(replace(term, form="word"))
        return f"in other letters: {self._printed(places)}" if places else ""

    def _by_another_name(self, term: Term) -> str:
        for concept_id in self._concepts_of.get(term.needle, ()):
            hits = self.reading.hits(ConceptRef(concept_id, term.field))
            own = [hit for hit in hits if hit.concept == concept_id]
            if own:
                places = [(hit.start, hit.end) for hit in own]
                return f"the story says {self._printed(places)}: @{concept_id} finds both"
        return ""

    def _similar(self, term: Term) -> str:
        words = term.needle.split()
        if term.form == "stem" or (len(words) == 1 and not is_unspaced(term.needle)):
            similar = self._vocabulary.similar(term)
            return f"similar: {self._words(similar, term.field)}" if similar else ""
        if len(words) == 1:
            return self._part(term, term.needle, "")
        return self._of_phrase(term, words)

    def _of_phrase(self, term: Term, words: Sequence[str]) -> str:
        groups = [self._places(word, term.field) for word in words]
        if all(groups):
            return self._words_apart(groups)
        missing = [word for word, group in zip(words, groups, strict=True) if not group]
        if len(missing) == len(words):
            return self._part(term, term.needle, "") if is_unspaced(term.needle) else ""
        told = [self._part(term, words, " ")]
        told.append(f"not there: {', '.join(map(_quoted, missing[:_MOST_TOLD]))}")
        for word in missing[:_MOST_TOLD]:
            similar = [] if is_unspaced(word) else self._vocabulary.similar(_word(word))
            if similar:
                told.append(f"similar to {_quoted(word)}: {self._words(similar, term.field)}")
        return "; ".join(filter(None, told))

    def _words_apart(self, groups: Sequence[list[Place]]) -> str:
        hits = [[Hit(a, b, _word("")) for a, b in group] for group in groups]
        closest = smallest_window(self.story, hits)
        if closest is None:
            return "its words are all there, but never in one paragraph"
        where = place_name(self.story, self.story.part_of(closest.hits[0].start))
        if closest.words:
            apart = counted(closest.words)
            return f"its words are all there, with {apart} between them in {where}"
        return f"its words stand side by side in {where}, in another order"

    def _part(self, term: Term, pieces: Sequence[str], joint: str) -> str:
        """The longest part of a phrase, or of a term of an unspaced script, that is there."""
        best = longest_part(pieces, lambda part: self._has(joint.join(part), term.field))
        part = joint.join(pieces[slice(*best)])
        if best[1] - best[0] < (2 if joint else max(2, len(pieces) // 3)):
            return ""
        places = self._places(part, term.field)
        return f"of it there is {self._printed(places)}, {times(len(places))}" if places else ""

    def _has(self, part: str, field: str | None) -> bool:
        wanted = needle(part)
        areas = self.story.areas(field)
        return any(self.story.text.find(wanted, start, end) >= 0 for start, end in areas)

    def _places(self, word: str, field: str | None = None) -> list[Place]:
        return self.story.places(_word(word, field))

    def _words(self, words: Sequence[str], field: str | None) -> str:
        """Words of the story as it prints them, with how often."""
        told = []
        for word in words:
            places = self._places(word, field) or self._places(word)
            told.append(f"{self._printed(places[:1])} ({times(len(places))})")
        return ", ".join(told)

    def _printed(self, places: Sequence[Place]) -> str:
        texts = dict.fromkeys(_quoted(self.story.span(place, "").text) for place in places[:50])
        return ", ".join(list(texts)[:_MOST_TOLD])

    # --- concepts --------------------------------------------------------------------------------

    def of_concept(self, node: ConceptRef, holds: bool) -> str:
        """What its guards held back; and where it is not there, what is nearest to its names."""
        told = [
            note
            for concept in self.reading.concepts.family(node.id)
            if (note := self._held_back(concept, node.field))
        ]
        if not holds and not told:
            told = [note for note in self._names(node) if note][:1]
        more = [f"{len(told) - _MOST_TOLD} more held back"] if len(told) > _MOST_TOLD else []
        return "; ".join(told[:_MOST_TOLD] + more)

    def _held_back(self, concept: Concept, field: str | None) -> str:
        named = [
            place
            for name in concept.names
            for place in self.story.places(replace(name, field=field))
        ]
        if not named or not (concept.guards or concept.company):
            return ""
        hits = self.reading.hits(ConceptRef(concept.id, field))
        if any(hit.concept == concept.id for hit in hits):
            return ""
        if guarded := self._guarded(concept, named, field):
            return f"{self._printed(named)} stands inside {guarded}, a guard of @{concept.id}"
        if not concept.company or any(map(self.reading.holds, concept.company)):
            return ""
        company = ", ".join(label(leaf) for leaf in concept.company[:_MOST_TOLD])
        return f"{self._printed(named)} counts for @{concept.id} only with {company} …"

    def _guarded(self, concept: Concept, named: Sequence[Place], field: str | None) -> str:
        inside = [
            (start, end)
            for guard in concept.guards
            for start, end in self.story.places(Term(guard, guard, field))
        ]
        holding = [
            place for place in inside if any(place[0] <= a and b <= place[1] for a, b in named[:50])
        ]
        return self._printed(holding)

    def _names(self, node: ConceptRef) -> Iterator[str]:
        names = self.reading.concepts[node.id].names[:_MOST_NAMES]
        for name in names:
            if note := self.elsewhere(replace(name, field=node.field)):
                yield f"{_quoted(name.written)}: {note}"
        for name in names:
            if note := self._similar(replace(name, field=node.field)):
                yield f"{_quoted(name.written)}: {note}"


def _texts(article: Article, field: str) -> list[str]:
    """What stands in a field that is no text."""
    if field == "author":
        return list(article.authors)
    place = article.dateline.place if article.dateline else None
    said = {"source": article.source, "site": article.site, "dateline": place}
    text = (said | {"section": article.section})[field]
    return [text] if text else []


def _quoted(text: str) -> str:
    text = " ".join(text.split())
    return f"“{text if len(text) <= _MOST_CHARACTERS else text[:_MOST_CHARACTERS] + '…'}”"


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


def times(number: int) -> str:
    return "once" if number == 1 else "twice" if number == 2 else f"{number} times"


def _word(word: str, field: str | None = None) -> Term:
    return Term(word, needle(word), field)
