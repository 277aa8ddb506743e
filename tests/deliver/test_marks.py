"""A text cut into marked and plain pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.marks import pieces
from monitor.models import Span


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
