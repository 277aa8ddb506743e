"""The lead: what stands between the headline and the first paragraph."""

from __future__ import annotations

import pytest

from tests.parse.pages import LONG, LONG_BODY, PARAGRAPHS, page, parse

LEAD = "Two years after work began, traffic crosses the river on a bridge of its own."


def described(text: str) -> str:
    return f'<meta property="og:description" content="{text}">'


@pytest.mark.parametrize(
    "above",
    [
        f"<p class='standfirst'>{LEAD}</p>",
        f"<h2>{LEAD}</h2>",
        f"<header><div>{LEAD}</div></header>",
        f"<ul><li>{LEAD}</li></ul>",
    ],
)
def test_a_sentence_below_the_headline_belongs_to_the_story(above: str) -> None:
    assert parse(page(above=above)).body == (LEAD, *PARAGRAPHS)


def test_what_the_metadata_says_of_the_story_needs_no_full_stop() -> None:
    lead = "Traffic crosses the river on a bridge of its own"
    assert parse(page(above=f"<h2>{lead}</h2>")).body == PARAGRAPHS
    assert parse(page(above=f"<h2>{lead}</h2>", head=described(lead))).body[0] == lead


@pytest.mark.parametrize(
    "above",
    [
        "<p>By Somsack Keo</p>",
        f"<aside><p>{LEAD}</p></aside>",
        f"<figure><figcaption>{LEAD}</figcaption></figure>",
        f"<div class='photo'><p>{LEAD}</p></div>",
        f"<p><a href='/other'>{LEAD}</a></p>",
        "<p>Sign up for our newsletter and never miss a story from the river again.</p>",
    ],
)
def test_what_is_no_sentence_of_the_story_is_left_out(above: str) -> None:
    assert parse(page(above=above)).body == PARAGRAPHS


def test_a_lead_that_is_printed_twice_is_read_once() -> None:
    above = f"<p class='dek'>{LEAD}</p><p class='abstract'>{LEAD}</p>"
    assert parse(page(above=above)).body == (LEAD, *PARAGRAPHS)


def test_a_button_in_the_place_of_a_headline_is_not_where_the_story_begins() -> None:
    headline = "Bridge opens after two years of work"
    above = f"<h2>{headline}</h2><div>{LEAD}</div>"
    above = f"<header>{above}<div class='sub-title'>Share now</div></header>"
    html = page(LONG_BODY, above=above, head=f"<title>{headline}</title>").replace(
        f"<h1>{headline}</h1>".encode(), b"<nav><h1>Bridges</h1></nav>"
    )
    assert parse(html).body == (LEAD, *LONG)


LINE = "Ferrymen of both banks ask what is to become of their boats"


@pytest.mark.parametrize(
    "above",
    [
        f"<p class=article-subtitle>{LINE}</p>",
        f"<div class='story__standfirst'>{LINE}</div>",
        f"<p>4 November 2026</p><p class=excerpt>{LINE}</p>",
        f"<h2>{LINE}, and of theirs</h2>",
    ],
)
def test_a_lead_without_a_full_stop_is_called_or_placed_as_one(above: str) -> None:
    assert parse(page(above=above)).body[0].startswith(LINE)


@pytest.mark.parametrize(
    "above",
    [
        f"<p>{LINE}</p>",
        "<p class=subtitle>Noy Sisouk, Li Wei, Somsack Keo and Kham Vongsa</p>",
        f"<p>Noy Sisouk</p><h2>{LINE}, and of theirs</h2>",
    ],
)
def test_other_lines_without_a_full_stop_are_none(above: str) -> None:
    assert parse(page(above=above)).body == PARAGRAPHS
