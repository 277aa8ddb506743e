"""The engine equals a naive evaluator that shares no code with it, on random rules and stories.

A presearcher that goes wrong misses alerts in silence; only a comparison can show it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from monitor.errors import RuleError
from monitor.match import RuleSet, format_query
from monitor.match.canonical import canonical
from tests.match.helpers import article

# What terms are made of, each with its like in print: the same, and what only looks the same.
WORDS = {
    "lao": ["LAO’s", "laos", "ＬＡ\u00adＯ", "la"],
    "Laos’s": ["laos's", "LAOS s", "laos"],
    "rail-way": ["Rail—way", "rail way", "railway"],
    "3.5": ["13.5", "3 5", "３．５"],
    "5G网": ["5g 网", "５Ｇ网", "15G网"],
    "老挝": ["老\u200b挝", "老 挝"],
    "挝": ["老挝"],
    "ລາ": ["ລາວ", "ລ\u200bາ", "ລາ້"],
    "ຄຳ": ["ຄໍາ", "ຄຳ້", "ຄໍ"],
    "ຄໍ": ["ຄຳ", "ຄໍ້"],
    "ກ່າ": ["ກາ", "ກ່າ້"],
    "é": ["e\u0301", "É", "e", "é\u0316"],
    "fi": ["ﬁ", "ﬁ\u0301"],
}
GAPS = [" ", " ", " ", "-", "—", "，", "", "’", ".", "\u3000", " s ", "າ", "\u0301"]


@dataclass
class Story:
    title: str
    body: list[str]


Holds = Callable[[Story], bool]
Query = tuple[str, Holds]


def _naive_tokens(text: str) -> str:
    """Canonical text, character by character, with none of the engine's tables."""
    text = "".join(c for c in text if c not in "\u200b\u00ad").replace("’", "'")
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    for tone in "່້":
        text = text.replace("ໍ" + tone, tone + "ໍ")
    out, last = "", " "
    for place, character in enumerate(text):
        kind = _kind(text, place, last)
        if kind == " " or (kind != last and kind != "mark" and last != " "):
            out += " "
        if kind == "mark" and last == " ":
            continue
        out += "" if kind == " " else character
        last = last if kind == "mark" else kind
    return " ".join(out.split())


def _kind(text: str, place: int, last: str) -> str:
    character, after = text[place], text[place + 1 : place + 2]
    if unicodedata.category(character)[0] == "M":
        return "mark"
    if character.isalnum():
        return "unspaced" if unicodedata.name(character).split()[0] in ("CJK", "LAO") else "spaced"
    if character in ".," and text[place - 1 : place].isdigit() and after.isdigit():
        return "spaced"
    rest = text[place + 1 :]
    possessive = rest[:1] == "s" and not _is_spaced(rest[1:2])
    is_inner = character == "'" and last == "spaced" and _is_spaced(after) and not possessive
    return "spaced" if is_inner and not _is_mark(after) else " "


def _is_mark(character: str) -> bool:
    return character != "" and unicodedata.category(character)[0] == "M"


def _is_spaced(character: str) -> bool:
    return character != "" and (
        _is_mark(character)
        or (character.isalnum() and unicodedata.name(character).split()[0] not in ("CJK", "LAO"))
    )


def _cuts_well(text: str, place: int, inside: str) -> bool:
    if place in (0, len(text)) or " " in (text[place - 1], text[place]):
        return True
    joins = _is_mark(text[place]) or text[place - 1 : place + 1] == "ໍາ"
    return not joins and not _is_spaced(inside)


def _naive_find(term: str, text: str) -> bool:
    wanted, where = _naive_tokens(term), _naive_tokens(text)
    first, last = wanted[0], next(c for c in reversed(wanted) if not _is_mark(c))
    return any(
        where[at : at + len(wanted)] == wanted
        and _cuts_well(where, at, first)
        and _cuts_well(where, at + len(wanted), last)
        for at in range(len(where))
    )


def _term(term: str, field: str) -> Query:
    def holds(story: Story) -> bool:
        title = field != "body:" and _naive_find(term, story.title)
        return title or (field != "title:" and any(_naive_find(term, p) for p in story.body))

    return f'{field}"{term}"', holds


def _both(one: Query, sign: str, other: Query) -> Query:
    if sign == " OR ":
        return f"({one[0]}{sign}{other[0]})", lambda story: one[1](story) or other[1](story)
    return f"({one[0]}{sign}{other[0]})", lambda story: one[1](story) and other[1](story)


def _without(one: Query, sign: str) -> Query:
    return f"{sign}{one[0]}", lambda story: not one[1](story)


def _queries(words: list[str]) -> st.SearchStrategy[Query]:
    terms = st.builds(
        _term,
        st.lists(st.sampled_from(words), min_size=1, max_size=2).map(" ".join),
        st.sampled_from(["", "", "title:", "body:"]),
    )
    return st.recursive(
        terms,
        lambda inner: (
            st.builds(_both, inner, st.sampled_from([" AND ", " OR ", " "]), inner)
            | st.builds(_without, inner, st.sampled_from(["NOT ", "-"]))
        ),
        max_leaves=5,
    )


def _stories(words: list[str]) -> st.SearchStrategy[Story]:
    prints = [printed for word in words for printed in (word, *WORDS[word])]
    pairs = st.tuples(st.sampled_from(prints), st.sampled_from(GAPS))
    paragraph = st.lists(pairs, max_size=6).map(lambda found: "".join(map("".join, found)))
    return st.builds(Story, paragraph, st.lists(paragraph, max_size=3))


# A few words a case, so that rules and stories meet often enough to disagree.
_pools = st.lists(st.sampled_from(list(WORDS)), min_size=1, max_size=3, unique=True)
_cases = _pools.flatmap(lambda words: st.tuples(_queries(words), _stories(words)))
_sets = _pools.flatmap(
    lambda words: st.tuples(st.lists(_queries(words), min_size=1, max_size=5), _stories(words))
)


def _compile(queries: list[Query]) -> tuple[RuleSet, list[Query]]:
    kept = []
    for query in queries:
        try:
            format_query(query[0])
        except RuleError as error:
            if not error.message.startswith("NOT alone"):
                raise  # nothing else can be wrong with these
        else:
            kept.append(query)
    return RuleSet.compile({str(i): text for i, (text, _) in enumerate(kept)}), kept


@settings(max_examples=400, deadline=None)
@given(_sets)
def test_the_engine_equals_a_naive_evaluator(case: tuple[list[Query], Story]) -> None:
    queries, story = case
    ruleset, kept = _compile(queries)
    assume(kept)
    got = [match.rule for match in ruleset.match(article(story.title, *story.body))]
    assert got == [str(i) for i, (_, holds) in enumerate(kept) if holds(story)]


@settings(max_examples=200, deadline=None)
@given(_cases)
def test_spans_print_what_the_term_says(case: tuple[Query, Story]) -> None:
    query, story = case
    ruleset, _ = _compile([query])
    for match in ruleset.match(article(story.title, *story.body)):
        assert match.spans
        places = [(s.field == "body", s.paragraph, s.start, s.end) for s in match.spans]
        assert places == sorted(set(places))
        for span in match.spans:
            printed = story.title if span.field == "title" else story.body[span.paragraph]
            assert printed[span.start : span.end] == span.text
            assert canonical(span.text) == canonical(span.term)


@settings(max_examples=100, deadline=None)
@given(_cases)
def test_a_formatted_query_means_the_same(case: tuple[Query, Story]) -> None:
    (text, holds), story = case
    _, kept = _compile([(text, holds)])
    assume(kept)
    ruleset = RuleSet.compile({"as written": text, "formatted": format_query(text)})
    assert len(ruleset.match(article(story.title, *story.body))) == 2 * holds(story)
