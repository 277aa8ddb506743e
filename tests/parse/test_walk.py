"""The walk over a page as the parser tells it: pieces, what waits, what is skipped."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.parse import Profile
from monitor.parse.markup import read_markup
from monitor.parse.page import SEAM, Page
from monitor.parse.walk import read_page
from tests.parse.pages import BODY, PARAGRAPHS, page, parse


def walked(html: str, profile: Profile | None = None) -> Page:
    return read_page(read_markup(html.encode()), profile)


def texts(found: Page) -> list[str]:
    return [block.raw for block in found.blocks]


# --- texts ---------------------------------------------------------------------------------------


def test_a_text_that_entities_part_is_one() -> None:
    found = walked("<p>A&amp;B &lt;c&gt; &#20013;&nbsp;d<a href=/x>e&amp;f</a> <b>g&amp;h</b></p>")
    assert texts(found) == [f"A&B <c> 中 d{SEAM}e&f g&h"]
    assert found.blocks[0].links == len("e&f")
    assert walked("<p><b>a &amp; b</b></p>").blocks[0].strong


def test_a_text_is_one_whatever_ends_its_lines() -> None:
    for end in ("\n", "\r\n", "\r"):
        found = walked(f"<p>one{end}two <time datetime=2026-11-03>three</time></p>")
        assert texts(found) == [f"one two {SEAM}three".replace(f" {SEAM}", " ")]
        assert found.times == [("2026-11-03", 0, "one\ntwo ")]
        assert len(walked(f"<pre>one{end}{end}two</pre>").blocks) == 2


def test_a_text_longer_than_what_the_parser_is_given_at_once() -> None:
    text = "中" * 30_000 + "&amp;" + "x" * 40_000
    assert texts(walked(f"<p>{text}<p>end")) == [text.replace("&amp;", "&"), "end"]


def test_comments_part_no_text() -> None:
    assert texts(walked("<p>one<!-- x -->two<?php echo ?></p>")) == ["onetwo"]


# --- what is not read, or not yet ----------------------------------------------------------------

LINKS = (
    "<a href=/a rel=author>Noy</a><img><input type=password><meta name=x content=y>"
    "<span itemprop=headline>Other</span><script type=application/ld+json>{}</script>"
)


@pytest.mark.parametrize("aside", ["nav", "aside"])
def test_an_aside_without_a_paragraph_says_nothing(aside: str) -> None:
    found = walked(f"one<{aside}><ul><li>{LINKS}</ul></{aside}>two")
    assert texts(found) == ["onetwo"]
    assert (found.authors, found.pictures, found.passwords, found.json_ld) == ([], [], 0, [])
    assert (dict(found.props), dict(found.metas)) == ({}, {})
    assert "ul" not in {box.tag for box in found.boxes}


@pytest.mark.parametrize("tag", ["p", "h1", "dd", "time"])
def test_an_aside_with_a_paragraph_is_read_as_it_stands(tag: str) -> None:
    found = walked(f"<nav>first<ul><li>{LINKS}</ul><{tag}>x &amp; y</{tag}>last</nav>behind")
    assert " ".join(texts(found)).replace(SEAM, "") in {
        "first NoyOther x & y last behind",
        "first NoyOther x & ylast behind",
    }
    assert (found.authors, found.passwords, found.json_ld) == (["Noy"], 1, ["{}"])
    assert (found.props["headline"], found.metas["x"]) == (["Other"], ["y"])
    assert {"nav", "ul", "li"} <= {box.tag for box in found.boxes}


def test_asides_in_asides() -> None:
    assert texts(walked("<nav>a<aside>b</aside>c<p>d</p></nav>")) == ["ac", "d"]
    assert texts(walked("<nav>a<aside>b<p>c</p></aside>d</nav>")) == ["a", "b", "c", "d"]
    assert texts(walked("<nav>a<aside><p>b</p></aside><nav>c</nav>d</nav>e")) == [
        "a",
        "b",
        "d",
        "e",
    ]
    assert texts(walked("<nav>a<aside>b</aside>c</nav>d")) == ["d"]
    assert texts(walked("<nav>a<svg><p>b</p></svg>c</nav>d")) == ["ac", "d"]


def test_an_aside_that_is_not_closed() -> None:
    assert texts(walked("a<nav>b<a href=/x>c")) == ["a"]
    assert texts(walked("a<nav>b<a href=/x>c<p>d")) == ["a", f"b{SEAM}c", "d"]


def test_a_title_and_that_of_a_drawing() -> None:
    found = walked("<svg><title>Icon</title></svg>a<title>One &amp; <b>two</title><title>3</title>")
    assert found.head_title == "One & <b>two"
    assert texts(found) == ["a"]


def test_data_is_taken_where_it_is_read_and_other_scripts_are_not() -> None:
    data = "<script type='Application/LD+JSON'>{&quot;</script>"
    found = walked(f"{data}<script>1 < 2</script><noscript>{data}</noscript><nav>{data}</nav>")
    assert found.json_ld == ["{&quot;"]


def test_what_is_unseen_in_a_link() -> None:
    unseen = "<span class=sr-only>opens <i>elsewhere</i></span>"
    assert texts(walked(f"<p><a href=/x>one{unseen} two</a>")) == ["one two"]


# --- what a small element says -------------------------------------------------------------------


def test_what_an_element_says_with_tags_in_it() -> None:
    html = "<p>By <span class=author>Noy <b>S&amp;</b><script>x</script> <i>Sample</i></span>, two"
    found = walked(html)
    assert found.named == [("author", "Noy S& x Sample", 0, "By ")]
    assert texts(found) == [f"By Noy S& {SEAM}Sample, two".replace(f" {SEAM}", " ")]


def test_what_elements_in_elements_say_stands_in_their_order() -> None:
    html = "<div itemprop='author name'>A <a rel=author itemprop=name href=/author/b>B</a> c</div>"
    found = walked(html)
    assert found.props == {"author": ["A B c"], "name": ["A B c", "B"]}
    assert (found.authors, found.named) == (["B"], [("author", "B", 0, "A ")])


def test_what_an_element_says_is_bounded() -> None:
    found = walked("<span class=author>" + "<b>a</b>" * 40 + "</span>")
    assert found.named[0][1] == " ".join("a" * 12)  # 24 tags, the first of them its own
    assert len(walked(f"<span class=author>{'a' * 9_000}</span>").named[0][1]) == 300
    assert walked("<span itemprop=author class=author>").named[0][1] == ""


def test_what_is_said_across_asides() -> None:
    html = "<div itemprop=author>a<nav>b<i itemprop=name>c</i>{}</nav>d</div>"
    found = walked(html.format(""))
    assert found.props == {"author": ["a b c d"]}
    found = walked(html.format("<p>e</p>f"))
    assert found.props == {"author": ["a b c e f d"], "name": ["c"]}
    found = walked("<nav><b itemprop=name>a<aside>b</aside>c</b><p>d</p></nav>")
    assert found.props == {"name": ["a b c"]}


def test_what_attributes_say_goes_first() -> None:
    html = (
        "<abbr class=published title=2026-11-03>Mon</abbr><time itemprop=datePublished datetime=1>x"
    )
    found = walked(html)
    assert [said for _, said, *_ in found.named] == ["2026-11-03"]
    assert found.props == {"datePublished": ["1"]}


def test_pictures_that_are_buttons() -> None:
    html = "<a href=/x><img></a><a href=/x.jpg><img></a><a href=/x><i></i><img><b><img></b></a>"
    found = walked(html)
    assert (len(found.pictures), len(found.buttons)) == (4, 2)


# --- broken markup -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("<b>a<p>b</b>c</i></p>d", [("a", "div", 0), ("bc", "p", 0), ("d", "div", 0)]),
        ("<p>a<p>b<div>c</p>d</div>", [("a", "p", 0), ("b", "p", 0), ("cd", "div", 0)]),
        ("<a href=/x><div>a</a>b</div><a name=y>c", [("ab", "div", 2), ("c", "div", 0)]),
        ("<a href=/x>a<a href=/y>b</a>c</a>d", [(f"a{SEAM}bcd", "div", 2)]),
        ("<li>a<li>b<ul><li>c</ul>d</ul>", [(each, "li", 0) for each in "abcd"]),
        (
            "<table>a<tr><td>b<td>c</table>d",
            [("a", "div", 0), ("b", "cell", 0), ("c", "cell", 0), ("d", "div", 0)],
        ),
    ],
)
def test_malformed_nesting(html: str, blocks: list[tuple[str, str, int]]) -> None:
    assert [(block.raw, block.kind, block.links) for block in walked(html).blocks] == blocks


def test_what_stands_behind_the_end_of_the_page_is_read() -> None:
    found = walked('<html lang="lo"><p>a</p></body></html><p>b</p>\n<html lang=en>c')
    assert (texts(found), found.lang) == (["a", "b", "c"], "lo")


def test_the_language_is_that_of_the_first_root() -> None:
    assert walked("<html><p>a</p></html><html lang=zh><p>b").lang == ""


def test_what_stands_deeper_than_libxml2_goes_is_left_out() -> None:
    found = walked("<p>a</p>" + "<font>b" * 3_000 + "c" + "</font>" * 3_000 + "<p>d</p>")
    assert texts(found)[0] == "a"
    assert texts(found)[1].count("b") == 2_046  # html and body are around them
    assert len(texts(found)) == 2


@pytest.mark.parametrize(
    ("html", "what"),
    [("<b>" * 50_000, "50,0.. tags"), ("&lt" * 600_000, "600,000 entities")],
)
def test_what_no_story_has(html: str, what: str) -> None:
    with pytest.raises(ParseError, match=what):
        parse(page(BODY + html))


# --- a tree tells the same -----------------------------------------------------------------------

PIECES = [
    *("a ", "b&amp;", "\n", "<!-- x -->", "<p>", "</p>", "<div class=share>", "</div>", "<br>"),
    *("<nav>", "</nav>", "<aside>", "</aside>", "<time datetime=2026-11-03>", "</time>", "<pre>"),
    *("<span class=author>", "<span class=sr-only>", "</span>", "<a rel=author href=/x>", "</a>"),
    *(
        "<svg>",
        "</svg>",
        "<title>",
        "</title>",
        "<script type=ld+json>",
        "</script>",
        "<b>",
        "</b>",
    ),
    *("<div itemprop=name>", "<td>", "<h1>", "</h1>", "<li>", "<img>", "<noscript>", "</noscript>"),
]


def _told(found: Page) -> dict[str, Any]:
    boxes = [[getattr(box, name) for name in box.__slots__] for box in found.boxes]
    names = (name for name in Page.__slots__ if name not in {"picked", "boxes"})
    return {"boxes": boxes} | {name: getattr(found, name) for name in names}


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_a_tree_tells_what_the_parser_tells(pieces: list[str]) -> None:
    html = "<p>x" + "".join(pieces)
    assert _told(walked(html)) == _told(walked(html, Profile(hosts=("news.example",))))


def test_an_inline_element_that_is_picked_is_a_box_unless_it_is_unseen() -> None:
    unseen = "<span class=sr-only>Skip this</span>"
    lines = "".join(f"<span>{text}</span>" for text in PARAGRAPHS)
    found = walked(f"<p>a{unseen}{lines}", Profile(hosts=("news.example",), body="span"))
    assert texts(found) == ["a", *PARAGRAPHS]
    picked = [found.boxes[block.box] for block in found.blocks[1:]]
    assert all(box.story and box.tag == "span" for box in picked)
