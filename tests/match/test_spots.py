"""Needles found by one scan are where ``str.find`` finds them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.match import spots, story
from monitor.match.spots import Spots
from tests.match.oracle import one_case

LETTERS = st.text("ab ລາ老", max_size=12)


@given(LETTERS, st.sets(LETTERS.filter(bool), min_size=1), st.integers(1, 5))
def test_it_finds_as_str_does(text: str, needles: set[str], chunk: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spots, "_CHUNK", chunk)
        found = Spots(text, needles)
    for needle in (*needles, "b ລ"):
        for start in range(len(text) + 1):
            for end in range(start, len(text) + 1):
                assert found.find(needle, start, end) == text.find(needle, start, end)


@pytest.mark.parametrize("seed", range(150))
def test_rules_match_as_a_naive_evaluator_says(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "MOST_LOOKED_THROUGH", 0)
    one_case(seed, 3)
