"""What nobody means well: queries and stories without end, nested, broken, of signs alone."""

from __future__ import annotations

import random
import tracemalloc
from functools import partial

import pytest

from monitor.errors import RuleError
from monitor.match import RuleSet, compile_query, format_query, lint
from monitor.match.concepts import Concepts
from monitor.match.cursor import MAX_DEPTH
from monitor.match.lexicon import Concept
from monitor.models import Article
from tests.bounds import at_most
from tests.match.helpers import CONCEPTS, article

pytestmark = pytest.mark.at_full_speed

_DEEP, _LONG, _MANY = 5_000, 100_000, 20_000
_MANY_CONCEPTS = Concepts(Concept(f"laos-china-{number}") for number in range(1_000))


def told(query: str) -> str:
    """The error's message, or nothing where the query compiles."""
    try:
        compile_query(query)
    except RuleError as error:
        return error.message if 0 <= error.position <= len(query) else "its place is nowhere"
    return ""


def is_unknown(query: str) -> bool:
    """Whether it names a concept that there is not."""
    try:
        compile_query(query, CONCEPTS)
    except RuleError:
        return True
    return False


# --- queries -------------------------------------------------------------------------------------

_PIECES = [
    *("(", ")", '"', "“", "”", " ", " ", "AND", "OR", "NOT", "-", "!", "*", "?", ":", ",", "，"),
    *("NEAR/", "NEAR/3", "ONEAR/2", "SENTENCE", "PARAGRAPH", "both(", "atleast(", "~", "~3", "/"),
    *("title:", "stem:", "lang:", "dateline:", "words", "updated", ">", ">=", "=", "@", "@laos"),
    *("laos", "lo", "3", "2026-01-01", "老挝", "ລາວ", "é", "e\u0301", "\u200b", "\x00", "\x1e"),
    *("\u202e", "\ud800", "\U0010ffff", "😀", "\n", "\\", "[", "a+", "|", "&&", "（", "ﷺ", "％"),
]


def test_random_strings_give_an_error_with_a_place_or_a_rule_that_runs() -> None:
    dice, fine = random.Random(3), 0
    story = article("Laos 老挝", "laos lo 3 ລາວ é 😀")
    for _ in range(10_000):
        joint = dice.choice(["", " "])
        query = joint.join(dice.choices(_PIECES, k=dice.randint(1, 12)))
        fine += at_most(1, partial(runs, query, story))
    assert 500 < fine < 9_500


def runs(query: str, story: Article) -> bool:
    """Whether it is a rule, which then can be printed, warned of, and held against a story."""
    message = told(query)
    assert message != "its place is nowhere", query
    if message:
        return False
    formatted = format_query(query)
    assert compile_query(formatted) == compile_query(query), query
    assert format_query(formatted) == formatted
    assert "" not in lint(query, CONCEPTS)
    if not is_unknown(formatted):
        found = RuleSet.compile({"r": formatted}, CONCEPTS).match(story)
        assert all(match.rule == "r" and match.spans is not None for match in found)
    return True


def _joined(joint: str, form: str) -> str:
    return joint.join(form.format(number) for number in range(_MANY))


@pytest.mark.parametrize(
    "query",
    [
        "(" * _DEEP + "a" + ")" * _DEEP,
        "(a OR " * MAX_DEPTH + "b" + ")" * MAX_DEPTH,
        "both(" * _DEEP + "a",
        "NOT " * _DEEP + "a",
        "-" * _LONG + "a",
        "title:" * (_LONG // 6) + "a",
        _joined(" ", "t{}"),
        _joined(" OR ", "老{}"),
        _joined(" OR ", '"lao dam {}"'),
        _joined(" OR ", "alpha{}*"),
        _joined(" OR ", "stem:alpha{}"),
        _joined(" OR ", "/a{}/"),
        _joined(" SENTENCE ", "t{}"),
        _joined(" OR ", "(a NEAR/3 b{})"),
        f"both({_joined(',', 't{}')})",
        f"both({'a、' * _MANY}a)",
        f"atleast(3, {_joined(' OR ', 't{}')})",
        "a " + _joined(" ", "-t{}"),
        "a " + _joined(" ", "words > {}"),
        '"' + "a " * _LONG + '"~5',
        *(
            sign * _LONG
            for sign in (
                *("a", "(", ")", '"', "*", "&", ":", "-", "!", "/", "@", "~", ",", ">", "\\"),
                *("\u0301", "1:", "老", "\x00", "\u200b", "😀", "\u202e", "\ud800", "NEAR/"),
                *("a*", "/a", "@a", "both(", '!"a', "ﷺ", "\u0ecd\u0e48", "ｶﾞ", "words >"),
            )
        ),
        "a" + "\u0301\u0316" * (_LONG // 2),
    ],
    ids=lambda query: ascii(query[:8]),
)
def test_huge_queries_give_a_tree_or_an_error_within_a_second(query: str) -> None:
    message = at_most(2, lambda: told(query))  # of a machine that is half as fast
    assert len(message) < 400
    assert message != "its place is nowhere"


@pytest.mark.parametrize(
    "query",
    [
        " OR ".join(f"@china-laos-{number}" for number in range(4_000)),
        "a " + " ".join(f"words > {n} words < {n + 5_000}" for n in range(4_000)),
    ],
    ids=["concepts", "comparisons"],
)
def test_huge_queries_are_warned_of_within_a_second(query: str) -> None:
    assert len(at_most(2, lambda: lint(query, _MANY_CONCEPTS))) < 30


@pytest.mark.parametrize("query", [_joined(" OR ", "老{}"), f"both({_joined(',', 't{}')})"])
def test_huge_queries_take_less_than_100_megabytes(query: str) -> None:
    tracemalloc.start()
    compile_query(query)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100 * 1024 * 1024


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(a|aa)+$", "(x+x+)+y", "(a?){50}a{50}", "(.*)(.*)(.*)(.*)b", "(a*)*c"],
)
def test_patterns_that_backtrack_elsewhere_take_linear_time(pattern: str) -> None:
    story = article("", "a" * 500_000 + "!")
    at_most(5, lambda: RuleSet.compile({"r": f"/{pattern}/"}).match(story))


# --- stories -------------------------------------------------------------------------------------

_RULES = {
    "word": "laos",
    "phrase": '"laos 老挝 laos"',
    "beginning": "laos*",
    "exact": '!"LAOS"',
    "forms": "stem:laos",
    "pattern": "/(l|a|o|s)+x?/",
    "any": "/./",
    "signs": "/[.!?]+/",
    "near": "(laos OR 万象 OR ລາວ) NEAR/3 (laos OR 象 OR ລາ)",
    "in order": "laos ONEAR/3 laos",
    "slack": '"laos a 老"~5',
    "sentence": "laos SENTENCE (a OR 万象)",
    "paragraph": "万 PARAGRAPH laos",
    "sides": "both(@laos, @vientiane)",
    "number": "atleast(1000, laos OR 万象 OR a)",
    "words": "words > 3",
    "concept": "@laos",
    "company": "@oudomxay",
}
_STORIES = {
    "words": "laos ",
    "capitals": "Laos ",
    "one word": "a",
    "digits": "1",
    "numbers": "1,",
    "marks": "\u0301",
    "two marks": "\u0301\u0316",
    "a name": "万象",
    "a guarded name": "万象更新",
    "a name that needs company": "Xay ",
    "a name in a name": "Lao PDR",
    "points": ".",
    "points apart": ". ",
    "short sentences": "Laos. ",
    "Chinese sentences": "万象。",
    "quotes": '."',
    "lao": "ລາວ",
    "tones": "ກ່",
    "apostrophes": "a'",
    "ligatures": "ﬃ ",
    "long ligatures": "ﷺ",
    "nothing": " ",
    "invisible": "a\u200b\u200b\u200b\u200b",
    "separators": "\x1e",
}
_SIZE = 300_000


@pytest.mark.parametrize("text", _STORIES.values(), ids=_STORIES.keys())
def test_time_is_linear_in_the_story(text: str) -> None:
    ruleset = RuleSet.compile(_RULES, CONCEPTS)
    story = article("", text * (_SIZE // len(text)))
    assert at_most(10, lambda: max(len(each.spans) for each in ruleset.match(story))) <= 12_000


def test_thousands_of_terms_at_the_end_of_a_long_text() -> None:
    words = [f"{chr(0x4E00 + n % 97)}{chr(0x5E00 + n // 97)}铁路" for n in range(4_000)]
    ruleset = RuleSet.compile({f"r{n}": word for n, word in enumerate(words)})
    story = article("", "好" * 3_000_000 + "".join(words))
    assert len(at_most(2, lambda: ruleset.match(story))) == 4_000


def test_a_story_of_five_megabytes_of_a_guarded_name() -> None:
    story = article("", "万象更新万象" * (5_000_000 // 6))
    ruleset = RuleSet.compile({"r": "both(@laos, @vientiane) AND atleast(9, @laos)"}, CONCEPTS)
    ruleset.match(article("laos"))
    tracemalloc.start()
    assert at_most(30, lambda: [len(each.spans) for each in ruleset.match(story)]) == [1_000]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 400 * 1024 * 1024
