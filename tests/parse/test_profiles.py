"""What a site's profile finds goes before what the parser finds by itself, and never harms it."""

from __future__ import annotations

import datetime as dt
import json
import time
from contextlib import suppress
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from monitor.errors import ParseError
from monitor.models import Article
from monitor.parse import Profile, parse_article
from monitor.parse.selector import BOUNDS, is_bounded, select
from tests.parse.pages import BODY, PARAGRAPHS, URL, page

TITLE = "Bridge opens after two years of work"
HOSTS = ("news.example",)


def parse(html: bytes, **keys: Any) -> Article:
    return parse_article(html, URL, profile=Profile(hosts=HOSTS, **keys))


def generic(html: bytes) -> Article:
    return parse_article(html, URL)


# --- fields ------------------------------------------------------------------------------------


def test_each_field_is_taken_from_where_the_profile_says() -> None:
    printed = {
        "title": "Bridge opens<br>at last",
        "published": "3 Nov 2026 08:00",
        "updated": "Last seen 4 Nov 2026 09:30",
        "source": "新华社",
        "author": "By Li Wei and Noy S.",
        "section": "Mekong",
    }
    html = page(above="".join(f'<p id="{name}">{text}</p>' for name, text in printed.items()))
    article = parse(html, timezone="Asia/Vientiane", **{name: f"#{name}" for name in printed})
    zone = dt.timezone(dt.timedelta(hours=7))
    assert article.title == "Bridge opens at last"
    assert article.published == dt.datetime(2026, 11, 3, 8, tzinfo=zone)
    assert article.updated == dt.datetime(2026, 11, 4, 9, 30, tzinfo=zone)
    assert article.authors == ("Li Wei", "Noy S.")
    assert (article.source, article.section) == ("新华社", "Mekong")
    assert article.body[-3:] == PARAGRAPHS


@pytest.mark.parametrize(
    ("printed", "source"),
    [
        ("Source: Xinhua Updated: 2026-11-03", "Xinhua"),
        ("来源：人民网", "人民网"),
        ("ຂປລ", "ຂປລ"),
        ("KPL | 3 Nov 2026", "KPL"),
        ("Updated: 2026-11-03", None),
        ("A line that runs on for much longer than the name of any agency ever has done.", None),
        ("", None),
    ],
)
def test_a_source_may_have_a_label_or_none(printed: str, source: str | None) -> None:
    article = parse(page(above=f'<div id="x">{printed}</div>'), source="#x")
    assert article.source == source


def test_a_meta_and_a_time_say_what_their_attributes_say() -> None:
    head = '<meta name="day" content="2026-11-03"><meta name="none">'
    above = '<time datetime="2026-11-04T10:00:00+07:00">yesterday</time><time>5 Nov 2026</time>'
    article = parse(page(head=head, above=above), published="[name=none], [name=day]")
    assert article.published == dt.date(2026, 11, 3)
    article = parse(page(head=head, above=above), updated="time:first-of-type")
    assert isinstance(article.updated, dt.datetime)
    assert article.updated.hour == 10
    assert parse(page(above="<time>5 Nov 2026</time>"), updated="time").updated == dt.date(
        2026, 11, 5
    )


@pytest.mark.parametrize(
    "keys",
    [
        {"title": ".nosuch"},
        {"title": ".long"},
        {"title": ".signs"},
        {"body": ".nosuch"},
        {"body": ".signs"},
        {"body": ".menu"},
        {"published": ".menu"},
        {"updated": ".long"},
        {"source": ".long"},
        {"author": ".signs"},
        {"section": ".long"},
        {"drop": [".nosuch"]},
    ],
)
def test_what_is_not_plausible_leaves_the_generic_result(keys: dict[str, Any]) -> None:
    above = (
        f'<div class="long">{"many words " * 60}</div><p class="signs">*** --- ***</p>'
        '<ul class="menu"><li>Home<li>World</ul><p>Source: KPL 2026-11-03</p>'
    )
    html = page(above=above, head='<meta name="section" content="World">')
    assert parse(html, **keys) == generic(html)


def test_without_selectors_nothing_changes() -> None:
    assert parse(page()) == generic(page())


def test_a_day_is_completed_by_a_time_found_elsewhere() -> None:
    head = '<meta name="pubdate" content="2026-11-03T08:00:00+07:00">'
    article = parse(page(head=head, above='<p class="d">3/11/2026</p>'), published=".d")
    assert isinstance(article.published, dt.datetime)


@pytest.mark.parametrize(("order", "month"), [("dmy", 11), ("mdy", 3)])
def test_the_order_of_day_and_month(order: str, month: int) -> None:
    article = parse(page(above='<p class="d">3/11/2026</p>'), published=".d", dates=order)
    assert article.published is not None
    assert article.published.month == month


def test_a_day_beyond_twelve_tells_by_itself() -> None:
    for order in ("dmy", "mdy"):
        for printed in ("25/11/2026", "11/25/2026", "2026-11-25"):
            article = parse(page(above=f'<p class="d">{printed}</p>'), published=".d", dates=order)
            assert article.published == dt.date(2026, 11, 25)


@pytest.mark.parametrize(("zone", "hours"), [(None, 7), ("Asia/Shanghai", 8)])
def test_the_profile_s_zone_goes_before_the_source_s(zone: str | None, hours: int) -> None:
    html, profile = page(above="<p>2026-11-03 09:30</p>"), Profile(hosts=HOSTS, timezone=zone)
    published = parse_article(html, URL, timezone="Asia/Vientiane", profile=profile).published
    assert isinstance(published, dt.datetime)
    assert published.utcoffset() == dt.timedelta(hours=hours)


# --- body --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "markup",
    [
        '<div class="sidebar related x">{}</div>',
        '<aside><div class="x">{}</div></aside>',
        '<div style="display:none"><div class="x">{}</div></div>',
        '<span class="x">{}</span>',
    ],
)
def test_what_the_profile_selects_is_the_story_whatever_it_is_called(markup: str) -> None:
    other = "<p>Another story that is long enough to be taken for the one that is meant.</p>" * 9
    html = page(f"<article class='article-body'>{other}</article>{markup.format(BODY)}")
    assert parse(html, body=".x").body == PARAGRAPHS


def test_a_body_may_be_paragraphs_or_several_parts() -> None:
    html = page(
        f'<p class="lead">{PARAGRAPHS[0]}</p><div class="rest"><p>{PARAGRAPHS[1]}</p></div>'
    )
    assert parse(html, body=".lead, .rest").body == PARAGRAPHS[:2]
    assert parse(html, body=".rest p").body == PARAGRAPHS[1:2]


def test_a_body_without_paragraphs_is_cut_at_its_line_breaks() -> None:
    html = page(f'<span id="x">{"<br><br>".join(PARAGRAPHS)}</span>tail of the page')
    assert parse(html, body="#x").body == PARAGRAPHS


def test_headline_captions_and_side_matters_within_the_body_stay_out() -> None:
    inside = (
        f"<p>{TITLE}</p><figure><figcaption>A caption.</figcaption></figure>{BODY}"
        '<div class="related"><p>Another story, told at some length elsewhere.</p></div>'
    )
    assert parse(page(f'<div id="x">{inside}</div>'), body="#x").body == PARAGRAPHS


def test_what_is_dropped_is_gone_and_the_text_behind_it_is_not() -> None:
    first, *rest = PARAGRAPHS
    start, end = first[:40], first[40:]
    body = f"<p>{start}<span class='ad'>Subscribe to us today.</span>{end}</p>"
    body += "<p class='ad'>Read also: a story that we like to sell to you.</p>"
    body += "".join(f"<p>{text}</p>" for text in rest)
    assert parse(page(body), drop=[".ad"]).body == PARAGRAPHS


def test_scripts_are_no_text() -> None:
    above = '<h2 class="t">Bridge <script>var x = "opens"</script><i>opens</i></h2>'
    assert parse(page(above=above), title=".t").title == "Bridge opens"
    assert parse(page(head="<script>x</script>"), title="script").title == TITLE


# --- data in scripts ---------------------------------------------------------------------------


def data(value: Any, name: str = "d") -> str:
    return f'<script id="{name}" type="application/json">{json.dumps(value)}</script>'


STORY = {
    "story": {
        "head": "Bridge opens at last",
        "text": [[[PARAGRAPHS[0][:30], None], [None, [PARAGRAPHS[0][30:]]]], PARAGRAPHS[1]],
        "seconds": 1_793_664_000,
        "ms": 1_793_664_000_000,
        "names": ["Li Wei", "Noy S."],
    }
}
FIELDS = {"script": "#d", "title": "story.head", "body": "story.text", "author": "story.names"}


def test_fields_stand_in_a_script_as_json() -> None:
    article = parse(f"<p>Nothing to see.</p>{data(STORY)}".encode(), data=FIELDS)
    assert article.title == "Bridge opens at last"
    assert article.body == PARAGRAPHS[:2]
    assert article.authors == ("Li Wei", "Noy S.")


@pytest.mark.parametrize("field", ["story.seconds", "story.ms"])
def test_a_number_is_a_time_since_1970(field: str) -> None:
    html = page(head=data(STORY))
    where = {"script": "#d", "published": field}
    utc = dt.datetime(2026, 11, 3, tzinfo=dt.UTC)
    assert parse(html, data=where).published == utc
    published = parse(html, data=where, timezone="Asia/Vientiane").published
    assert published == utc
    assert isinstance(published, dt.datetime)
    assert published.hour == 7


@pytest.mark.parametrize(
    "script",
    [
        '<script id="d">{broken</script>',
        '<script id="d"></script>',
        f'<script id="d">{"[" * 100_000}</script>',
        data([1, 2]),
        data({"story": 5}),
        data({"story": {"head": True, "text": {"a": 1}, "names": [1, None], "ms": 1e300}}),
        data({"story": {"head": ["", " "], "text": [[], ""], "names": "x" * 5000}}),
        "",
    ],
)
def test_data_that_does_not_fit_leaves_the_generic_result(script: str) -> None:
    html = page(head=script)
    keys = {"script": "#d", "section": "abs(story.head)", "published": "story.ms"}
    assert parse(html, data=FIELDS | keys) == generic(html)


def test_the_first_script_that_can_be_read_counts() -> None:
    html = page(head=f'<script id="d">{{</script>{data(STORY)}')
    assert parse(html, data=FIELDS).title == "Bridge opens at last"


# --- selectors ---------------------------------------------------------------------------------

TREE = """<html><body><div class="a x"><p id="one">1</p><div><p class="b">2</p><i>3</i></div></div>
<div class="a"><h2>4</h2><p>5</p><p lang="lo" class="c">6</p><section><p>7</p></section></div>
<ul><li>8</li><li class="b">9</li><li>10</li></ul></body></html>"""


@pytest.mark.parametrize(
    "selector",
    [
        "p",
        "*",
        "div.a p",
        "div.a > p",
        "div > div p, li.b",
        "body div.a.x div > p.b + i",
        "h2 + p",
        "h2 ~ p",
        "div.a h2 ~ section > p",
        "p[lang]",
        '[lang="lo"]',
        '[class^="c"], [id$="ne"]',
        "li:first-child",
        "li:last-child, li:nth-child(2)",
        "p:not(.b):not([id])",
        ":is(h2, i)",
        "div:has(> h2)",
        "li:nth-of-type(3)",
        "div.a.x > p:first-child",
        "h2 + p:nth-child(2), p.c:not(:first-child)",
        "section p:only-child",
    ],
)
def test_a_selector_finds_what_it_finds_elsewhere(selector: str) -> None:
    expected = [tag.get_text() for tag in BeautifulSoup(TREE, "lxml").select(selector)]
    root = etree.HTML(TREE)
    assert [str(element.xpath("string()")) for element in select(root, selector)] == expected
    assert expected


def test_a_page_too_large_or_too_deep_is_read_without_its_profile() -> None:
    (few, deepest), (most, flattest) = BOUNDS[0], BOUNDS[-1]
    filler = "<i></i>" * few
    for html in (page(BODY + "<i></i>" * most), page("<div>" * deepest + BODY)):
        assert not is_bounded(etree.HTML(html))
        assert parse(html, title="h2", body=".nosuch", drop=["p"]) == generic(html)
    assert is_bounded(etree.HTML(page("<div>" * (deepest - 10) + BODY)))
    assert not is_bounded(etree.HTML(page("<div>" * (deepest - 10) + BODY + filler)))
    assert is_bounded(etree.HTML(page("<div>" * (flattest - 10) + BODY + filler)))


@pytest.mark.parametrize(
    "html",
    [
        "<div class=x>" * 90 + "<p>a</p>" * 2_800,
        "<div class=x>" * 25 + "<p>a</p>" * 9_900,
        "<div class=x><p>a</p></div>" * 9_900,
        "<p class=x><i>a</i></p>" * 9_900,
    ],
)
@pytest.mark.parametrize("selector", [".x p", "div.y p", "section div p", "p:first-child", "p + i"])
def test_no_selector_takes_long_on_a_page_within_bounds(html: str, selector: str) -> None:
    root = etree.HTML(html.encode(), etree.HTMLParser(huge_tree=True))
    assert is_bounded(root)
    start = time.perf_counter()
    select(root, selector)
    assert time.perf_counter() - start < 1


MARKUP = st.lists(
    st.sampled_from(
        ["<div class=x>", "</div>", "<p>", "A sentence. ", "<span id=y>", "</span>", "<script>",
         "</script>", "<time datetime=2026-11-03>", "<br>", "<h1>", "</h1>", "{", "<a href=/>"]
    ),
    max_size=60,
)  # fmt: skip
EVERY: dict[str, Any] = {
    **dict.fromkeys(("title", "body", "published", "updated"), ".x, #y"),
    **dict.fromkeys(("source", "author", "section"), ".x > *, time"),
    "drop": ["h1 + *", "#y br"],
    "data": {"script": "script", "title": "a", "body": "b[*].c"},
}


@settings(max_examples=300, deadline=None)
@given(MARKUP)
def test_any_page_gives_an_article_or_a_parse_error(pieces: list[str]) -> None:
    html = f"<title>Any page at all</title>{''.join(pieces)}".encode()
    with suppress(ParseError):
        assert parse(html, **EVERY).body
