"""Pages made to keep a pattern busy: each is read at once, where a quadratic search takes hours."""

from __future__ import annotations

import re
import time

import pytest

from monitor.parse import (
    bylines,
    dateline,
    labels,
    names,
    nostorytold,
    parse_article,
    phrases,
    signature,
    storykind,
    storywords,
)
from monitor.parse.nostorywords import KINDS

PARAGRAPH = "<p>Laos and China opened the line, and a word, or two, was said by many that day.</p>"
TITLE = "A headline of the story"
N = 300_000


def page(body: str, head: str = "") -> bytes:
    start = f"<html><head><title>{TITLE}</title>{head}</head><body><h1>{TITLE}</h1>"
    return f"{start}{PARAGRAPH * 3}{body}</body></html>".encode()


@pytest.mark.parametrize(
    "html",
    [
        page(f"<p>Word, word, word {'. ' * N} x</p>"),
        page(f"<p>{'*' * N}word, more words to be a paragraph, in length it is enough.</p>"),
        page("", f'<script type="application/ld+json">{";" * N}x</script>'),
        page("", f'<script type="application/ld+json">{{"a":{" " * N}1}}</script>'),
        page("", f'<meta name="author" content="a{" " * N}b">'),
        page(
            f"<p>Words, and words, e{chr(0x327) + chr(0x301)}{(chr(0x327) + chr(0x301)) * N}.</p>"
        ),
        page('<div itemprop="author headline">' * 20_000 + "x"),
    ],
    ids=["stops", "stars", "semicolons", "blanks in JSON", "blanks in a name", "marks", "props"],
)
def test_no_page_keeps_a_pattern_busy(html: bytes) -> None:
    assert parse_article(html, "https://news.example/2026/11/20/a").title == TITLE


PATTERNS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": pattern
    for module in (
        bylines,
        dateline,
        labels,
        names,
        nostorytold,
        phrases,
        signature,
        storykind,
        storywords,
    )
    for name, pattern in vars(module).items()
    if isinstance(pattern, re.Pattern)
} | {
    f"{words.name[:16]}.{name}": pattern
    for words in KINDS
    for name in ("title", "saying", "password")
    if (pattern := getattr(words, name))
}
PIECES = [
    *(" ", ".", "#", "#a", "@", "a@b", "(", "（", "摄", "1", ":", "：", "-", "*", "|", "a", "a "),
    *("By A", "By A, ", "09:30 ", "2026-", "2026年1月", "记者 ", "来源", "Source: ", "ຂ່າວ", "ໂດຍ "),
    *("Updated ", "http://", "[a ", "share ", "more from ", "a contributed ", "图", "\u200b", "é"),
    *(
        "log in or ",
        "page you ",
        "not found ",
        "登录后",
        "安全验证",
        "ບໍ່ພົບຂ່າວ",
        "ไม่พบข่าว",
        "đăng nhập ",
    ),
]


@pytest.mark.parametrize("name", PATTERNS)
def test_no_line_keeps_a_pattern_busy(name: str) -> None:
    """Lines are at most some hundred characters long: enough for what is exponential."""
    start = time.process_time()
    for piece in PIECES:
        for other in ("", "!", "x", " #"):
            line = (piece * 320)[:320] + other
            PATTERNS[name].search(line)
            PATTERNS[name].match(other + line)
    assert time.process_time() - start < 10
