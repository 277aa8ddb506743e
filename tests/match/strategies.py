"""Random rules, concepts and stories of a few words, so that they meet often enough to disagree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import strategies as st

from monitor.models import Article, Dateline
from tests.match import naive
from tests.match.helpers import article

# What terms are made of, each with its like in print: the same, and what only looks the same.
WORDS = {
    "lao": ["LAO’s", "laos", "ＬＡ\u00adＯ", "la"],
    "Laos’s": ["laos's", "LAOS s", "laos"],
    "rail-way": ["Rail—way", "rail way", "railway", "rail\u2011way"],
    "railway": ["railways", "RAILWAY", "rail way", "railway’s"],
    "dams": ["dam", "DAMS", "damn"],
    "negotiate": ["negotiations", "Negotiating", "negligible"],
    "NASA": ["nasa", "Nasa", "NASA’s", "ＮＡＳＡ"],
    "a A": ["A a A", "a a", "A A"],
    "3.5": ["13.5", "3 5", "３．５"],
    "5G网": ["5g 网", "５Ｇ网", "15G网", "5G网络"],
    "老挝": ["老\u200b挝", "老 挝", "老撾", "老挝人", "老撾Lao"],
    "挝": ["老挝", "撾"],
    "中国铁路": ["中國鐵路", "中国", "铁路"],
    "万象": ["萬象", "万象更新", "九千万，象牙"],
    "ລາວ": ["ລາ", "ລ\u200bາວ", "ລາ້ວ", "ລາວຈີນ"],
    "ຄຳ": ["ຄໍາ", "ຄຳ້", "ຄໍ"],
    "ຄໍ": ["ຄຳ", "ຄໍ້", "ຄ້ໍ"],
    "ກ່າ": ["ກາ", "ກ່າ້"],
    "น้ำ": ["นํ้า", "น้ํา", "นำ"],
    "ក": ["ក្ក", "កក"],
    "é": ["e\u0301", "É", "e", "é\u0316"],
    "việt": ["Vie\u0302\u0323t", "viet", "VIỆT"],
    "fi": ["ﬁ", "ﬁ\u0301", "fib"],
}
_FILLERS = ["Dr", "U.S", "x", "人", "ດີ"]
_GAPS = [
    *(" ", " ", " ", " ", "-", "—", "，", "", "’", ".", "\u3000", " s ", "າ", "\u0301", "\n"),
    *(". ", ". ", "。", "! ", "… ", ".” ", "; ", " B. "),
]
_PATTERNS = ["la[ox]", r"\d\.\d", r"rail.?way", "老.", "[.!]{2}", r"\bna", "ລ.", "a+", r"s? \w"]
_FIELDS = ["", "", "", "", "title", "body", "lead"]
_OTHER_FIELDS = ["source", "site", "author", "dateline", "section"]
_DAYS = [date(2026, 1, 1), date(2026, 1, 2), date(2026, 3, 1)]
CONCEPT_IDS = ["c1", "c2", "c3"]

Query = tuple[str, naive.Rule]  # as it is written, and what it is to mean


@dataclass(frozen=True)
class Printed:
    """A story, and how many sites carry it."""

    article: Article
    carried: int


# --- terms ---------------------------------------------------------------------------------------


def _word(written: str, field: str, form: str) -> Query:
    sign = {"word": f'"{written}"', "exact": f'!"{written}"', "prefix": f"{written}*"}
    text = sign.get(form, f"stem:{written}")
    return text, naive.Term(written, field, form)


def _can_begin(word: str) -> bool:
    """Whether a prefix may be made of it."""
    last = naive.tokens(word)[-1]
    return " " not in word and len(last) >= (4 if naive.is_spaced(last[0].folded) else 2)


def _can_be_stemmed(word: str) -> bool:
    return word.isascii() and word.isalpha()


def terms(words: list[str], field: str) -> st.SearchStrategy[Query]:
    """A leaf, without its field in front."""
    phrases = st.lists(st.sampled_from(words), min_size=1, max_size=2).map(" ".join)
    single = st.sampled_from(words)
    return st.one_of(
        phrases.map(lambda each: _word(each, field, "word")),
        phrases.map(lambda each: _word(each, field, "word")),
        single.filter(_can_begin).map(lambda each: _word(each, field, "prefix"))
        if any(map(_can_begin, words))
        else st.nothing(),
        single.filter(_can_be_stemmed).map(lambda each: _word(each, field, "stem"))
        if any(map(_can_be_stemmed, words))
        else st.nothing(),
        phrases.filter(str.isascii).map(lambda each: _word(each, field, "exact"))
        if any(map(str.isascii, words))
        else st.nothing(),
        st.sampled_from(_PATTERNS).map(lambda each: (f"/{each}/", naive.Regex(each, field))),
        st.sampled_from(CONCEPT_IDS).map(lambda each: (f"@{each}", naive.ConceptRef(each, field))),
    )


def _with_field(query: Query, field: str) -> Query:
    return (f"{field}:({query[0]})" if field else query[0]), query[1]


def _leaf(words: list[str]) -> st.SearchStrategy[Query]:
    return st.sampled_from([*_FIELDS, *_FIELDS, *_OTHER_FIELDS]).flatmap(
        lambda field: terms(words, field).map(lambda each: _with_field(each, field))
    )


def _filters() -> st.SearchStrategy[Query]:
    def compare(name: str, op: str, value: Any) -> Query:
        return f"{name} {op} {value}", naive.Compare(name, op, value)

    ops = st.sampled_from([">", ">=", "<", "<=", "="])
    return st.one_of(
        st.sampled_from(["en", "lo"]).map(lambda code: (f"lang:{code}", naive.Language(code))),
        st.builds(compare, st.sampled_from(["carried", "words"]), ops, st.integers(0, 6)),
        st.builds(compare, st.sampled_from(["published", "updated"]), ops, st.sampled_from(_DAYS)),
    )


# --- what joins them -----------------------------------------------------------------------------


def _group(words: list[str], field: str) -> st.SearchStrategy[Query]:
    def either(found: list[Query]) -> Query:
        if len(found) == 1:
            return found[0]
        text = " OR ".join(text for text, _ in found)
        return f"({text})", naive.Join("or", tuple(rule for _, rule in found))

    return st.lists(terms(words, field), min_size=1, max_size=2).map(either)


def _together(words: list[str], field: str) -> st.SearchStrategy[Query]:
    group = _group(words, field)

    def near(one: Query, other: Query, number: int, ordered: str) -> Query:
        rule = naive.Near((one[1], other[1]), number, bool(ordered))
        return f"({one[0]} {ordered}NEAR/{number} {other[0]})", rule

    def sloppy(chosen: list[str], number: int) -> Query:
        rule = naive.Near(tuple(naive.Term(each, field) for each in chosen), number, False)
        return f'"{" ".join(chosen)}"~{number}', rule

    def within(unit: str, groups: list[Query]) -> Query:
        texts, rules = [text for text, _ in groups], tuple(rule for _, rule in groups)
        if unit == "both":
            return f"both({', '.join(texts)})", naive.Within("sentence", rules)
        return f"({f' {unit.upper()} '.join(texts)})", naive.Within(unit, rules)

    def at_least(number: int, child: Query) -> Query:
        return f"atleast({number}, {child[0]})", naive.AtLeast(number, child[1])

    single = [word for word in words if len(naive.tokens(word)) == 1]
    return st.one_of(
        st.builds(near, group, group, st.integers(1, 3), st.sampled_from(["", "O"])),
        st.builds(
            sloppy,
            st.lists(st.sampled_from(single), min_size=2, max_size=3, unique=True),
            st.integers(1, 3),
        )
        if len(single) > 1
        else st.nothing(),
        st.builds(
            within,
            st.sampled_from(["sentence", "paragraph", "both"]),
            st.lists(group, min_size=2, max_size=3),
        ),
        st.builds(at_least, st.integers(1, 3), group),
    ).map(lambda each: _with_field(each, field))


def _joined(one: Query, sign: str, other: Query) -> Query:
    kind = "or" if sign == " OR " else "and"
    return f"({one[0]}{sign}{other[0]})", naive.Join(kind, (one[1], other[1]))


def _without(one: Query, sign: str) -> Query:
    return f"{sign}{one[0]}", naive.Not(one[1])


def queries(words: list[str]) -> st.SearchStrategy[Query]:
    """Rules of every operator."""
    together = st.sampled_from(_FIELDS).flatmap(lambda field: _together(words, field))
    leaf = _leaf(words)
    return st.recursive(
        st.one_of(leaf, leaf, together, together, _filters()),
        lambda inner: (
            st.builds(_joined, inner, st.sampled_from([" AND ", " OR ", " "]), inner)
            | st.builds(_without, inner, st.sampled_from(["NOT ", "-"]))
        ),
        max_leaves=5,
    )


# --- concepts ------------------------------------------------------------------------------------


def _concept(words: list[str], concept_id: str) -> st.SearchStrategy[naive.Concept]:
    def name(written: str, form: str) -> naive.Term:
        return naive.Term(written, "", form if written.isascii() else "word")

    names = st.builds(name, st.sampled_from(words), st.sampled_from(["word", "exact", "prefix"]))
    pairs = st.tuples(st.sampled_from(words), st.sampled_from(words))
    return st.builds(
        naive.Concept,
        st.just(concept_id),
        st.lists(names, min_size=1, max_size=2).map(tuple),
        st.lists(pairs.map(" ".join) | pairs.map("".join), max_size=1).map(tuple),
        st.lists(names | st.sampled_from(CONCEPT_IDS).map(naive.ConceptRef), max_size=1).map(tuple),
        st.lists(st.sampled_from(CONCEPT_IDS), max_size=1).map(tuple),
    )


def concepts(words: list[str]) -> st.SearchStrategy[tuple[naive.Concept, ...]]:
    return st.tuples(*(_concept(words, each) for each in CONCEPT_IDS))


# --- stories -------------------------------------------------------------------------------------


def stories(words: list[str]) -> st.SearchStrategy[Printed]:
    prints = [printed for word in words for printed in (word, *WORDS[word])]
    pairs = st.tuples(st.sampled_from([*prints, *prints, *_FILLERS]), st.sampled_from(_GAPS))
    paragraph = st.lists(pairs, max_size=7).map(lambda found: "".join(map("".join, found)))
    facts = st.fixed_dictionaries(
        {},
        optional={
            "source": paragraph,
            "site": paragraph,
            "authors": st.lists(paragraph, max_size=2).map(tuple),
            "dateline": paragraph.map(lambda place: Dateline(place=place)),
            "section": paragraph,
            "language": st.sampled_from(["en", "lo", "lo-LA", "und"]),
            "published": st.sampled_from(_DAYS),
            "updated": st.sampled_from(_DAYS),
        },
    )

    def story(title: str, body: list[str], facts: dict[str, Any], carried: int) -> Printed:
        return Printed(article(title, *body, **facts), carried)

    return st.builds(story, paragraph, st.lists(paragraph, max_size=3), facts, st.integers(1, 3))


pools = st.lists(st.sampled_from(list(WORDS)), min_size=1, max_size=3, unique=True)
