"""A broken layout is noticed, ordinary variety is not."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.health import Extraction


def after(lengths: Iterable[int], pages: Extraction = Extraction()) -> Extraction:  # noqa: B008
    for length in lengths:
        pages = pages.read(length)
    return pages


@pytest.mark.parametrize("thin", [0, 50, 300])
def test_three_thin_pages_in_a_row_are_suspicious(thin: int) -> None:
    pages = after([2_000, 1_500] * 10)
    assert [after([thin] * n, pages).suspicious for n in range(5)] == [False] * 3 + [True] * 2


def test_one_whole_page_ends_it() -> None:
    pages = after([2_000] * 20 + [0] * 8)
    assert pages.suspicious
    assert not pages.read(1_200).suspicious


def test_before_ten_pages_nothing_is_usual() -> None:
    assert not after([2_000] * 9 + [0] * 9).suspicious
    assert after([2_000] * 10 + [0] * 3).suspicious


def test_a_source_that_never_gave_a_story_has_no_layout_to_lose() -> None:
    assert not after([0] * 100).suspicious


def test_where_many_pages_are_photographs_it_takes_more_of_them() -> None:
    rng = random.Random(7)
    mixed = [2_000 if rng.random() < 0.7 else 80 for _ in range(400)]
    seen = [after(mixed[:n]).suspicious for n in range(len(mixed))]
    assert sum(seen) <= 2, "a row of photographs is rare, not unheard of"
    assert after([*mixed, 2_000, *[0] * 8]).suspicious


def test_short_news_becomes_usual_in_time_but_nothing_at_all_does_not() -> None:
    pages = after([2_000] * 50)
    assert after([150] * 10, pages).suspicious
    assert not after([150] * 100, pages).suspicious
    assert after([0] * 300, pages).suspicious


def test_a_sudden_fall_of_quality_is_suspicious_however_long_the_pages_are() -> None:
    pages = after([2_000] * 20)
    seen = []
    for _ in range(4):
        pages = pages.read(2_000, 0.4)
        seen.append(pages.suspicious)
    assert seen == [False, False, True, True]
    assert not pages.read(2_000, 0.9).suspicious


def test_a_source_of_low_quality_is_used_to_it() -> None:
    pages = Extraction()
    for _ in range(30):
        pages = pages.read(2_000, 0.45)
    assert not pages.suspicious
    assert not pages.read(2_000, 0.3).thin


def test_pages_behind_a_wall_are_counted_in_a_row() -> None:
    pages = Extraction().challenged("Anubis").challenged("Cloudflare")
    assert (pages.walled, pages.wall) == (2, "Cloudflare")
    assert pages.read(2_000).walled == 0
    assert after([2_000] * 20).challenged("Anubis").read(0).walled == 0


lengths = st.lists(st.integers(0, 100_000), max_size=80)


@given(lengths)
def test_the_usual_length_is_between_the_shortest_and_the_longest(seen: list[int]) -> None:
    pages = after(seen)
    assert min(seen, default=0) - 1e-6 <= pages.usual <= max(seen, default=0) + 1e-6
    assert not pages.suspicious or pages.thin >= 3


@given(st.lists(st.integers(1_000, 4_000), max_size=200))
def test_stories_of_about_one_length_are_never_suspicious(seen: list[int]) -> None:
    pages = Extraction()
    for length in seen:
        pages = pages.read(length)
        assert not pages.suspicious


@given(lengths, st.integers(0, 3))
def test_what_is_kept_comes_back(seen: list[int], walls: int) -> None:
    pages = after(seen)
    for _ in range(walls):
        pages = pages.challenged("Anubis")
    assert Extraction.from_json(json.loads(json.dumps(pages.to_json()))) == pages


@pytest.mark.parametrize(
    "kept", [None, 7, "x", [], {"usual": -1}, {"thin": "many"}, {"whole": float("inf")}]
)
def test_damage_is_as_good_as_nothing(kept: object) -> None:
    assert Extraction.from_json(kept) == Extraction()
