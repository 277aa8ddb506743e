"""Text from strangers on a line, in a header, in a database."""

from __future__ import annotations

import json
import unicodedata
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import escaped, flat, header, one_line, storable

anything = st.text(st.characters()) | st.text(st.sampled_from("\x00\r\n\u202e\u2028\ud800=?a ລ"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("  a \t b\r\n c  ", "a b c"),
        ("a\x00b\x1b[31mc\x7f", "a b [31mc"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("\u202eevil\u202c \u2066x\u2069 \u200e\u200f\u061c", "evil x"),
        ("\ufeffa\ud800b", "a b"),
        ("ລົດ\u200bໄຟ 中 \U0001f468\u200d\U0001f469", "ລົດ\u200bໄຟ 中 \U0001f468\u200d\U0001f469"),
    ],
)
def test_on_one_line(text: str, line: str) -> None:
    assert one_line(text) == line


@pytest.mark.parametrize(
    ("text", "limit", "line"),
    [("abcdef", 6, "abcdef"), ("abcdefg", 6, "abcde…"), ("abc defg", 5, "abc…"), ("a", 1, "a")],
)
def test_a_long_line_is_cut(text: str, limit: int, line: str) -> None:
    assert one_line(text, limit) == line


@given(anything, st.integers(1, 50))
def test_a_line_is_one_line_within_its_limit(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
    assert all(unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp") for c in line)
    assert one_line(line, limit) == line


@given(anything)
def test_flat_text_keeps_its_offsets(text: str) -> None:
    kept = flat(text)
    assert len(kept) == len(text)
    assert all(b in (a, " ") for a, b in zip(text, kept, strict=True))
    assert one_line(kept) == one_line(text)


@given(anything)
def test_storable_text_can_be_stored_and_keeps_its_offsets(text: str) -> None:
    kept = storable(text)
    kept.encode("utf-8")
    assert "\x00" not in kept
    assert len(kept) == len(text)
    assert all(b in (a, "\ufffd") for a, b in zip(text, kept, strict=True))


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("A plain title", "A plain title"),
        ("two\r\nBcc: evil@x.example", "two Bcc: evil@x.example"),
        ("=?utf-8?q?x=0ABcc:_evil=40x=0A?=", "= ?utf-8?q?x=0ABcc:_evil=40x=0A?="),
        ("=\x00?utf-8?b?QmNj?=", "= ?utf-8?b?QmNj?="),
        ("=" * 3 + "?" * 3, "=== ???"),
    ],
)
def test_a_header_s_value(title: str, value: str) -> None:
    assert header(title) == value


@given(anything | st.text(st.sampled_from("=?_qbuQtf8-\n\r :0A")))
def test_no_text_becomes_a_header_of_its_own(text: str) -> None:
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = value = header(text)
    assert mail.keys() == ["Subject"]
    assert value == str(mail["Subject"])
    assert all(
        line.startswith((b"Subject:", b" ")) for line in mail.as_bytes().splitlines() if line
    )


def test_a_header_is_cut() -> None:
    assert len(header("long " * 2_000)) <= 200


def test_escaped_text_reads_as_the_same_json() -> None:
    text = json.dumps("a\x9b31mb\u202ec ລາວ", ensure_ascii=False)
    assert "\x9b" not in escaped(text)
    assert "\u202e" not in escaped(text)
    assert json.loads(escaped(text)) == json.loads(text)
