"""What stands beside a story: boxes that say so, teasers, and other articles."""

from __future__ import annotations

import pytest

from tests.parse.pages import BODY, LONG, LONG_BODY, PARAGRAPHS, page, parse

EXCERPT = "An excerpt of another story, which has nothing to do with any bridge at all."


def teaser(number: int, tag: str = "div") -> str:
    link = f'<a href="/{number}">Another headline, number {number}</a>'
    return f"<{tag} class='item-{number}'><h4>{link}</h4><p>{EXCERPT} ({number})</p></{tag}>"


@pytest.mark.parametrize("tag", ["div", "li", "td"])
def test_boxes_alike_with_a_linked_headline_and_an_excerpt_are_other_stories(tag: str) -> None:
    others = "".join(teaser(number, tag) for number in range(4))
    assert parse(page(f"{LONG_BODY}<div>{others}</div>")).body == LONG


def test_two_boxes_alike_may_be_parts_of_the_story() -> None:
    parts = "".join(f"<div class='part'><p>{text} {EXCERPT}</p></div>" for text in PARAGRAPHS[:2])
    assert len(parse(page(parts)).body) == 2


def test_articles_within_the_article_are_other_stories() -> None:
    others = "".join(f"<article><p>{EXCERPT} Once more: {n}.</p></article>" for n in range(3))
    html = page(f"</div><div>{others}</div></article><div>").replace(b"<h1>", b"<article><h1>", 1)
    html = html.replace(b"</h1><div>", b"</h1><div>" + BODY.encode(), 1)
    assert parse(html).body == PARAGRAPHS


@pytest.mark.parametrize(
    "names",
    ["site-footer__inner", "fact-box", "onetrust-banner", "related_posts", "poll-box", "d-none"],
)
def test_a_box_that_calls_itself_a_side_matter_is_one(names: str) -> None:
    assert parse(page(f"{BODY}<div class='{names}'><p>{EXCERPT}</p></div>")).body == PARAGRAPHS


@pytest.mark.parametrize(
    "names", ["sidebar-grid", "paywall-content", "editor-p", "d-none d-md-block", "has-sidebar"]
)
def test_names_that_only_sound_like_it_are_none(names: str) -> None:
    html = page(f"{BODY}<p class='{names}'>{EXCERPT}</p>")
    assert parse(html).body == (*PARAGRAPHS, EXCERPT)


@pytest.mark.parametrize(
    "span", ['class="tooltip"', 'class="sr-only"', 'style="display: none"', 'class="x-rollover"']
)
def test_what_readers_do_not_see_in_a_sentence_is_left_out(span: str) -> None:
    text = PARAGRAPHS[0].replace("river ", f"river<span {span}>River Mekong, 4,350 km</span> ")
    html = page(f"<p>{text}</p>" + "".join(f"<p>{other}</p>" for other in PARAGRAPHS[1:]))
    assert parse(html).body == PARAGRAPHS


def test_a_nav_with_paragraphs_is_no_nav() -> None:
    """Somebody forgot to close it."""
    assert parse(page(f"<nav><a href='/'>Home</a>{BODY}")).body == PARAGRAPHS
