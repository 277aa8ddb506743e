"""Excerpts are cut between words, else between written syllables."""

from __future__ import annotations

import unicodedata

import pytest

from monitor.match.excerpt import cut_before, cut_behind

LAO = "ຜູ້ໂດຍສານຜູ້ຕາງໜ້າຂອງບໍລິສັດເປີດນຳໃຊ້ໂຮງຮຽນ"


@pytest.mark.parametrize("place", range(len(LAO) + 1))
def test_no_syllable_is_torn(place: int) -> None:
    begin, end = cut_before(LAO, place), cut_behind(LAO, place)
    assert begin <= place
    assert end <= place
    for cut in (begin, end):
        assert cut == len(LAO) or unicodedata.category(LAO[cut])[0] != "M"
        assert not cut or LAO[cut - 1] not in "ເແໂໃໄ"


def test_words_are_whole() -> None:
    text = "The premiers met in Vientiane"
    assert text[cut_before(text, 6) :] == "met in Vientiane"
    assert text[: cut_behind(text, 27)] == "The premiers met in"
    assert text[cut_before(text, 4) :] == "premiers met in Vientiane"
    assert text[: cut_behind(text, 12)] == "The premiers"


def test_near_the_beginning_too() -> None:
    assert cut_behind("The premiers met in Vientiane", 10) == len("The")


def test_ends_are_cuts() -> None:
    assert (cut_before("Laos", -3), cut_before("Laos", 0)) == (0, 0)
    assert (cut_behind("Laos", 4), cut_behind("Laos", 90)) == (4, 4)
