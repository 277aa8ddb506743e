"""A story as rules see it: canonical text made once, each term looked for at most once."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime
from functools import cached_property, lru_cache
from itertools import accumulate, islice

import re2

from monitor.match.canonical import (
    BREAK,
    canonical,
    canonical_and_parted,
    is_unspaced,
    stem,
    tears,
    whole_letters,
    wording,
)
from monitor.match.measure import Measure
from monitor.match.nodes import OTHER_FIELDS, Regex, Term
from monitor.match.offsets import Offsets
from monitor.match.parts import Part, covers, joined, parts_beside
from monitor.match.scanner import quiet
from monitor.match.sentences import sentences
from monitor.match.spots import Spots
from monitor.models import Article, Moment, Span

# Places looked at of one term: a bound on what a story of nothing but that term costs.
MOST_PLACES = 10_000
MOST_LOOKED_THROUGH = 50_000_000  # characters, once for each needle that stands there: 50 ms

_BREAKS = 3  # a break and the blank on either side of it

_SURROGATE = re.compile("[\ud800-\udfff]")

Place = tuple[int, int]  # start and end in the canonical text, of the words alone


class Story:
    """One article, ready to be searched.

    ``carried`` is how many sites carry the story. ``present`` are the needles that a scanner found
    in the canonical text, where one looked for all that will be asked for; ``told``, those in the
    title and the paragraphs.
    """

    def __init__(self, article: Article, carried: int = 1) -> None:
        self.article, self.carried = article, carried
        beside = BREAK.join(part.text for part in parts_beside(article))
        text = joined(article.title, *article.body)
        self.body, self._parted = canonical_and_parted(text)
        self.beside = canonical(beside) if beside else ""
        self.text = f"{self.body}{BREAK}{self.beside}" if beside else self.body
        self.present: Collection[str] | None = None
        self.told: Collection[str] | None = None
        self._found: dict[tuple[str, str | None, str, bool], list[Place]] = {}
        self._made: dict[int, Part] = {}
        self._printed: dict[int, tuple[Part, Offsets]] = {}
        # Where sentences begin, as far as was asked, behind where their part does.
        self._sentences: dict[int, tuple[list[int], Iterator[int]]] = {}
        self._signs: dict[Regex, list[Place]] = {}

    # --- where things stand ----------------------------------------------------------------------

    @cached_property
    def _beside(self) -> list[Part]:
        return list(parts_beside(self.article))

    def _part(self, number: int) -> Part:
        if number not in self._made:
            self._made[number] = self._make(number)
        return self._made[number]

    def _make(self, number: int) -> Part:
        body = self.article.body
        if number == 0:
            return Part("title", 0, self.article.title.replace(BREAK, " "))
        if number <= len(body):
            return Part("body", number - 1, body[number - 1].replace(BREAK, " "))
        return self._beside[number - 1 - len(body)]

    @property
    def _parts(self) -> Iterator[Part]:
        return map(self._part, range(1 + len(self.article.body) + len(self._beside)))

    @cached_property
    def starts(self) -> list[int]:
        """Where each part begins in the canonical text."""
        starts = [0]
        while found := self.text.find(BREAK, starts[-1]) + 1:
            starts.append(found)
        return starts

    def areas(self, field: str | None) -> list[tuple[int, int]]:
        """The stretches of canonical text that a field covers."""
        if field is None:
            return [(0, len(self.body))]
        if field == "title":
            return [(0, self.title_end)]
        if field == "body":
            return [(self.title_end, len(self.body))]
        if field == "lead":
            return [self._stretch(1)] if self.article.body else []
        first = 1 + len(self.article.body)
        numbers = (number for number, part in enumerate(self._beside) if part.field == field)
        return [self._stretch(first + number) for number in numbers]

    def _stretch(self, part: int) -> tuple[int, int]:
        following = part + 1
        end = self.starts[following] if following < len(self.starts) else len(self.text)
        return self.starts[part], end

    @property
    def title_end(self) -> int:
        return self.body.find(BREAK) + 1 or len(self.body)

    def part_of(self, place: int) -> int:
        return bisect_right(self.starts, place) - 1

    def sentence_of(self, place: int) -> tuple[int, int]:
        """Part and sentence; the title is one sentence."""
        part = self.part_of(place)
        if part == 0:
            return 0, 0
        if part not in self._sentences:
            self._sentences[part] = [self.starts[part]], self._sentence_starts(part)
        starts, further = self._sentences[part]
        while starts[-1] <= place and (start := next(further, None)) is not None:
            starts.append(start)
        return part, bisect_right(starts, place) - 1

    def _sentence_starts(self, part: int) -> Iterator[int]:
        place = self.starts[part] + 1
        for sentence in sentences(self._part(part).text):
            yield place
            words = len(canonical(sentence)) - 2
            place += words + 1 if words > 0 else 0

    @cached_property
    def measure(self) -> Measure:
        return Measure(self.text)

    # --- looking for a leaf ----------------------------------------------------------------------

    def places(self, leaf: Term | Regex, *, overlapping: bool = False) -> list[Place]:
        """Where a term or pattern stands, from left to right; ``overlapping``: all, as guards
        have it."""
        if self._is_absent(leaf):
            return []
        if isinstance(leaf, Regex):
            key = (leaf.pattern, leaf.field, "regex", overlapping)
        else:
            # One needle may be asked for in several cases.
            wanted = leaf.written if leaf.form == "exact" else leaf.needle
            key = (wanted, leaf.field, leaf.form, overlapping)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._search(leaf, overlapping)
        return found

    def stands(self, leaf: Term | Regex) -> bool:
        """Whether it has a place. Of a whole word, the scanner's word is enough; of a part of a
        text without spaces, most often the first place is one."""
        if self.told is None or not (
            isinstance(leaf, Term) and leaf.form == "word" and leaf.field is None
        ):
            return bool(self.places(leaf))
        needle = leaf.needle
        if needle not in self.told:
            return False
        if needle[0] == needle[-1] == " ":
            return True
        place = self._find(needle, 0, len(self.text))
        start, end = place + (needle[0] == " "), place + len(needle) - (needle[-1] == " ")
        return not tears(self.text, start, end) or bool(self.places(leaf))

    def _is_absent(self, leaf: Term | Regex) -> bool:
        """Whether a scanner that looked for it has not found it."""
        if self.present is None:
            return False
        if isinstance(leaf, Regex):
            return f"/{leaf.pattern}" not in self.present
        return leaf.form != "stem" and leaf.needle not in self.present

    def signs(self, leaf: Regex) -> Sequence[Place]:
        """Where those of its places that have no words are printed, in their parts."""
        self.places(leaf)
        return self._signs.get(leaf, ())

    def _search(self, leaf: Term | Regex, overlapping: bool) -> list[Place]:
        if isinstance(leaf, Regex):
            return list(islice(self._search_pattern(leaf), MOST_PLACES))
        if leaf.form == "stem":
            words = self._stems.get(leaf.needle, ())
            terms = (Term(word, f" {word} ", leaf.field) for word in words)
            return sorted(place for term in terms for place in self._search_text(term, overlapping))
        return self._search_text(leaf, overlapping)

    def _search_text(self, leaf: Term, overlapping: bool) -> list[Place]:
        needle, places = leaf.needle, list[Place]()
        if leaf.form == "exact" and not self._may_print(leaf):
            return places
        is_whole = leaf.form in ("word", "stem") and needle[0] == needle[-1] == " "
        for start, end in self.areas(leaf.field):
            if is_whole and not overlapping:
                self._search_words(needle, (start, end), places)
            else:
                self._search_area(leaf, (start, end), places, overlapping)
        return places

    @cached_property
    def _find(self) -> Callable[[str, int, int], int]:
        """``str.find`` in the text. To look through a long one for each of thousands of needles
        would take a minute for the longest."""
        if self.present is None or len(self.present) * len(self.text) < MOST_LOOKED_THROUGH:
            return self.text.find
        return Spots(self.text, self.present).find

    def _search_words(self, needle: str, area: Place, places: list[Place]) -> None:
        """What stands between blanks tears no written character apart."""
        start, end = area
        find, length, most = self._find, len(needle), len(places) + MOST_PLACES
        place = find(needle, start, end)
        while place >= 0 and len(places) < most:
            last = place + length - 1
            places.append((place + 1, last))
            place = find(needle, last, end)  # two may share the blank between them

    def _search_area(self, leaf: Term, area: Place, places: list[Place], overlapping: bool) -> None:
        start, end = area
        text, find, needle = self.text, self._find, leaf.needle
        left, right = len(needle) - len(needle.lstrip(" ")), len(needle.rstrip(" "))
        is_begun = leaf.form == "prefix" and not is_unspaced(needle.rpartition(" ")[2])
        wanted = _wording_of(leaf.written) if leaf.form == "exact" else ""
        place, looked_at = find(needle, start, end), len(places)
        while place >= 0 and looked_at < MOST_PLACES:
            looked_at += 1
            last = text.find(" ", place + right) if is_begun else place + right
            found = (place + left, last)
            if tears(text, *found) or (wanted and not self._is_exact(found, leaf.written, wanted)):
                place = find(needle, place + 1, end)
            else:
                places.append(found)
                # Two hits may share the space between them.
                place = find(needle, place + 1 if overlapping else last, end)

    @cached_property
    def _stems(self) -> dict[str, list[str]]:
        """The words of each stem."""
        stems: dict[str, list[str]] = {}
        for word in set(self.text.split(" ")):
            stems.setdefault(stem(word), []).append(word)
        return stems

    @property
    def stems(self) -> Collection[str]:
        return self._stems.keys()

    @property
    def printed(self) -> list[str]:
        """Title, paragraphs and all else, as printed."""
        return [_encodable(part.text) for part in self._parts]

    def _search_pattern(self, leaf: Regex) -> Iterator[Place]:
        pattern = re2.compile(f"(?i){leaf.pattern}", quiet())
        for number, part in enumerate(self._parts):
            if not covers(leaf.field, part):
                continue
            base = self.starts[number]
            for found in pattern.finditer(_encodable(part.text)):
                if found.start() < found.end():
                    first, last = self._print(number)[1].canonical(found.start(), found.end())
                    if first == last:  # no word is in it: signs alone
                        self._signs.setdefault(leaf, []).append(found.span())
                        yield first + base, last + base
                    else:
                        yield whole_letters(self.text, first + base, last + base)

    def _may_print(self, leaf: Term) -> bool:
        """Whether a text of a typewriter's signs can have a word in its case: seen at a glance."""
        word, article = _wording_of(leaf.written), self.article
        if self._parted is None or leaf.field in OTHER_FIELDS:
            return True
        if not (word.isascii() and word.isalnum()):
            return True
        return word in article.title or any(word in text for text in article.body)

    def _is_exact(self, place: Place, written: str, wanted: str) -> bool:
        printed = self.print_of(place)
        if printed.isascii() and printed.isalnum():  # its own wording
            return printed == wanted
        return printed == written or wording(printed) == wanted

    # --- back to print ---------------------------------------------------------------------------

    def _print(self, number: int) -> tuple[Part, Offsets]:
        """A part, and the map of it."""
        if (made := self._printed.get(number)) is None:
            made = self._printed[number] = self._part(number), self._offsets(number)
        return made

    def _offsets(self, number: int) -> Offsets:
        start, end = self._stretch(number)
        words = self.text[start:end].removesuffix(BREAK)
        if self._parted is None or number > len(self.article.body):
            return Offsets.of(self._part(number).text, words)
        start, end = self._parted_at[number : number + 2]
        return Offsets(words, self._parted[start : end - _BREAKS], is_parted=True)

    @cached_property
    def _parted_at(self) -> list[int]:
        """Where title and paragraphs begin in ``_parted``."""
        texts = (self.article.title, *self.article.body)
        return list(accumulate((len(text) + _BREAKS for text in texts), initial=0))

    def print_of(self, place: Place) -> str:
        """What is printed in a place."""
        start, end = place
        number = self.part_of(start)
        part, offsets = self._print(number)
        base = self.starts[number]
        first, last = offsets.printed(start - base, end - base)
        return part.text[first:last]

    def span(
        self, place: Place, term: str, concept: str | None = None, signs: Place | None = None
    ) -> Span:
        """A place as printed, under the name ``term``; of one without words, its signs."""
        start, end = place
        number = bisect_right(self.starts, start) - 1
        part, offsets = self._print(number)
        base = self.starts[number]
        first, last = signs or offsets.printed(start - base, end - base)
        return Span(part.field, part.number, first, last, term, part.text[first:last], concept)

    # --- what is no text -------------------------------------------------------------------------

    @property
    def language(self) -> str:
        return self.article.language.partition("-")[0].casefold()

    def number(self, name: str) -> int:
        if name == "carried":
            return self.carried
        return self.measure.words(self.areas("body"))

    def day(self, name: str) -> date | None:
        """The day of an update, which is that of publication where there was none."""
        article = self.article
        at = article.updated or article.published if name == "updated" else article.published
        return _day(at)


_wording_of = lru_cache(maxsize=4096)(wording)  # of terms, which are asked for again and again


def _encodable(text: str) -> str:
    """``text`` as RE2 takes it, as long as it was."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _day(moment: Moment | None) -> date | None:
    return moment.date() if isinstance(moment, datetime) else moment
