"""Which concepts a text names, and what holds names back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from monitor.match import Concept, Concepts, RuleSet, story
from monitor.match.mentions import mentions
from monitor.match.written import companion, names
from tests.builders import article


def concept(
    name: str, *written: str, guards: tuple[str, ...] = (), company: tuple[str, ...] = ()
) -> Concept:
    return Concept(
        name,
        names=tuple(names(written)),
        guards=tuple(names(guards)),
        company=tuple(companion(each) for each in company),
    )


CONCEPTS = Concepts(
    [
        concept(
            "laos", "!Lao", "Laotian*", "老挝", "Lao PDR", guards=("Lao She", "Lao She's play")
        ),
        concept("vientiane", "万象", guards=("万象更新",)),
        concept("mohan", "Mohan", company=("@laos",)),
    ]
)


@pytest.mark.parametrize(
    ("text", "found", "held"),
    [
        ("Laotians of 老挝", ["Laotian*", "老挝"], []),
        ("LAO and lao", [], []),
        ("Lao PDR", ["Lao PDR"], []),
        ("Lao She", [], ["Lao She"]),
        ("Lao She's play", [], ["Lao She's play"]),
        ("Lao She of Lao", ["!Lao"], ["Lao She"]),
        ("万象更新 万象", ["万象"], ["万象更新"]),
        ("Mohan", [], [None]),
        ("Mohan on the Lao side", ["!Lao", "Mohan"], []),
        ("Mohan reads Lao She", [], ["Lao She", None]),
        ("", [], []),
    ],
)
def test_what_a_text_names(text: str, found: list[str], held: list[str | None]) -> None:
    told = mentions(article(title="", body=(text,)), CONCEPTS)
    assert [span.term for each in told for span in each.spans] == found
    reasons = [each.guard and each.guard.text for one in told for each in one.held]
    assert reasons == held


def test_places_are_those_of_the_print() -> None:
    (told,) = mentions(article(title="In LAO", body=("", "The Ｌａｏ side")), CONCEPTS)
    (span,) = told.spans
    assert (span.field, span.paragraph, span.start, span.end) == ("body", 1, 4, 7)
    assert (span.text, span.concept) == ("Ｌａｏ", "laos")


def lines_run(call: Callable[[], object]) -> int:
    """How many lines of Python a call runs: its work, whatever else the machine does."""
    lines = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal lines
        lines += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return lines


def test_many_names_in_many_guards_are_no_matter() -> None:
    def name(number: int) -> None:
        (told,) = mentions(article(title="", body=("Lao She, Lao " * number,)), CONCEPTS)
        assert (len(told.spans), len(told.held)) == (number, number)

    name(1)  # what is made once, for all stories
    assert lines_run(lambda: name(1_000)) < 5 * lines_run(lambda: name(250))


@pytest.mark.parametrize(
    ("guard", "text", "counted"),
    [
        ("lao china lao", "lao china lao china lao", []),
        ("lao china lao", "lao china lao china lao, lao", [25]),
        ("老挝老", "老挝老挝老挝人", [4]),
    ],
)
def test_guards_may_overlap(guard: str, text: str, counted: list[int]) -> None:
    concepts = Concepts([concept("laos", "lao", "老挝", guards=(guard,))])
    matches = RuleSet.compile({"r": "@laos"}, concepts).match(article(title=text, body=()))
    assert [span.start for match in matches for span in match.spans] == counted
    found = mentions(article(title=text, body=()), concepts)
    assert [span.start for each in found for span in each.spans] == counted


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("the China–Laos line", ["China–Laos"]),
        ("China/Laos, China Laos", ["China/Laos", "China Laos"]),
        ("to Thailand, China, Laos and Vietnam", []),
        ("Exports rose to China. Laos bought less.", []),
        ("ໄທ, ຈີນ, ລາວ", []),
        ("ທາງລົດໄຟ ຈີນ-ລາວ", ["ຈີນ-ລາວ"]),
        ("Boten, Luang Namtha", ["Boten, Luang Namtha"]),
        ("Boten Luang Namtha", ["Boten Luang Namtha"]),
    ],
)
def test_a_name_of_several_words_stands_as_one(text: str, counted: list[str]) -> None:
    pair = concept("pair", "China-Laos", "ຈີນ-ລາວ", "Boten, Luang Namtha")
    story, concepts = article(title="", body=(text,)), Concepts([pair])
    matches = RuleSet.compile({"r": "@pair"}, concepts).match(story)
    assert [span.text for match in matches for span in match.spans] == counted
    assert [span.text for each in mentions(story, concepts) for span in each.spans] == counted


@pytest.mark.parametrize("query", ["@laos", "!LAO PARAGRAPH pdr", "both(!LAO, vientiane)"])
def test_of_a_long_story_only_what_is_looked_at_costs(
    query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story, "MOST_PLACES", 50)
    concepts = Concepts([concept("laos", "Lao PDR", "Vientiane", "!LAO")])
    rules = RuleSet.compile({"r": query}, concepts)

    def explain(number: int) -> None:
        for text in ("LAO PDR, Vientiane. ", "LAO PDR é, Vientiane. "):
            (match,) = rules.match(article(title="", body=(text * number,)))
            assert match.spans

    explain(1)  # what is made once, for all stories
    assert lines_run(lambda: explain(1_200)) < 1.5 * lines_run(lambda: explain(300))
