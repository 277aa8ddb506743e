"""Bytes to text, whatever the labels say."""

from __future__ import annotations

import codecs
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.charset import codec, decode, to_utf8

ZH = (
    "<p>老挝和中国的铁路开通以来，人们的出行和货物的运输都方便了。"
    "这是在国内外都有影响的大工程。</p>"
)
TW = (
    "<p>寮國和中國的鐵路開通以來，人們的出行和貨物的運輸都方便了。"
    "這是在國內外都有影響的大工程。</p>"
)
JA = (
    "<p>ラオスと中国を結ぶ鉄道が開通し、人々の移動がとても便利になりました。"
    "これは大きな事業です。</p>"
)
KO = (
    "<p>라오스와 중국을 잇는 철도가 개통되어 사람들의 이동이 아주 편리해지고 있다. "
    "이는 큰 사업이다.</p>"
)


def _meta(label: str) -> str:
    return f'<meta http-equiv="Content-Type" content="text/html; charset={label}">'


@pytest.mark.parametrize("label", ["gb2312", "GBK", "gb18030", "x-gbk"])
def test_labels_of_the_gb_family_mean_gb18030(label: str) -> None:
    rare = ZH + "镕㐀"  # outside GB 2312
    assert decode(rare.encode("gb18030"), label) == rare
    assert decode((_meta(label) + rare).encode("gb18030")) == _meta(label) + rare


def test_utf8_that_is_such_already_is_not_copied() -> None:
    for text in (ZH, "plain", "\x01", ""):
        body = text.encode()
        assert to_utf8(body, "gbk") is body
    assert to_utf8(codecs.BOM_UTF8 + ZH.encode()) == ZH.encode()
    assert to_utf8(ZH.encode("gbk"), "gbk") == ZH.encode()
    assert to_utf8(f"a\ufeff{ZH}".encode()) == f"a{ZH}".encode()


@given(st.binary(max_size=300), st.sampled_from([None, "gbk", "utf-8", "big5", "shift_jis"]))
def test_as_utf8_a_body_says_the_same(body: bytes, label: str | None) -> None:
    controls = dict.fromkeys(range(32)) | {ord(sign): sign for sign in "\t\n\r"}
    assert to_utf8(body, label).decode().translate(controls) == decode(body, label)


def test_http_label_comes_before_meta() -> None:
    text = _meta("gbk") + TW
    assert decode(text.encode("big5"), "big5") == text


@pytest.mark.parametrize("label", ["gb2312", "iso-8859-1", "big5", "nonsense", None])
def test_utf8_is_known_under_any_label(label: str | None) -> None:
    assert decode(ZH.encode(), label) == ZH


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_and_byte_order_marks(codec: str) -> None:
    text = f"<!DOCTYPE html><html><head><title>x</title></head><body>{ZH}"
    assert decode(text.encode(codec), "gbk") == text


def test_big_endian_mark() -> None:
    assert decode(codecs.BOM_UTF16_BE + ZH.encode("utf-16-be")) == ZH


@pytest.mark.parametrize(
    ("text", "codec"),
    [(ZH, "gb18030"), (TW, "big5"), (JA, "shift_jis"), (JA, "euc-jp"), (KO, "euc-kr")],
)
@pytest.mark.parametrize("label", ["utf-8", None])
def test_unlabelled_or_mislabelled_text_is_recognised(
    text: str, codec: str, label: str | None
) -> None:
    assert decode(text.encode(codec), label) == text


def test_western_text_is_windows_1252() -> None:
    assert decode("<p>Café “Mekong”</p>".encode("cp1252")) == "<p>Café “Mekong”</p>"


FR = "<p>Le gouvernement a décidé mardi d'aider les éleveurs touchés, où qu'ils soient, l'été.</p>"
RU = "<p>Правительство объявило, что поезда будут ходить чаще.</p>"


@pytest.mark.parametrize(
    ("text", "actual"), [(ZH, "gb18030"), (TW, "big5"), (JA, "euc-jp"), (KO, "euc-kr")]
)
@pytest.mark.parametrize(
    "label", ["iso-8859-1", "us-ascii", "gb2312", "big5", "shift_jis", "utf-16", "x-user-defined"]
)
def test_a_wrong_label_is_not_believed(text: str, actual: str, label: str) -> None:
    assert decode(text.encode(actual), label) == text
    page = _meta(label) + text
    assert decode(page.encode(actual)) == page


@pytest.mark.parametrize("header", ["iso-8859-1", "utf-8", "big5"])
def test_where_the_header_lies_the_page_is_asked(header: str) -> None:
    page = _meta("gb2312") + ZH
    assert decode(page.encode("gb18030"), header) == page


@pytest.mark.parametrize(
    ("text", "actual", "label"),
    [
        (FR, "cp1252", "iso-8859-1"),
        (FR, "cp1252", "windows-1252"),
        (FR, "cp1252", None),
        (FR, "utf-8", "gb2312"),
        (RU, "cp1251", "windows-1251"),
        (RU, "koi8-r", "koi8-r"),
    ],
)
def test_letters_are_not_taken_for_chinese(text: str, actual: str, label: str | None) -> None:
    assert decode(text.encode(actual), label) == text


def test_a_declaration_far_down_counts_and_one_in_a_comment_does_not() -> None:
    script = "<script>" + "var x = 1;" * 3_000 + "</script>"
    page = f"<!-- {_meta('big5')} -->{script}{_meta('gbk')}<p>老挝</p>"
    assert decode(page.encode("gbk")) == page


def test_hong_kong_s_characters_and_windows_korean() -> None:
    assert decode("<p>啫喱 嘅 咗</p>".encode("big5hkscs"), "big5") == "<p>啫喱 嘅 咗</p>"
    assert decode("<p>뷁 똠방각하</p>".encode("cp949"), "ks_c_5601-1987") == "<p>뷁 똠방각하</p>"


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("GB2312", "gb18030"),
        (" gbk ", "gb18030"),
        ("latin1", "cp1252"),
        ("hz-gb-2312", None),
        ("utf-7", None),
        ("idna", None),
        ("", None),
        (None, None),
    ],
)
def test_labels_mean_what_they_mean_to_browsers(label: str | None, name: str | None) -> None:
    assert codec(label) == name


def test_few_characters_in_gbk_are_not_taken_for_utf8() -> None:
    assert decode("联通".encode("gbk"), "gbk") == "联通"
    by_land = "陆路".encode("gbk")  # valid UTF-8 as well
    assert decode(by_land, "gb2312") == "陆路"
    assert decode(by_land, "utf-8") == "½·"


def test_a_long_page_is_told_by_its_beginning() -> None:
    text = ZH * 300
    assert decode(text.encode("gb18030"), "big5") == text


def test_a_broken_character_does_not_change_the_encoding() -> None:
    html = ZH.encode() * 3 + b"\xe4\xbd" + ZH.encode()
    assert decode(html, "utf-8").count("老挝") == 4


def test_wrong_gb_label_on_western_text_is_survived() -> None:
    text = "<p>Café crème déjà vu, naïve coöperation, élève à l'école</p>"
    assert "<p>Caf" in decode(text.encode("cp1252"), "gb2312")


def test_xml_declaration_names_the_encoding() -> None:
    text = '<?xml version="1.0" encoding="gbk"?>' + ZH
    assert decode(text.encode("gbk")) == text


def test_controls_are_dropped() -> None:
    assert decode(b"a\0b\x01\x1fc\td\n") == "abc\td\n"


@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "gbk", "utf-16", "replacement"]))
def test_any_bytes_give_text(html: bytes, label: str | None) -> None:
    assert "\0" not in decode(html, label)


def test_a_label_of_iso_2022_jp_counts_where_its_shifts_are() -> None:
    """It is ASCII throughout, and so UTF-8 too."""
    body = JA.encode("iso2022_jp")
    assert decode(body, "iso-2022-jp") == JA
    assert decode(_meta("ISO-2022-JP").encode() + body) == _meta("ISO-2022-JP") + JA
    assert decode(b"plain", "iso-2022-jp") == "plain"


def test_comments_without_end_keep_nobody_waiting() -> None:
    started = time.process_time()
    assert decode(b"<!--" * 16_384 + b"\xff\xff\xff").endswith("ÿÿÿ")
    assert time.process_time() - started < 1
