"""A text cut into marked and plain pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.marks import MOST_NAMES, in_words, pieces, reasons, span_json
from monitor.models import Match, Span


def span(start: int, end: int) -> Span:
    return Span("title", 0, start, end, "term", "text")


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], [("abcdef", False)]),
        ([(0, 6)], [("abcdef", True)]),
        ([(0, 2)], [("ab", True), ("cdef", False)]),
        ([(4, 6)], [("abcd", False), ("ef", True)]),
        ([(4, 5), (1, 2)], [("a", False), ("b", True), ("cd", False), ("e", True), ("f", False)]),
        ([(1, 3), (2, 4)], [("a", False), ("bcd", True), ("ef", False)]),
        ([(1, 3), (3, 4)], [("a", False), ("bcd", True), ("ef", False)]),
        ([(1, 5), (2, 3)], [("a", False), ("bcde", True), ("f", False)]),
    ],
)
def test_pieces(spans: list[tuple[int, int]], expected: list[tuple[str, bool]]) -> None:
    assert pieces("abcdef", [span(*place) for place in spans]) == expected


def test_no_text() -> None:
    assert pieces("", []) == []


places = st.tuples(st.integers(0, 19), st.integers(1, 20)).filter(lambda place: place[0] < place[1])


@given(st.text(min_size=20, max_size=40), st.lists(places))
def test_pieces_make_up_the_text_and_mark_just_what_is_spanned(
    text: str, spans: list[tuple[int, int]]
) -> None:
    cut = pieces(text, [span(*place) for place in spans])
    assert "".join(piece for piece, _ in cut) == text
    marked = [flag for piece, flag in cut for _ in piece]
    assert marked == [any(a <= i < b for a, b in spans) for i in range(len(text))]


def found(term: str, text: str, concept: str | None = None, field: str = "body") -> Span:
    return Span(field, 0, 0, len(text), term, text, concept)


RAILWAY, LINE = "china-laos-railway", "@china-laos-railway"


@pytest.mark.parametrize(
    ("spans", "said"),
    [
        ([], []),
        ([found("train", "train"), found("train", "Train", field="title")], ["train"]),
        ([found("China Laos", "China–Laos")], ["China Laos: China–Laos"]),
        (
            [found("derail*", "derailed"), found("derail*", "derails")],
            ["derail*: derailed, derails"],
        ),
        ([found(LINE, "中老铁路", RAILWAY)], [f"{LINE}: 中老铁路"]),
        (
            [found("@laos", "Laos", "laos"), found("@laos", "万象", "vientiane"), found("a", "a")],
            ["@laos: Laos, 万象 (@vientiane)", "a"],
        ),
        ([found("Vientiane", "VIENTIANE", field="dateline")], ["dateline: VIENTIANE"]),
        (
            [found("@laos", "VIENTIANE", "vientiane", field="dateline")],
            ["dateline: @laos: VIENTIANE (@vientiane)"],
        ),
        (
            [found("Lao", "Lao"), found("Lao", "Lao", field="author")],
            ["Lao", "author: Lao"],
        ),
        (
            [found("a*", f"a{n}") for n in range(MOST_NAMES + 2)],
            [f"a*: {', '.join(f'a{n}' for n in range(MOST_NAMES))}, 2 more"],
        ),
    ],
)
def test_reasons_in_words(spans: list[Span], said: list[str]) -> None:
    assert reasons(Match("railway", tuple(spans))) == said


def test_all_reasons_in_one_line() -> None:
    bare = [found("train", "train"), found("Boten", "Boten")]
    named = found("@laos", "万象", "vientiane")
    assert in_words(Match("railway", tuple(bare))) == "train, Boten"
    assert in_words(Match("railway", (*bare, named))) == "train; Boten; @laos: 万象 (@vientiane)"


def test_a_span_for_programs_says_all_that_is_known_of_it() -> None:
    assert span_json(Span("body", 2, 5, 9, LINE, "中老铁路", RAILWAY)) == {
        "field": "body",
        "paragraph": 2,
        "start": 5,
        "end": 9,
        "term": LINE,
        "text": "中老铁路",
        "concept": RAILWAY,
    }
