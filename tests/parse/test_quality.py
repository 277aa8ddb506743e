"""How each field came, and what makes a story doubtful."""

from __future__ import annotations

import pytest

from monitor.errors import ParseError
from tests.parse.pages import BODY, PARAGRAPHS, page, parse

LONG = "".join(f"<p>{text} {text} {text}</p>" for text in PARAGRAPHS * 3)


def test_each_field_says_how_it_came() -> None:
    head = (
        '<meta property="og:title" content="Bridge opens after two years of work">'
        '<link rel="canonical" href="https://www.news.example/story">'
        '<meta property="article:published_time" content="2026-11-03T08:00:00+07:00">'
        '<meta name="author" content="Noy Sampleson"><meta name="keywords" content="bridge">'
        '<meta property="og:image" content="/b.jpg">'
    )
    above = "<p>Source: Xinhua | 2026-11-03 08:00</p>"
    article = parse(page(above=above, head=head))
    assert article.extracted_by == {
        "title": "h1",
        "canonical": "rel=canonical",
        "published": "meta, printed",
        "authors": "meta",
        "keywords": "meta",
        "image": "meta",
        "source": "label",
        "body": "text",
        "language": "declared",
    }
    assert (article.quality, article.doubts) == (
        0.8,
        (f"short: {len(''.join(PARAGRAPHS))} characters",),
    )


def test_days_that_disagree_are_a_doubt() -> None:
    head = '<meta property="article:published_time" content="2026-11-03T08:00:00+07:00">'
    article = parse(page(LONG, above="<p>Published: 2026-11-09</p>", head=head))
    assert article.extracted_by["published"] in {"label", "meta"}
    assert any("another date too: 2026-11-0" in doubt for doubt in article.doubts)


def test_a_part_of_the_text_is_a_doubt() -> None:
    box = "<div class=comments-none><p>" + "</p><p>".join(PARAGRAPHS * 4) + "</p></div>"
    other = box.replace("comments-none", "sidebar")
    article = parse(page(f"<div class=article-body>{BODY}</div>{other}"))
    shares = [doubt for doubt in article.doubts if "of the page's running text" in doubt]
    assert len(shares) <= 1
    assert article.quality < 1


def test_what_readers_wrote_is_no_part_that_was_left_out() -> None:
    said = "I was there and saw all of it, from the river up to the town, where they stood."
    said = "".join(f"<div class=c-item><p>No. {n}: {said}</p></div>" for n in range(20))
    article = parse(page(BODY + f"<section class=comments>{said}</section>"))
    assert not any("running text" in doubt for doubt in article.doubts)


def test_a_page_without_a_printed_headline() -> None:
    html = (
        page(LONG)
        .replace(b"<h1>Bridge opens after two years of work</h1>", b"")
        .replace(b"<head>", b"<head><title>Bridge opens after two years of work</title>")
    )
    article = parse(html)
    assert article.extracted_by["title"] == "title"
    assert "the headline is not printed above the text" in article.doubts


@pytest.mark.parametrize(
    ("html", "says"),
    [
        (b"{\\rtf1\\ansi Hello}", "RTF"),
        (b"%!PS-Adobe-3.0", "PostScript"),
        (b"\x00\x00\x00\x20ftypisom", "a video"),
        (b"\x00\x00\x00\x1cftypavif", "an image"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"></svg>', "SVG"),
        (b'callback({"title": "A story"})', "JSON"),
        (b'<?xml version="1.0"?><opml version="2.0">', "<opml>"),
    ],
)
def test_bytes_that_are_no_page(html: bytes, says: str) -> None:
    with pytest.raises(ParseError, match=says):
        parse(html)


def test_a_page_that_begins_with_a_picture_of_its_own_is_one() -> None:
    assert parse(page(above="<svg viewBox='0 0 1 1'><path d='M0 0'/></svg>")).body == PARAGRAPHS
