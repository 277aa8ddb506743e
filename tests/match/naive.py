"""The rule language once more, slow and obvious, and with none of the engine's code.

Every place is looked at, every combination of places tried.
"""

from __future__ import annotations

import itertools
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import Stemmer

from monitor.models import Article
from tests.match.naivetext import SPACE, Part, characters, is_mark, is_spaced, tokens

_STEMMER = Stemmer.Stemmer("english")
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
}

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
    query: Rule | None = None
    written: str = ""  # the query


class Place(NamedTuple):
    part: int
    start: int
    end: int
    signs: tuple[int, int] = (0, 0)  # where those are printed that a pattern found between words


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
        if (query := self._behind(rule)) is not None:
            return self.holds(query)
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
        if (query := self._behind(rule)) is not None:
            return self.evidence(query, value)
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

    def _behind(self, rule: Rule) -> Rule | None:
        """The query of which a rule has the name."""
        return self.concepts[rule.id].query if isinstance(rule, ConceptRef) else None

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

    def _is_one(self, place: Place, written: str) -> bool:
        """Whether no sign parts the words of a name, nor the end of a sentence."""
        part = self.parts[place.part]
        if " " not in part.text[place.start : place.end]:
            return True
        first, last = part.printed_place(place.start, place.end)
        in_one = part.sentence(place.start) == part.sentence(place.end - 1)
        return in_one and not _between(part.printed[first:last], written)

    def _unguarded(self, concept: Concept, field: str) -> list[Place]:
        guards = [
            place
            for guard in concept.not_when
            for part in self.covered(field)
            for place in find(Term(guard.written, field, guard.form), part, overlapping=True)
        ]
        return [
            place
            for name in concept.names
            for place in self.places(Term(name.written, field, name.form))
            if not any(_lies_in(place, guard) for guard in guards)
            and self._is_one(place, name.written)
        ]


def _between(printed: str, written: str) -> bool:
    return any(sign in printed and sign not in written for sign in ",;:!?、，；：。！？")


def find(term: Term, part: Part, *, overlapping: bool = False) -> Iterator[Place]:
    """The places of a term, from left to right; unless ``overlapping``, none in another."""
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
        last = at if overlapping else end


def _starts_well(text: str, at: int, wanted: str) -> bool:
    return text[at - 1] == " " or (not is_spaced(wanted[0]) and not _joins(text, at))


def _ends_well(text: str, end: int, is_word: bool) -> bool:
    return text[end] == " " or (not is_word and not _joins(text, end))


def _joins(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    return is_mark(after) or after in "ະາຽะาๅ" or before in "ເແໂໃໄຫเแโใไ្"


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
            if char is not SPACE and char.start < found.end() and found.start() < char.end
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
            yield Place(part.number, at, at, found.span())


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
    for place in sorted(
        set(places), key=lambda each: (each[0], each[2], each[1], each.signs[::-1])
    ):
        before = [best[each] for each in best if _comes_before(each, place)]
        best[place] = 1 + max(before, default=0)
    return max(best.values(), default=0)


def _comes_before(one: Place, other: Place) -> bool:
    if one[:3] == other[:3]:  # signs between the same two words, or the same place twice
        return one.signs[1] <= other.signs[0] and one.signs != other.signs
    return one.part < other.part or (one.part == other.part and one.end <= other.start)


def _lies_in(one: Place, other: Place) -> bool:
    return one.part == other.part and other.start <= one.start and one.end <= other.end


def _not_inside_another(places: Iterator[Place]) -> list[Place]:
    every = set(places)
    return [
        one for one in every if not any(one != other and _lies_in(one, other) for other in every)
    ]
