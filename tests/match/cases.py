"""Random rules, concepts and stories of a few words, so that they meet often enough to disagree.

Made by a generator of random numbers: Hypothesis draws its seed and the size alone, since drawing
each choice takes it ten times as long as the engine needs for the case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any, TypeVar

from monitor.errors import RuleError
from monitor.match import format_query
from monitor.models import Article, Dateline
from tests.match import naive, naivetext
from tests.match.helpers import article

T = TypeVar("T")

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
    "国铁": ["中國鐵路", "国 铁"],
    "中国铁路": ["中國鐵路", "中国", "铁路"],
    "万象": ["萬象", "万象更新", "九千万，象牙"],
    "ລາວ": ["ລາ", "ລ\u200bາວ", "ລາ້ວ", "ລາວຈີນ", "ລາວາ", "ລາວະ", "ຫຼາວ", "ຫລາວ"],
    "ຫຼ້າ": ["ຫລ້າ", "ຫຼ້າ", "ລ້າ", "ຫຼາ", "ຫ\u200bຼ້າ"],
    "ກາ": ["ເກາະ", "ແກາ", "ກາກ", "ໂກາ"],
    "ตา": ["เตา", "ตาๅ", "ตาต"],
    "ຄຳ": ["ຄໍາ", "ຄຳ້", "ຄໍ"],
    "ຄໍ": ["ຄຳ", "ຄໍ້", "ຄ້ໍ"],
    "ກ່າ": ["ກາ", "ກ່າ້"],
    "น้ำ": ["นํ้า", "น้ํา", "นำ"],
    "ក": ["ក្ក", "កក"],
    "é": ["e\u0301", "É", "e", "é\u0316"],
    "việt": ["Vie\u0302\u0323t", "viet", "VIỆT"],
    "fi": ["ﬁ", "ﬁ\u0301", "fib"],
}
_FILLERS = ["Dr", "U.S", "Nov", "x", "人", "ດີ"]
_GAPS = [
    *(
        " ",
        " ",
        " ",
        " ",
        "-",
        "—",
        "，",
        "",
        "",
        "",
        "’",
        ".",
        "\u3000",
        " s ",
        "າ",
        "\u0301",
        "\n",
    ),
    *(". ", ". ", "。", "! ", "… ", ".” ", "; ", " B. "),
]
_PATTERNS = [
    "la[ox]",
    r"\d\.\d",
    r"rail.?way",
    "老.",
    "[.!]{2}",
    "!",
    "[.!]",
    r"\bna",
    "ລ.",
    "a+",
    r"s? \w",
]
_FIELDS = ["", "", "", "", "title", "body", "lead"]
_OTHER_FIELDS = ["source", "site", "author", "dateline", "section"]
_DAYS = [date(2026, 1, 1), date(2026, 1, 2), date(2026, 3, 1)]
CONCEPT_IDS = ["c1", "c2", "c3"]
QUERY_IDS = ["q1", "q2"]  # of concepts that are queries

Query = tuple[str, naive.Rule]  # as it is written, and what it is to mean


@dataclass(frozen=True)
class Printed:
    """A story, and how many sites carry it."""

    article: Article
    carried: int


class Maker:
    """Makes things that speak of one to three words; ``size`` is how many operators a rule has."""

    def __init__(self, seed: int, size: int) -> None:
        self.random, self.size = Random(seed), size
        self.words = self.random.sample(list(WORDS), self.random.randint(1, 3))
        self.prints = [*_FILLERS, *(like for word in self.words for like in (word, *WORDS[word]))]
        self.prints += self.words * 2
        self._queries = QUERY_IDS

    def one_of(self, *makers: Callable[[], T]) -> T:
        return self.random.choice(makers)()

    def some(self, make: Callable[[], T], least: int, most: int) -> list[T]:
        return [make() for _ in range(self.random.randint(least, most))]

    def word(self) -> str:
        return self.random.choice(self.words)

    def phrase(self, most: int) -> str:
        return " ".join(self.some(self.word, 1, most))

    # --- rules -----------------------------------------------------------------------------------

    def query(self) -> Query:
        return self._query(self.random.randint(1, self.size))

    def _query(self, size: int) -> Query:
        if size == 1:
            makers = [self.leaf, self.leaf, self.together, self.together, self.filter]
            return self.one_of(*makers, *([self.named] if self._queries else []))
        sign = self.random.choice([" AND ", " OR ", " ", "NOT ", "-"])
        if sign in ("NOT ", "-"):
            text, rule = self._query(size - 1)
            return sign + text, naive.Not(rule)
        left = self.random.randint(1, size - 1)
        one, other = self._query(left), self._query(size - left)
        kind = "or" if sign == " OR " else "and"
        return f"({one[0]}{sign}{other[0]})", naive.Join(kind, (one[1], other[1]))

    def named(self) -> Query:
        query_id = self.random.choice(self._queries)
        return f"@{query_id}", naive.ConceptRef(query_id)

    def leaf(self) -> Query:
        field = self.random.choice(_FIELDS * 2 + _OTHER_FIELDS)
        return _with_field(self.term(field), field)

    def term(self, field: str) -> Query:
        """A leaf, without its field in front."""
        form = self.random.choice(["word"] * 4 + ["prefix", "exact", "stem", "regex", "concept"])
        if form == "regex":
            pattern = self.random.choice(_PATTERNS)
            return f"/{pattern}/", naive.Regex(pattern, field)
        if form == "concept":
            concept_id = self.random.choice(CONCEPT_IDS)
            return f"@{concept_id}", naive.ConceptRef(concept_id, field)
        word = self.word()
        if form == "prefix" and _can_begin(word):
            return f"{word}*", naive.Term(word, field, "prefix")
        if form == "stem" and word.isascii() and word.isalpha():
            return f"stem:{word}", naive.Term(word, field, "stem")
        phrase = self.phrase(3)
        if form == "exact" and phrase.isascii():
            return f'!"{phrase}"', naive.Term(phrase, field, "exact")
        return f'"{phrase}"', naive.Term(phrase, field)

    def filter(self) -> Query:
        if self.random.random() < 0.2:
            code = self.random.choice(["en", "lo"])
            return f"lang:{code}", naive.Language(code)
        name = self.random.choice(["carried", "words", "published", "updated"])
        is_number = name in ("carried", "words")
        value: Any = self.random.randint(0, 6) if is_number else self.random.choice(_DAYS)
        op = self.random.choice([">", ">=", "<", "<=", "="])
        return f"{name} {op} {value}", naive.Compare(name, op, value)

    def together(self) -> Query:
        field = self.random.choice(_FIELDS)
        makers = [self.near, self.near, self.sloppy, self.within, self.within, self.atleast]
        return _with_field(self.random.choice(makers)(field), field)

    def group(self, field: str) -> Query:
        found = self.some(lambda: self.term(field), 1, 2)
        if len(found) == 1:
            return found[0]
        rule = naive.Join("or", tuple(rule for _, rule in found))
        return f"({' OR '.join(text for text, _ in found)})", rule

    def near(self, field: str) -> Query:
        one, other, number = self.group(field), self.group(field), self.random.randint(1, 3)
        ordered = self.random.choice(["", "O"])
        rule = naive.Near((one[1], other[1]), number, bool(ordered))
        return f"({one[0]} {ordered}NEAR/{number} {other[0]})", rule

    def sloppy(self, field: str) -> Query:
        """``"a b"~n``, where there are two single words."""
        single = [word for word in self.words if len(naivetext.tokens(word)) == 1]
        if len(single) < 2:
            return self.near(field)
        chosen, number = self.random.sample(single, len(single)), self.random.randint(1, 3)
        rule = naive.Near(tuple(naive.Term(each, field) for each in chosen), number, False)
        return f'"{" ".join(chosen)}"~{number}', rule

    def within(self, field: str) -> Query:
        unit = self.random.choice(["sentence", "paragraph", "both"])
        groups = self.some(lambda: self.group(field), 2, 3)
        texts, rules = [text for text, _ in groups], tuple(rule for _, rule in groups)
        if unit == "both":
            return f"both({', '.join(texts)})", naive.Within("sentence", rules)
        return f"({f' {unit.upper()} '.join(texts)})", naive.Within(unit, rules)

    def atleast(self, field: str) -> Query:
        number, (text, rule) = self.random.randint(1, 3), self.group(field)
        return f"atleast({number}, {text})", naive.AtLeast(number, rule)

    # --- concepts --------------------------------------------------------------------------------

    def concepts(self) -> tuple[naive.Concept, ...]:
        self._queries = []  # none names another
        queries = list(map(self.asking, QUERY_IDS))
        self._queries = QUERY_IDS
        return (*map(self.concept, CONCEPT_IDS), *queries)

    def asking(self, query_id: str) -> naive.Concept:
        text, rule = self.query()
        while is_refused(text):
            text, rule = self.query()
        return naive.Concept(query_id, (), query=rule, written=text)

    def concept(self, concept_id: str) -> naive.Concept:
        return naive.Concept(
            concept_id,
            tuple(self.some(self.name, 1, 2)),
            tuple(self.some(self.guard, 0, 1)),
            tuple(self.some(self.companion, 0, 1)),
            tuple(self.some(lambda: self.random.choice(CONCEPT_IDS), 0, 1)),
        )

    def name(self) -> naive.Term:
        phrase, form = self.phrase(2), self.random.choice(["word", "exact", "prefix"])
        return naive.Term(phrase, "", form if phrase.isascii() else "word")

    def guard(self) -> naive.Term:
        phrase = self.random.choice(["", " "]).join([self.word(), self.word()])
        form = self.random.choice(["word", "exact", "prefix"])
        return naive.Term(phrase, "", form if phrase.isascii() else "word")

    def companion(self) -> naive.Term | naive.ConceptRef:
        is_name = self.random.random() < 0.5
        return self.name() if is_name else naive.ConceptRef(self.random.choice(CONCEPT_IDS))

    # --- stories ---------------------------------------------------------------------------------

    def story(self) -> Printed:
        facts: dict[str, Callable[[], Any]] = {
            "source": self.paragraph,
            "site": self.paragraph,
            "authors": lambda: tuple(self.some(self.paragraph, 0, 2)),
            "dateline": lambda: Dateline(place=self.paragraph()),
            "section": self.paragraph,
            "language": lambda: self.random.choice(["en", "lo", "lo-LA", "und"]),
            "published": lambda: self.random.choice(_DAYS),
            "updated": lambda: self.random.choice(_DAYS),
        }
        given = {name: make() for name, make in facts.items() if self.random.random() < 0.4}
        title, *body = self.some(self.paragraph, 1, 4)
        return Printed(article(title, *body, **given), self.random.randint(1, 3))

    def paragraph(self) -> str:
        return "".join(self.some(self._printed, 0, 7))

    def _printed(self) -> str:
        return self.random.choice(self.prints) + self.random.choice(_GAPS)


def is_refused(query: str) -> bool:
    """Whether a random query asks for nothing, as some do; nothing else can be wrong with it."""
    try:
        format_query(query)
    except RuleError as error:
        if not error.message.startswith(("NOT alone", '"a phrase"~')):
            raise
        return True
    return False


def _with_field(query: Query, field: str) -> Query:
    return (f"{field}:({query[0]})" if field else query[0]), query[1]


def _can_begin(word: str) -> bool:
    """Whether a prefix may be made of it."""
    last = naivetext.tokens(word)[-1]
    return " " not in word and len(last) >= (4 if naivetext.is_spaced(last[0].folded) else 2)
