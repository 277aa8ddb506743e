"""Selectors that are likely to stay, and profiles made of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from lxml import etree

from monitor.errors import ParseError
from monitor.parse import Profile, parse_article, read_profile
from monitor.parse.proposal import to_yaml
from monitor.parse.selector import BOUNDS, select
from monitor.parse.shortest import is_kept, selector_for
from monitor.parse.suggest import suggest
from monitor.yamlfile import read_yaml
from tests.parse.pages import BODY, PARAGRAPHS, URL, page

PAGES = Path(__file__).parents[2] / "samples" / "pages"
STORIES = [path for path in PAGES.glob("*/story*.html") if "." not in path.stem]


@pytest.mark.parametrize(
    "name", ["news-title", "d2txtCon", "info2_l", "article__title", "td-story-body", "TRS_Editor"]
)
def test_names_that_people_give_are_kept(name: str) -> None:
    assert is_kept(name)


@pytest.mark.parametrize(
    "name",
    [
        *("post-12345", "css-1x2y3z", "sc-bdVaJa", "Title_head__3fK9a", "Text__bXyZa", "col-md-8"),
        *("clearfix", "active", "is-open", "first", "w100", "a", "md:flex", "", "2col", "ສີ"),
    ],
)
def test_names_that_machines_give_and_states_are_not(name: str) -> None:
    assert not is_kept(name)


@pytest.mark.parametrize(
    ("markup", "selector"),
    [
        ('<p id="x-date" class="d">X</p>', "#x-date"),
        ('<p class="col-8 date">X</p><p>Y</p>', "p.date"),
        ('<div class="date">Y</div><p class="date">X</p>', "p.date"),
        ('<p class="in b">Y</p><p class="in by">X</p><i class="by"></i>', "p.by"),
        ('<p class="aa">Y</p><p class="aa bb">X</p><p class="bb">Y</p>', "p.aa.bb"),
        ("<h1>X</h1>", "h1"),
        ('<h2 class="Head_main__3fK9a">X</h2>', 'h2[class*="Head_main__"]'),
        ('<p itemprop="dateline">X</p>', 'p[itemprop="dateline"]'),
        ('<p>Y</p><div class="head"><p>X</p></div>', "div.head p"),
        ('<div class="head"><p>X</p><p>Y</p></div>', "div.head p:first-child"),
        ('<div class="head"><p>Y</p><p>X</p></div>', "div.head p:last-child"),
        ("<div><p>Y</p><p>X</p></div>", None),
    ],
)
def test_the_shortest_selector_that_finds_one_element(markup: str, selector: str | None) -> None:
    root = etree.HTML(f"<html><body class='page'>{markup}</body></html>")
    element = next(each for each in root.iter() if each.text == "X")
    assert selector_for(root, element) == selector
    assert selector is None or select(root, selector) == [element]


@pytest.mark.parametrize("story", STORIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_is_proposed_reads_the_page_as_well(story: Path) -> None:
    url = json.loads(story.with_suffix(".json").read_bytes())["url"]
    html = story.read_bytes()
    try:
        generic = parse_article(html, url)
    except ParseError:
        with pytest.raises(ParseError):
            suggest(html, url)
        return
    proposal = suggest(html, url)
    article = parse_article(html, url, profile=proposal.profile)
    assert article == proposal.article
    assert set(article.body) >= set(generic.body)
    how = {"body", "quality", "doubts", "extracted_by"}  # it was read may differ
    assert article.model_dump(exclude=how) == generic.model_dump(exclude=how)
    text = to_yaml(proposal, url)
    assert read_profile(read_yaml(text, "x.yaml")) == proposal.profile
    selectors = [getattr(proposal.profile, key) for key in proposal.shows]
    assert not any(re.search(r"\d{2}|nth", selector) for selector in selectors)


@pytest.mark.parametrize(
    ("nameless", "share"),
    [(False, 0.9), (True, 0.75)],
    ids=["sites", "systems, some of which give nothing a class"],
)
def test_nearly_every_page_has_a_headline_and_a_body_that_can_be_named(
    nameless: bool, share: float
) -> None:
    named, read = 0, 0
    for story in STORIES:
        if story.parent.name.endswith(".example") != nameless:
            continue
        try:
            profile = suggest(story.read_bytes(), "https://news.example/a").profile
        except ParseError:
            continue
        read += 1
        named += bool(profile.title and profile.body)
    assert named >= share * read > 20


def test_a_body_in_two_parts() -> None:
    first, *rest = PARAGRAPHS
    more = "".join(f"<p>{text}</p>" for text in rest)
    other = "<p>Another story, which nobody wants to have in this one, but the page has.</p>"
    html = page(f'<p class="sapo">{first}</p><div class="text">{more}</div>').replace(
        b"</body>", f'<div class="related">{other}</div></body>'.encode()
    )
    assert suggest(html, URL).profile.body == "p.sapo, div.text"


def test_what_a_stranger_writes_stays_a_comment() -> None:
    title = "A bridge: opens\u2028next: evil # and 'more' \u202e &#10; drop: [x]"
    html = page(BODY, title=title.replace("opens", "<br>opens"))
    text = to_yaml(suggest(html, URL), f"{URL}?a=\nhosts: [evil.example]")
    document = read_yaml(text, "x.yaml")
    assert document.data.keys() == {"hosts", "title"}
    assert document.data["hosts"] == ["news.example"]


def test_a_page_too_large_for_selectors_is_refused() -> None:
    with pytest.raises(ParseError, match="too many elements"):
        suggest(page(BODY + "<i></i>" * BOUNDS[-1][0]), URL)


def test_fields_that_only_a_script_states_are_left_to_the_parser() -> None:
    data = {"@type": "NewsArticle", "headline": "Bridge opens", "datePublished": "2026-11-03"}
    head = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    proposal = suggest(page(f'<div class="text">{BODY}</div>', head=head), URL)
    assert proposal.profile == Profile(hosts=("news.example",), title="h1", body="div.text")
    assert "no selector tells" in proposal.left["published"]
