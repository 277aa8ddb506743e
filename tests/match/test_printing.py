"""A query in its canonical spelling means the same, whatever its words look like."""

from __future__ import annotations

from random import Random

import pytest

from monitor.errors import RuleError
from monitor.match import compile_query, format_query

pytestmark = pytest.mark.at_full_speed

_PARTS = [
    *(",", "，", "、", "=", "<", ">", "≥", ":", "：", "*", "-", "–", "—", "!", "'", "’", ".", "/"),
    *(
        "AND",
        "OR",
        "NOT",
        "ＡＮＤ",
        "NEAR/3",
        "SENTENCE",
        " OR ",
        " AND ",
        "both",
        "atleast",
        "words",
    ),
    *(
        "Laos",
        "derail",
        "老挝",
        "中国",
        "ລາວ",
        "1",
        "３",
        "5G",
        "é",
        "\u200b",
        "title",
        "lang",
        "&",
    ),
]
_FORMS = [
    *(
        "{}",
        '"{}"',
        '!"{}"',
        "{}*",
        "stem:{}",
        "title:{}",
        'title:"{}"',
        "(x OR {})",
        '(x OR "{}")',
    ),
]
_PLACES = [
    *("{}", "x {}", '"x" {} y', "NOT {} x", "{} OR {}", "both(({} OR {}), {})", "both({}, {})"),
    *("{} NEAR/3 {}", "title:({} SENTENCE {})", "atleast(2, {} OR {})", "body:both({}, {})"),
]


def test_the_canonical_spelling_reads_back_as_the_same() -> None:
    dice, fine = Random(7), 0
    for _ in range(20_000):
        place = dice.choice(_PLACES)
        words = ["".join(dice.choices(_PARTS, k=dice.randint(1, 4))) for _ in range(3)]
        query = place.format(*(dice.choice(_FORMS).format(word) for word in words))
        try:
            root = compile_query(query)
        except RuleError:
            continue
        fine += 1
        formatted = format_query(query)
        assert compile_query(formatted) == root, (query, formatted)
        assert format_query(formatted) == formatted
    assert fine > 4_000


@pytest.mark.parametrize(
    ("query", "formatted"),
    [
        ("both((老挝，中国 OR x), c)", 'both("老挝，中国" OR x, c)'),
        ("both((老挝、中国 OR x), c)", 'both("老挝、中国" OR x, c)'),
        ("both((Laos,derail* OR x), c)", "both(laos-derail* OR x, c)"),
        ('"x" =3', 'x AND "=3"'),
        ("x AND =3", 'x AND "=3"'),
        ("x SENTENCE =3", 'x SENTENCE "=3"'),
        ("x OR <3 NOT >y", 'x OR ("<3" AND NOT ">y")'),
        ('"war OR peace" NEAR/3 b', '"war OR peace" NEAR/3 b'),
        ('title:("a OR b" SENTENCE (c OR d))', 'title:("a OR b" SENTENCE (c OR d))'),
    ],
)
def test_words_that_look_like_something_else(query: str, formatted: str) -> None:
    assert format_query(query) == formatted
    assert compile_query(formatted) == compile_query(query)
