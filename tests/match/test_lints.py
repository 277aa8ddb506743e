"""Warnings of what compiles but may not be meant."""

from __future__ import annotations

import pytest

from monitor.match import lint


def _as_word(word: str, place: int, operator: str) -> str:
    written = f"write {operator} for the operator"
    return f"“{word}” at character {place} is searched as a word: {written}"


@pytest.mark.parametrize(
    ("query", "warnings"),
    [
        ("Laos near/5 debt", [_as_word("near/5", 6, "NEAR/5")]),
        ("Laos Near/5 debt", [_as_word("Near/5", 6, "NEAR/5")]),
        ("Laos NEAR5 debt", [_as_word("NEAR5", 6, "NEAR/5")]),
        ("Laos onear/12 debt", [_as_word("onear/12", 6, "ONEAR/12")]),
        ("Laos w/5 debt", [_as_word("w/5", 6, "NEAR/5")]),
        ("Laos ADJ3 debt", [_as_word("ADJ3", 6, "NEAR/3")]),
        ("Laos pre/3 debt", [_as_word("pre/3", 6, "ONEAR/3")]),
        ("Laos w/s debt", [_as_word("w/s", 6, "SENTENCE")]),
        ("Laos near debt", [_as_word("near", 6, "NEAR/5")]),
        ("Laos sentence (debt OR loan)", [_as_word("sentence", 6, "SENTENCE")]),
        ("(Laos OR Lao) Paragraph debt", [_as_word("Paragraph", 15, "PARAGRAPH")]),
        ("both Laos China", [_as_word("both", 1, "both(a, b)")]),
        ("Laos and debt", [_as_word("and", 6, "AND")]),
        ("ລາວ ແລະ ຈີນ", [_as_word("ແລະ", 5, "AND")]),
        ("ລາວ ຫຼື ຈີນ", [_as_word("ຫຼື", 5, "OR")]),
        ("ລາວ ບໍ່ ຈີນ", [_as_word("ບໍ່", 5, "NOT")]),
        ("老挝 或者 中国", [_as_word("或者", 4, "OR")]),
        ("court sentence", []),
        ("near Laos", []),
        ('Laos AND "sentence" AND "near/5" debt', []),
        ("Laos sentence OR debt", []),
    ],
)
def test_words_that_look_like_operators(query: str, warnings: list[str]) -> None:
    assert lint(query) == warnings


def test_of_one_character_that_is_an_operator_elsewhere() -> None:
    for sign, operator in {"和": "AND", "或": "OR", "非": "NOT"}.items():
        assert _as_word(sign, 4, operator) in lint(f"老挝 {sign} 中国")


def test_a_blank_before_a_colon() -> None:
    told = (
        "“title” at character 1 is searched as a word: write title: without a blank for the field"
    )
    assert lint("title :Laos") == [told]
    assert lint("Title ：老挝") == [told.replace("“title”", "“Title”")]
    assert lint("heading :Laos") == []


def test_sites_stand_without_www() -> None:
    told = "“www.kpl.gov.la” is on no site: sites stand without www.: site:kpl.gov.la"
    assert lint("site:www.kpl.gov.la loan") == [told]
    assert lint("site:(kpl.gov.la OR wwwkpl.la) www.kpl.gov.la") == []


def _no_phrase(word: str, place: int) -> str:
    return f'“{word}” at character {place} begins no phrase: {word[0]} is no quote here, write "'


def _sign(word: str, place: int, sign: str) -> str:
    return f"“{word}” at character {place} is searched without its sign {sign}: signs do not count"


@pytest.mark.parametrize(
    ("query", "warnings"),
    [
        ("'debt relief' Laos", [_no_phrase("'debt", 1)]),
        ("Laos ‘debt for Laos’", [_no_phrase("‘debt", 6)]),
        ("Laos 《人民 日报》", [_no_phrase("《人民", 6)]),
        ("《人民日报》 'tis Laos", []),
        ("Laos' debt", []),
        ("«debt relief» 「老挝 铁路」", []),
        ('Laos "US$ debt"', [_sign("US$ debt", 6, "$")]),
        ('"@laos debt"', [_sign("@laos debt", 1, "@")]),
        ("Laos 25%", [_sign("25%", 6, "%")]),
        ("Laos !C++lang", [_sign("C++lang", 6, "+")]),
        ("Laos R&D 3.5 China-Laos", []),
    ],
)
def test_signs_and_quotes_that_do_not_count(query: str, warnings: list[str]) -> None:
    assert lint(query) == warnings


_ABBREVIATION = "is short and may mean other things: an abbreviation is found in its capitals alone"
_EITHER = "is short and may mean other things: behind ! its case counts, as in"
_COMMON = "alone is found in most stories: add a word that narrows it"


@pytest.mark.parametrize(
    ("query", "warnings"),
    [
        ("Xi Laos", []),
        ("EU Laos", [f'“EU” {_ABBREVIATION} as !"EU"']),
        ("xi Laos", [f'“xi” {_EITHER} !"XI" or !"Xi"']),
        ('!"EU" Laos', []),
        ("x Laos", []),
        ("é Laos", []),
        ("老 Laos", ["“老” is a single character and is found inside many other words"]),
        ("Laos OR the", [f"“the” {_COMMON}"]),
        ("Laos OR (the year)", [f"“the” {_COMMON}", f"“year” {_COMMON}"]),
        ("Laos OR (the dam)", []),
        ("Laos OR the NEAR/3 year", []),
        ("Laos (the OR dam)", []),
        ("the NOT Vietnam", [f"“the” {_COMMON}"]),
        ("的 NOT 足球", [f"“的” {_COMMON}"]),
        ("the dam NOT year", []),
    ],
)
def test_words_that_find_too_much(query: str, warnings: list[str]) -> None:
    assert lint(query) == warnings
