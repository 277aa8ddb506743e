"""What stands beside a story: boxes that say so, teasers, and other articles."""

from __future__ import annotations

import pytest

from monitor.errors import ParseError
from tests.parse.pages import BODY, LONG, LONG_BODY, MORE, PARAGRAPHS, page, parse

EXCERPT = "An excerpt of another story, which has nothing to do with any bridge at all."


def teaser(number: int, tag: str = "div") -> str:
    link = f'<a href="/{number}">Another headline, number {number}</a>'
    return f"<{tag} class='item-{number}'><h4>{link}</h4><p>{EXCERPT} ({number})</p></{tag}>"


@pytest.mark.parametrize("tag", ["div", "li", "td"])
def test_boxes_alike_with_a_linked_headline_and_an_excerpt_are_other_stories(tag: str) -> None:
    others = "".join(teaser(number, tag) for number in range(4))
    assert parse(page(f"{LONG_BODY}<div>{others}</div>")).body == LONG


@pytest.mark.parametrize("after", ["", f"<p>{MORE[0]}</p>"])
def test_headlines_that_a_line_break_parts_from_their_text_are_other_stories(after: str) -> None:
    others = "".join(
        f"<li><a href='/{number}'>Another headline, number {number}</a><br>{EXCERPT} {number}</li>"
        for number in range(4)
    )
    body = parse(page(f"{BODY}<ul>{others}</ul>{after}")).body
    assert body == (PARAGRAPHS + MORE[:1] if after else PARAGRAPHS)


def answered(*texts: str) -> str:
    return "".join(
        f"<div class=x><span>Reader {number}</span><div>{text}</div><a href=#>{button}</a></div>"
        for number, text in enumerate(texts)
        for button in [("Reply", "回复", "Trả lời")[number % 3]]
    )


def test_what_has_buttons_to_answer_is_what_readers_say() -> None:
    said = [f"{EXCERPT} I cannot believe it. ({number})" for number in range(5)]
    assert parse(page(f"{BODY}<div>{answered(*said)}</div>")).body == PARAGRAPHS


def test_what_is_answered_first_on_a_forum_is_the_story() -> None:
    said = [f"{EXCERPT} I cannot believe it. ({number})" for number in range(5)]
    assert parse(page(f"<div>{answered(' '.join(PARAGRAPHS), *said)}</div>")).body == (
        " ".join(PARAGRAPHS),
    )


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
    [
        "site-footer__inner",
        "fact-box",
        "onetrust-banner",
        "related_posts",
        "jp-relatedposts",
        "poll-box",
        "d-none",
    ],
)
def test_a_box_that_calls_itself_a_side_matter_is_one(names: str) -> None:
    assert parse(page(f"{BODY}<div class='{names}'><p>{EXCERPT}</p></div>")).body == PARAGRAPHS


@pytest.mark.parametrize(
    "names",
    [
        *("sidebar-grid", "paywall-content", "editor-p", "d-none d-md-block", "has-sidebar"),
        *("hidden-xs", "visible-desktop"),
    ],
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


@pytest.mark.parametrize(
    "span", ['class="link_hidden"', 'class="vh"', 'style="border: 0; clip: rect(0 0 0 0)"']
)
def test_what_a_link_says_to_screen_readers_is_left_out(span: str) -> None:
    link = f"<a href='/x'>river<span {span}>, opens in a new tab</span></a>"
    html = page(f"<p>{PARAGRAPHS[0].replace('river', link)}</p><p>{PARAGRAPHS[1]}</p>")
    assert parse(html).body == PARAGRAPHS[:2]


def test_articles_within_an_article_may_be_all_that_it_tells() -> None:
    pieces = "".join(f"<article class=paragraph><p>{text}</p></article>" for text in PARAGRAPHS)
    assert parse(page(f"<article>{pieces}</article>")).body == PARAGRAPHS
    others = "".join(f"<article><p>{EXCERPT} ({number})</p></article>" for number in range(3))
    assert parse(page(f"<article>{BODY}{others}</article>")).body == PARAGRAPHS


def test_a_nav_with_paragraphs_is_no_nav() -> None:
    """Somebody forgot to close it."""
    assert parse(page(f"<nav><a href='/'>Home</a>{BODY}")).body == PARAGRAPHS


DAY = "<p>3 November 2026</p>"
TEASERS = "".join(teaser(number) for number in range(8))
FLAT = "".join(
    f"<h3><a href='/{number}'>Another headline of others, number {number}</a></h3>"
    f"<p>{EXCERPT} ({number})</p>"
    for number in range(8)
)
CONSENT = (
    "<p>We and our partners set cookies on your device, and read what they say of you.</p>" * 2
)


@pytest.mark.parametrize("told", [1, 2, 3], ids="{} paragraphs".format)
@pytest.mark.parametrize(
    "beside",
    [
        f"<aside>{TEASERS}</aside>",
        f"<div class=sidebar><h4>Latest</h4>{TEASERS}</div>",
        f"<div class=col-md-4>{TEASERS}</div>",
        f"<div id=sidebar>{FLAT}</div>",
        f"<div>{FLAT}</div>",
        f"<h4>Latest</h4>{TEASERS}",
        f"<div class=cookie-consent>{CONSENT}</div>",
    ],
    ids=["aside", "class", "columns", "id", "flat", "same box", "dialog"],
)
def test_what_is_longer_than_a_short_story_stands_beside_it(beside: str, told: int) -> None:
    texts = tuple(f"{text} {EXCERPT}"[:130] + "." for text in PARAGRAPHS[:told])
    body = DAY + "".join(f"<p>{text}</p>" for text in texts)
    assert parse(page(body + beside)).body == texts


@pytest.mark.parametrize("names", ["modal-dialog", "x"])
def test_what_asks_for_consent_above_the_headline_is_left_out(names: str) -> None:
    html = page(f"{DAY}{BODY}").replace(b"<h1>", f"<div class={names}>{CONSENT}</div><h1>".encode())
    assert parse(html).body == PARAGRAPHS


@pytest.mark.parametrize("heading", ["h1", "h2"])
@pytest.mark.parametrize("day", [DAY, "<div><time datetime=2026-11-02>2 Nov</time></div>"])
def test_the_article_that_follows_with_a_date_of_its_own_is_another(heading: str, day: str) -> None:
    head = f"<{heading}>A ferry that nobody needs any more is for sale</{heading}>{day}"
    after = f"</div></article><article><div>{head}<p>{MORE[0]}</p><p>{MORE[1]}</p>"
    html = page(BODY + after, above=DAY, head="<title>Bridge opens after two years of work</title>")
    assert parse(html.replace(b"<h1>", b"<article><h1>", 1)).body == PARAGRAPHS


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("Live: the bridge opens after two years of work", DAY),
        ("The bridge opens after two years", "<time datetime=2026-11-03T09:30>09:30</time>"),
    ],
)
def test_the_entries_of_a_day_are_parts_of_the_story(title: str, day: str) -> None:
    after = f"</div></article><article><div><h2>The ferry</h2>{day}<p>{MORE[0]}</p><p>{MORE[1]}</p>"
    html = page(BODY + after, title=title).replace(b"<h1>", b"<article><h1>", 1)
    assert MORE[0] in parse(html).body


def test_an_article_without_a_date_is_a_part_of_the_story() -> None:
    after = f"</div></article><article><div><h2>The ferry</h2><p>{MORE[0]}</p><p>{MORE[1]}</p>"
    html = page(BODY + after, above=DAY).replace(b"<h1>", b"<article><h1>", 1)
    assert MORE[0] in parse(html).body


def test_a_story_in_a_box_with_the_name_of_a_side_matter_stays_one() -> None:
    standfirst = f"<p>{EXCERPT}</p>"
    body = parse(page(f"<div class=share-container>{LONG_BODY}</div>", above=standfirst)).body
    assert set(LONG) <= set(body)


@pytest.mark.parametrize("title", ["Laos", "Trade", "The valley", "News of the valley"])
@pytest.mark.parametrize("about", ["", EXCERPT], ids=["bare", "described"])
@pytest.mark.parametrize("link", ["<a href=/{i}>{head}</a>", "<a href=/{i}>{head}</a> 1{i} May"])
def test_a_list_of_stories_that_name_its_topic(title: str, about: str, link: str) -> None:
    head = f"What the ministry says of it in part {{i}}: {title} is in good hands"
    item = (
        f"<div><h2>{link.format(i='{i}', head=head)}</h2><p>Part {{i}}. {PARAGRAPHS[0]}</p></div>"
    )
    html = page(about + "".join(item.format(i=i) for i in range(6)), title=title)
    with pytest.raises(ParseError, match="a list of stories"):
        parse(html, "https://www.news.example/laos/")


def test_a_story_whose_headline_is_a_link_to_itself_is_no_list() -> None:
    title = "A bridge opens after two years of work on it"
    others = "".join(f"<h3><a href=/{i}>{text[:70]}</a></h3>" for i, text in enumerate(PARAGRAPHS))
    body = others.join(f"<p>{text}</p>" for text in PARAGRAPHS[:2])
    assert parse(page(f"<h2><a href=/x>{title}</a></h2>{body}", title=title)).body
