"""The rule language once more, slow and obvious, and with none of the engine's code.

Text is cut character by character, every place is looked at, every combination of places tried.
"""

from __future__ import annotations

import itertools
import operator
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from string import ascii_uppercase
from typing import Any, NamedTuple

import Stemmer

from monitor.models import Article

_INVISIBLE = "\u00ad\u200b\u200d\ufeff\ufe0f"
_TONES = "่้๊๋່້໊໋"
_NIGGAHITA = "ໍํ"
_SIMPLIFIED = dict(zip("撾鐵國萬寮", "挝铁国万寮", strict=True))
_WITHOUT_SPACES = {"CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "LAO", "THAI", "KHMER", "MYANMAR"}
_EASTERN = {"CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA"}
_STEMMER = Stemmer.Stemmer("english")


class Char(NamedTuple):
    """A character of the canonical text: as compared, as cased, and where it is printed."""

    folded: str
    cased: str
    start: int
    end: int


_SPACE = Char(" ", " ", -1, -1)


def is_mark(character: str) -> bool:
    return character != "" and unicodedata.category(character)[0] == "M"


def script(character: str) -> str:
    return unicodedata.name(character, "NONE").split()[0]


def is_spaced(character: str) -> bool:
    """Of a script that puts spaces between its words."""
    return character.isalnum() and script(character) not in _WITHOUT_SPACES


def characters(printed: str) -> list[Char]:
    """The text in one form, each character with the printed ones that made it."""
    clusters: list[tuple[int, int, str]] = []
    for place, character in enumerate(printed):
        if character in _INVISIBLE:
            continue
        if clusters and is_mark(character):
            start, _, text = clusters.pop()
            clusters.append((start, place + 1, text + character))
        else:
            clusters.append((place, place + 1, character))
    found: list[Char] = []
    for start, end, text in clusters:
        for cased in unicodedata.normalize("NFKC", text).replace("’", "'"):
            folded = unicodedata.normalize("NFKC", cased.casefold())
            found += [Char(_SIMPLIFIED.get(each, each), cased, start, end) for each in folded]
    for at in range(1, len(found)):  # tones come before a niggahita
        while at and found[at - 1].folded in _NIGGAHITA and found[at].folded in _TONES:
            found[at - 1], found[at] = found[at], found[at - 1]
            at -= 1
    return found


def tokens(printed: str) -> list[list[Char]]:
    """Words of spaced scripts, and runs of unspaced ones."""
    chars, words, kind = characters(printed), list[list[Char]](), ""
    for at, char in enumerate(chars):
        before, last = chars[at - 1].folded if at else "", kind
        rest = "".join(each.folded for each in chars[at + 1 : at + 3])
        kind = _kind(char.folded, before, rest, last)
        if kind and kind == last:
            words[-1].append(char)
        elif kind:
            words.append([char])
    return words


def _kind(character: str, before: str, rest: str, last: str) -> str:
    if is_mark(character):
        return last
    if character.isalnum():
        return "spaced" if is_spaced(character) else "unspaced"
    if last != "spaced" or not is_spaced(rest[:1]):
        return ""
    if character in ".,":
        return "spaced" if before.isdigit() and rest[:1].isdigit() else ""
    is_possessive = rest[:1] == "s" and not (is_spaced(rest[1:]) or is_mark(rest[1:]))
    return "spaced" if character == "'" and not is_possessive else ""


class Part:
    """The title, a paragraph, or one of the other fields."""

    def __init__(self, number: int, field: str, index: int, printed: str) -> None:
        self.number, self.field, self.index, self.printed = number, field, index, printed
        self.chars, units = [_SPACE], [(0, 0)]
        for word in tokens(printed):
            self.chars += [*word, _SPACE]
            units += [*(_units(word, at) for at in range(len(word))), (0, 0)]
        # Units before each place: where it begins something, and where it ends something.
        self.ends = list(itertools.accumulate((first for first, _ in units), initial=0))
        self.starts = list(itertools.accumulate((last for _, last in units), initial=0))
        self.text = "".join(char.folded for char in self.chars)
        self.signs: dict[int, tuple[int, int]] = {}  # what a pattern found between words

    def sentence(self, at: int) -> int:
        """The number of the sentence in which a place begins; the title is one."""
        if self.number == 0:
            return 0
        start = (self.chars[at] if self.chars[at] is not _SPACE else self.chars[at - 1]).start
        return sum(end <= start for end in self._sentence_ends)

    def printed_place(self, place: Place) -> tuple[int, int]:
        """Where a place begins and ends in print."""
        if place.start == place.end:
            return self.signs[place.start]
        return self.chars[place.start].start, self.chars[place.end - 1].end

    @cached_property
    def _sentence_ends(self) -> list[int]:
        return sentence_ends(self.printed)


def _units(word: list[Char], at: int) -> tuple[int, int]:
    """A quarter of a word each: what a character adds where it ends, and where it begins."""
    if is_spaced(word[0].folded):
        return 4 * (at == 0), 4 * (at == len(word) - 1)
    each = 2 if script(word[at].folded) in _EASTERN else 1
    return each, each


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
}
_SHORT = {"Dr", "Mr", "Nov", "No", "U.S"}


def sentence_ends(printed: str) -> list[int]:
    """Where sentences end."""
    ends, at = [], 0
    while at < len(printed):
        first, character = at, printed[at]
        at += 1
        if character in "。！？":
            while at < len(printed) and printed[at] in "”’」』）)\"'":
                at += 1
            ends.append(at)
        elif character in ".!?…":
            while at < len(printed) and printed[at] in ".!?…":
                at += 1
            while at < len(printed) and printed[at] in "\"'”’»)]":
                at += 1
            rest = printed[at:]
            is_end = character in "!?" or not _goes_on(printed[: first + 1], rest)
            if rest[:1].isspace() and rest.strip() and is_end:
                ends.append(at)
    return ends


def _goes_on(before: str, rest: str) -> bool:
    following = rest.strip()[:1]
    if "a" <= following <= "z" or "à" <= following <= "ÿ":
        return True
    word = re.split(r"[\s(\"“‘]", before)[-1]
    return word.endswith(".") and (word[:-1] in _SHORT or word[:-1] in ascii_uppercase)


# --- rules ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Term:
    written: str
    field: str = ""
    form: str = "word"


@dataclass(frozen=True)
class Regex:
    pattern: str
    field: str = ""


@dataclass(frozen=True)
class ConceptRef:
    id: str
    field: str = ""


@dataclass(frozen=True)
class Language:
    code: str


@dataclass(frozen=True)
class Compare:
    name: str
    op: str
    value: object


@dataclass(frozen=True)
class Not:
    child: Rule


@dataclass(frozen=True)
class Join:
    kind: str  # and, or
    children: tuple[Rule, ...]


@dataclass(frozen=True)
class Near:
    groups: tuple[Rule, ...]
    words: int
    ordered: bool


@dataclass(frozen=True)
class Within:
    unit: str  # sentence, paragraph
    groups: tuple[Rule, ...]


@dataclass(frozen=True)
class AtLeast:
    number: int
    group: Rule


Rule = Term | Regex | ConceptRef | Language | Compare | Not | Join | Near | Within | AtLeast


@dataclass(frozen=True)
class Concept:
    id: str
    names: tuple[Term, ...]
    not_when: tuple[Term, ...] = ()
    only_with: tuple[Term | ConceptRef, ...] = ()
    narrower: tuple[str, ...] = ()


class Place(NamedTuple):
    part: int
    start: int
    end: int


# --- what they mean ------------------------------------------------------------------------------


class Story:
    def __init__(self, article: Article, carried: int, concepts: tuple[Concept, ...] = ()) -> None:
        self.article, self.carried = article, carried
        self.concepts = {concept.id: concept for concept in concepts}
        dateline = article.dateline.place if article.dateline else None
        printed = [("title", 0, article.title)]
        printed += [("body", at, text) for at, text in enumerate(article.body)]
        printed += [("author", at, text) for at, text in enumerate(article.authors)]
        others = (("source", article.source), ("site", article.site), ("dateline", dateline))
        printed += [(name, 0, text) for name, text in others if text]
        printed += [("section", 0, article.section)] if article.section else []
        self.parts = [Part(number, *each) for number, each in enumerate(printed)]

    def covered(self, field: str) -> list[Part]:
        if field == "":
            return [part for part in self.parts if part.field in ("title", "body")]
        if field == "lead":
            return [part for part in self.parts if part.field == "body" and part.index == 0]
        return [part for part in self.parts if part.field == field]

    # --- whether a rule holds --------------------------------------------------------------------

    def holds(self, rule: Rule) -> bool:
        if isinstance(rule, Join):
            held = [self.holds(child) for child in rule.children]
            return any(held) if rule.kind == "or" else all(held)
        if isinstance(rule, Not):
            return not self.holds(rule.child)
        if isinstance(rule, Language):
            return self.article.language.split("-")[0].lower() == rule.code
        if isinstance(rule, Compare):
            return self._compares(rule)
        if isinstance(rule, AtLeast):
            return _most_apart(self.places(rule.group)) >= rule.number
        if isinstance(rule, Near | Within):
            return any(True for _ in self.meetings(rule))
        return bool(self.places(rule))

    def evidence(self, rule: Rule, value: bool = True) -> tuple[set[Place], set[Place]]:
        """The places that must be marked where a rule has its ``value``, and those that may be."""
        if isinstance(rule, Not):
            return self.evidence(rule.child, not value)
        if isinstance(rule, Join):
            parts = [
                self.evidence(each, value) for each in rule.children if self.holds(each) == value
            ]
            return (
                {place for must, _ in parts for place in must},
                {place for _, may in parts for place in may},
            )
        if not value or isinstance(rule, Language | Compare):
            return set(), set()
        if isinstance(rule, AtLeast):
            return set(), set(self.places(rule.group))
        if isinstance(rule, Near | Within):
            may = {place for places in self.meetings(rule) for place in places}
            return (may if isinstance(rule, Within) else set()), may
        places = set(self.places(rule))
        return places, places

    def _compares(self, rule: Compare) -> bool:
        article = self.article
        value: Any = {
            "carried": self.carried,
            "words": sum(part.ends[-1] for part in self.covered("body")) // 4,
            "published": article.published,
            "updated": article.updated or article.published,
        }[rule.name]
        return value is not None and bool(_OPERATORS[rule.op](value, rule.value))

    def meetings(self, rule: Near | Within) -> Iterator[tuple[Place, ...]]:
        for places in itertools.product(*map(self.places, rule.groups)):
            if len({place.part for place in places}) == 1:
                part = self.parts[places[0].part]
                if _belong_together(part, places, rule):
                    yield places

    # --- where things stand ----------------------------------------------------------------------

    def places(self, rule: Rule) -> list[Place]:
        if isinstance(rule, Join):
            return [place for child in rule.children for place in self.places(child)]
        if isinstance(rule, ConceptRef):
            return _not_inside_another(
                place
                for concept in self.family(rule.id)
                for place in self._of_concept(concept, rule.field)
            )
        if isinstance(rule, Regex):
            return [at for part in self.covered(rule.field) for at in _matches(rule.pattern, part)]
        if isinstance(rule, Term):
            return [at for part in self.covered(rule.field) for at in find(rule, part)]
        raise AssertionError(rule)

    def family(self, concept_id: str) -> list[Concept]:
        found = {concept_id}
        for _ in self.concepts:
            found |= {each for name in found for each in self.concepts[name].narrower}
        return [self.concepts[each] for each in sorted(found)]

    def _of_concept(self, concept: Concept, field: str) -> list[Place]:
        if concept.only_with and concept.id not in self._accompanied:
            return []
        return self._unguarded(concept, field)

    @cached_property
    def _accompanied(self) -> set[str]:
        """Concepts whose company is there: each for a reason that needs not itself."""
        found: set[str] = set()
        for _ in self.concepts:
            found |= {
                concept.id
                for concept in self.concepts.values()
                if any(self._is_company(each, found) for each in concept.only_with)
            }
        return found

    def _is_company(self, companion: Term | ConceptRef, found: set[str]) -> bool:
        if isinstance(companion, Term):
            return bool(self.places(companion))
        return any(
            self._unguarded(concept, "")
            for concept in self.family(companion.id)
            if not concept.only_with or concept.id in found
        )

    def _unguarded(self, concept: Concept, field: str) -> list[Place]:
        guards = [
            place
            for guard in concept.not_when
            for place in self.places(Term(guard.written, field, guard.form))
        ]
        return [
            place
            for name in concept.names
            for place in self.places(Term(name.written, field, name.form))
            if not any(_lies_in(place, guard) for guard in guards)
        ]


def find(term: Term, part: Part) -> Iterator[Place]:
    """The places of a term, from left to right, none overlapping another."""
    if term.form == "stem":
        yield from _find_stem(term, part)
        return
    words = tokens(term.written)
    wanted = " ".join("".join(char.folded for char in word) for word in words)
    cased = " ".join("".join(char.cased for char in word) for word in words)
    last = 0
    for at in range(1, len(part.text)):
        end = at + len(wanted)
        if at < last or part.text[at:end] != wanted or not _starts_well(part.text, at, wanted):
            continue
        if term.form == "prefix" and is_spaced(words[-1][0].folded):
            end = part.text.index(" ", end)
        if not _ends_well(part.text, end, is_spaced(words[-1][0].folded)):
            continue
        if term.form == "exact" and "".join(c.cased for c in part.chars[at:end]) != cased:
            continue
        yield Place(part.number, at, end)
        last = end


def _starts_well(text: str, at: int, wanted: str) -> bool:
    return text[at - 1] == " " or (not is_spaced(wanted[0]) and not _joins(text, at))


def _ends_well(text: str, end: int, is_word: bool) -> bool:
    return text[end] == " " or (not is_word and not _joins(text, end))


def _joins(text: str, at: int) -> bool:
    pair = text[at - 1 : at + 1]
    return is_mark(text[at]) or pair in ("ໍາ", "ํา") or text[at - 1] == "្"


def _find_stem(term: Term, part: Part) -> Iterator[Place]:
    wanted = _STEMMER.stemWord("".join(char.folded for char in characters(term.written)))
    at = 1
    for word in part.text.split():
        if _STEMMER.stemWord(word) == wanted:
            yield Place(part.number, at, at + len(word))
        at += len(word) + 1


def _matches(pattern: str, part: Part) -> Iterator[Place]:
    for found in re.finditer(pattern, part.printed, re.IGNORECASE | re.ASCII):
        inside = [
            at
            for at, char in enumerate(part.chars)
            if char is not _SPACE and char.start < found.end() and found.start() < char.end
        ]
        before = [at for at, char in enumerate(part.chars) if 0 <= char.start < found.start()]
        if inside:
            first, last = min(inside), max(inside)
            while is_mark(part.chars[first].folded):
                first -= 1
            while is_mark(part.chars[last + 1].folded):
                last += 1
            yield Place(part.number, first, last + 1)
        elif found[0]:  # signs stand behind the word before
            at = max(before) + 1 if before else min(1, len(part.chars) - 1)
            part.signs.setdefault(at, found.span())
            yield Place(part.number, at, at)


def _belong_together(part: Part, places: tuple[Place, ...], rule: Near | Within) -> bool:
    if isinstance(rule, Near):
        return _is_near(part, places, rule)
    sentences = {part.sentence(place.start) for place in places}
    return rule.unit == "paragraph" or len(sentences) == 1


def _is_near(part: Part, places: tuple[Place, ...], rule: Near) -> bool:
    if rule.ordered:
        first, second = places
        between = part.starts[second.start] - part.ends[first.end]
        return first.end <= second.start and between <= 4 * rule.words
    window = max(part.ends[each.end] for each in places)
    window -= min(part.starts[each.start] for each in places)
    own = sum(part.ends[each.end] - part.starts[each.start] for each in places)
    return window - own <= 4 * rule.words


def _most_apart(places: list[Place]) -> int:
    """How many places can be taken that do not overlap."""
    best: dict[Place, int] = {}
    for place in sorted(set(places), key=lambda each: (each.part, each.end, each.start)):
        before = [best[each] for each in best if each.part < place.part or each.end <= place.start]
        best[place] = 1 + max(before, default=0)
    return max(best.values(), default=0)


def _lies_in(one: Place, other: Place) -> bool:
    return one.part == other.part and other.start <= one.start and one.end <= other.end


def _not_inside_another(places: Iterator[Place]) -> list[Place]:
    every = set(places)
    return [
        one for one in every if not any(one != other and _lies_in(one, other) for other in every)
    ]
