"""Canonical text: what is equal, what is a word, and that it costs linear time."""

from __future__ import annotations

import re
import time
import unicodedata
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.match import canonical as canonical_module
from monitor.match import offsets
from monitor.match.canonical import canonical, fold, needle, one_to_one, splits_cluster
from monitor.match.offsets import Offsets, segments

pytestmark = pytest.mark.at_full_speed


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("LAOS", "laos"),
        ("Ｌａｏｓ", "Laos"),
        ("Straße", "STRASSE"),
        ("China-Laos", "China–Laos"),
        ("China—Laos", "China Laos"),
        ("China\u2011Laos", "China / Laos"),
        ("Xi'an", "Xi’an"),
        ("La\u00ados", "Laos"),
        ("La\u200bos\ufeff", "Laos"),
        ("Việt Nam", unicodedata.normalize("NFD", "Việt Nam")),
        ("ຄຳ", "ຄໍາ"),
        ("ນ້ຳ", "ນໍ້າ"),
        ("น้ำ", "นํ้า"),
        ("ໜ້າ", "ຫນ້າ"),
        ("ທາງ\u200bລົດໄຟ", "ທາງລົດໄຟ"),
        ("５Ｇ网络", "5G网络"),
        ("5G 网络", "5G网络"),
        ("通伦·西苏里", "通伦・西苏里"),
        ("ｶﾞ", "ガ"),
    ],
)
def test_spellings_that_are_equal(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Laos’s and Laos' 'Lao'", " laos s and laos lao "),
        ("Xi'an, let's, rock'n'roll", " xi'an let s rock'n'roll "),
        ("Xi'an's O'sullivan", " xi'an s o'sullivan "),
        ("U.S. COVID-19 1,000 3.5% $7", " u s covid 19 1,000 3.5 7 "),
        ("Laos.China 10. 20,", " laos china 10 20 "),
        ("老挝Laos万象", " 老挝 laos 万象 "),
        ("2021年12月3日电", " 2021 年 12 月 3 日电 "),
        ("ລາວ-ຈີນ（Laos）", " ລາວ ຈີນ laos "),
        ("हिन्दी", " हिन्दी "),
        ("snake_case", " snake case "),
        ("", "  "),
        ("—…\u0301", "  "),
    ],
)
def test_tokens(text: str, expected: str) -> None:
    assert canonical(text) == expected


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("Laos", " laos "),
        ("China-Laos", " china laos "),
        ("老挝", "老挝"),
        ("5G网络", " 5g 网络"),
        ("老挝Laos", "老挝 laos "),
        ("ລາວ-ຈີນ", "ລາວ ຈີນ"),
        ("a\x1eb", " a b "),
        ("&", ""),
    ],
)
def test_needle_marks_the_ends_of_words_in_spaced_scripts(term: str, expected: str) -> None:
    assert needle(term) == expected


@pytest.mark.parametrize(
    ("text", "index", "expected"),
    [
        ("ກາ", 1, True),
        ("ເກ", 1, True),
        ("ໄປ", 1, True),
        ("ລະ", 1, True),
        ("ວຽງ", 1, True),
        ("ວຽງ", 2, False),
        ("ລາວ", 2, False),
        ("เต", 1, True),
        ("ตะ", 1, True),
        ("ตา", 1, True),
        ("ตๅ", 1, True),
        ("ตาต", 2, False),
        ("ກ່າ", 1, True),
        ("ຄໍາ", 2, True),
        ("นํา", 2, True),
        ("ក្ក", 1, True),
        ("ក្ក", 2, True),
        ("က္က", 2, True),
        ("老挝", 1, False),
        ("ກາກ ", 2, False),
        (" ກ ", 1, False),
        (" ກ ", 2, False),
    ],
)
def test_splits_cluster(text: str, index: int, expected: bool) -> None:
    assert splits_cluster(text, index) is expected


_TRICKY = st.text(
    st.sampled_from("aÀ'’s .,-3５中老ຄໍາຳ້ົນำํ้า\u0301\u0316\u200b\u00adﬁßΣİㄱ가각ｶﾞ㍿\x1e\n\u0345ŉ´")
)


@settings(max_examples=150, deadline=None)
@given(_TRICKY | st.text())
def test_segments_fold_to_what_the_whole_text_folds_to(text: str) -> None:
    parts = list(segments(text))
    assert "".join(part.folded for part in parts) == fold(text)
    assert all(len(p.folded) == p.end - p.start for p in parts if p.one_to_one)


@pytest.mark.parametrize("beside", ["", " ﬁ", " ໍ", " ຳ", "ຳ", "\u0ecd", "´"])
@pytest.mark.parametrize(
    "marks", ["\u0316" * 40, "\u0316\u200b" * 40, "\u0ecd\u0ec8" * 20, "\u0344" * 40]
)
def test_marks_without_end_are_cut_alike_in_the_whole_and_in_pieces(
    marks: str, beside: str
) -> None:
    text = f"x{marks}{beside}"
    assert "".join(part.folded for part in segments(text)) == fold(text)
    for printed in (f"{text} Laos China", f"Laos{marks} {text} Laos China"):
        at = canonical(printed).rindex("laos")
        first, last = Offsets.of(printed, canonical(printed)).printed(at, at + 4)
        assert printed[first:last] == "Laos"


def test_every_character_that_may_join_the_one_before_is_known() -> None:
    """Else a segment would be cut where NFKC composes, and offsets would drift."""
    points = [
        *range(0x3400),
        *range(0xA000, 0xAC00),
        *range(0xD7B0, 0xD800),
        *range(0xF900, 0x20000),
    ]
    for text in (f"{before}{chr(point)}b" for point in points for before in "aか가ᄀ"):
        assert "".join(part.folded for part in segments(text)) == fold(text), ascii(text)


@settings(max_examples=100, deadline=None)
@given(_TRICKY)
def test_canonical_text_is_stable(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


@pytest.mark.parametrize(
    ("printed", "place", "expected"),
    [
        ("Laos", (1, 5), (0, 4)),
        ("“Laos\u200b”", (1, 5), (1, 5)),
        ("ﬁve", (1, 5), (0, 3)),
        ("ນ້ຳ", (1, 5), (0, 3)),
        ("e\u0301té", (1, 4), (0, 4)),
        ("中—文", (3, 4), (2, 3)),
        ("㍿", (3, 5), (0, 1)),
        ("x \u0301\u0316" + "y", (3, 4), (4, 5)),
    ],
)
def test_offsets(printed: str, place: tuple[int, int], expected: tuple[int, int]) -> None:
    assert Offsets.of(printed, canonical(printed)).printed(*place) == expected


@pytest.mark.parametrize(
    "text",
    ["\u0301\u0316", "\u0ecd\u0e48\u0ec9", "a\u0301\u0316", "\uff9e\u0301", "ກ່", "ຳ", "a'", "1,"],
)
def test_time_is_linear_in_the_text(text: str) -> None:
    """80,000 marks take NFKC 3 s if nobody cuts the run; a million characters must not."""
    started = time.process_time()
    canonical(text * (1_000_000 // len(text)))
    assert time.process_time() - started < 3


@settings(max_examples=300, deadline=None)
@given(_TRICKY | st.text(), st.sampled_from([0, 2_000]))
def test_each_word_is_found_where_it_is_printed(text: str, short: int) -> None:
    printed = text.replace("\x1e", " ")
    words, last = canonical(printed), 0
    with patch.object(offsets, "_SHORT", short):
        places = Offsets.of(printed, words)
        for word in re.finditer(r"[^ ]+", words):
            start, end = places.printed(*word.span())
            assert last <= start < end
            assert word[0] in canonical(printed[start:end])
            last = start


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("aÀ'.， 中老ກຂວ່້ິຸົຼຳໍາາໜตาุ้ํำ\u0eba\u0e3a\u0301ﬁß")))
def test_one_to_one_is_what_folding_gives(text: str) -> None:
    folded = one_to_one(text)
    assert folded is None or (folded == fold(text) and len(folded) == len(text))


@pytest.mark.parametrize("at_once", [1, 3, 7])
def test_a_long_text_is_read_as_a_short_one(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "中老铁路 opened in Việt Nam, ທາງລົດໄຟ ﷺ 3.5 – one two three four five six"
    whole = canonical_module.canonical(text)
    monkeypatch.setattr(canonical_module, "_LONG", 1)
    monkeypatch.setattr(canonical_module, "_AT_ONCE", at_once)
    assert canonical_module.canonical(text) == whole
