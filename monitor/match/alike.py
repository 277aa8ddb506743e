"""What a story has that is spelt like a term that it does not have."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache

from monitor.match.apart import smallest_window
from monitor.match.canonical import is_unspaced, needle, tears, whole_syllables
from monitor.match.naming import Hit
from monitor.match.nodes import Term
from monitor.match.pieces import Pieces, clusters
from monitor.match.story import Place, Story
from monitor.match.telling import MOST_TOLD, place_name, printed, quoted, times, words
from monitor.match.vocabulary import Vocabulary

MOST_PLACED = 100_000  # places of words of phrases that are held against each other, for all terms


class Alike:
    """Of one story."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self._pieces = Pieces(story)
        self._left = MOST_PLACED

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self.story)

    @cached_property
    def _tokens(self) -> set[str]:
        return set(self.story.text.split(" "))

    def of(self, term: Term) -> str:
        parts = term.needle.split()
        if same := self._same_letters(term) or self._torn(term):
            return same
        if term.form == "stem" or (len(parts) == 1 and not is_unspaced(term.needle)):
            similar = self._vocabulary.similar(term)
            return f"similar: {self._words(similar, term.field)}" if similar else ""
        if len(parts) == 1:
            return self._part(term, clusters(term.needle), "")
        return self._of_phrase(term, parts)

    def of_name(self, name: Term) -> str:
        """As ``of``, for one of many names: of a phrase, half must be there."""
        parts = name.needle.split()
        there = sum(bool(self._places(part, name.field)) for part in parts)
        if len(parts) > 1 and 2 * there < len(parts):
            return self._same_letters(name)
        return self.of(name)

    def _same_letters(self, term: Term) -> str:
        places = self._pieces.of_same_letters(term)
        if not places:
            return ""
        told = f"{printed(self.story, places)} ({times(len(places))})"
        return f"the same letters, but for signs and blanks: {told}"

    def _torn(self, term: Term) -> str:
        """Its letters, where they are part of a written syllable: ລາວ in ລາວາ."""
        text, words = self.story.text, term.needle.strip(" ")
        for start, end in self.story.areas(term.field):
            place = text.find(words, start, end) if is_unspaced(words) else -1
            if place >= 0 and tears(text, place, place + len(words)):
                around = printed(self.story, [whole_syllables(text, place, place + len(words))])
                return f"its letters stand inside another syllable: {around}"
        return ""

    def _of_phrase(self, term: Term, parts: Sequence[str]) -> str:
        groups = [self._places(word, term.field) for word in parts]
        if all(groups):
            return self._words_apart(groups)
        missing = [word for word, group in zip(parts, groups, strict=True) if not group]
        if len(missing) == len(parts):
            is_plain = is_unspaced(term.needle)
            return self._part(term, clusters(term.needle), "") if is_plain else ""
        told = [self._part(term, parts, " ")]
        told.append(f"not there: {', '.join(map(quoted, missing[:MOST_TOLD]))}")
        for word in missing[:MOST_TOLD]:
            similar = [] if is_unspaced(word) else self._vocabulary.similar(_word(word))
            if similar:
                told.append(f"similar to {quoted(word)}: {self._words(similar, term.field)}")
        return "; ".join(filter(None, told))

    def _words_apart(self, groups: Sequence[list[Place]]) -> str:
        self._left -= sum(map(len, groups))
        if self._left < 0:
            return "its words are all there"
        leaf = _word("")
        hits = [[Hit(a, b, leaf) for a, b in group] for group in groups]
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
        part = self._pieces.longest(pieces, joint, term.field)
        places = self._places(part, term.field)
        if not places:
            return ""
        return f"of it there is {printed(self.story, places)}, {times(len(places))}"

    def _places(self, word: str, field: str | None = None) -> list[Place]:
        term = _word(word, field)
        is_there = word in self._tokens or is_unspaced(word) or " " in word
        return self.story.places(term) if term.needle and is_there else []

    def _words(self, found: Sequence[str], field: str | None) -> str:
        """Words of the story as it prints them, with how often; or where, if in another field."""
        told = []
        for word in found:
            places, where = self._places(word, field), ""
            if not places and (places := self._places(word)):
                where = f", in {place_name(self.story, self.story.part_of(places[0][0]))}"
            told.append(f"{printed(self.story, places[:1])} ({times(len(places))}{where})")
        return ", ".join(told)


@lru_cache(maxsize=8192)  # names share most of their words
def _word(word: str, field: str | None = None) -> Term:
    return Term(word, needle(word), field)
