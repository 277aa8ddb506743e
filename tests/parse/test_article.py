"""What parse_article makes of a page, field by field."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from monitor.errors import ParseError
from monitor.models import Article
from monitor.parse import to_text
from tests.parse.pages import BODY, PARAGRAPHS, URL, ZH, page, parse

TITLE = "Bridge opens after two years of work"


def _ld(**fields: object) -> str:
    data = {"@context": "https://schema.org", "@type": "NewsArticle", **fields}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def test_a_plain_page() -> None:
    article = parse(page())
    assert article == Article(
        url=URL,
        title=TITLE,
        body=PARAGRAPHS,
        language="en",
        site="news.example",
        quality=0.56,
        doubts=(f"short: {sum(map(len, PARAGRAPHS))} characters", "the page shows no date"),
        extracted_by={"title": "h1", "body": "text", "language": "declared"},
    )


@pytest.mark.parametrize(
    ("html", "says"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"PK\x03\x04", "ZIP"),
        (b'{"a": 1}', "JSON"),
        (b'\xef\xbb\xbf[{"a": 1}]', "JSON"),
        (b'<?xml version="1.0"?><rss version="2.0">', "<rss>"),
        (b"x" * (10 * 1024 * 1024 + 1), "bytes"),
        (b"<!-- nothing -->", "no title"),
        (b"<p>A sentence that is long enough to be the text of a story, surely.</p>", "no title"),
        (b"<title>Only a title</title><p></p>", "no body"),
        (b"<title>Only links</title><ul><li><a href=x>One</a></ul>", "no body"),
    ],
)
def test_what_is_no_story_is_refused_by_name(html: bytes, says: str) -> None:
    with pytest.raises(ParseError, match=says) as caught:
        parse(html)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "http://[", "file:///tmp/page.html"])
def test_any_url_will_do(url: str) -> None:
    head = '<meta property="og:image" content="http://[/x.png">'
    assert parse(page(head=head), url).site == ""


# --- title


@pytest.mark.parametrize(
    "title",
    [
        f"{TITLE} - The News",
        f"{TITLE} | The News",
        f"{TITLE}_The News_World",
        f"{TITLE}｜The News",
        f"The News: {TITLE}",
        TITLE,
    ],
)
def test_the_site_name_is_cut_off(title: str) -> None:
    head = f'<title>{title}</title><meta property="og:site_name" content="The News">'
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    assert parse(f"{head}<div>{body}</div>".encode()).title == TITLE
    assert parse(page(head=head)).title == TITLE


def test_a_site_name_in_h1_is_outvoted() -> None:
    head = f'<title>{TITLE}</title><meta property="og:title" content="{TITLE}">'
    assert parse(page(title="World", head=head)).title == TITLE


def test_headline_from_json_ld_and_title_repeated_in_the_body() -> None:
    body = f"<p>{TITLE}</p>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    html = f"{_ld(headline=TITLE)}<div>{body}</div>".encode()
    article = parse(html)
    assert article.title == TITLE
    assert article.body == PARAGRAPHS


def test_chinese_title_with_a_suffix() -> None:
    body = "".join(f"<p>　　{text}</p>" for text in ZH)
    html = f"<title>大桥通车 两岸往来更方便--国际--人民样报</title><div>{body}</div>".encode()
    article = parse(html)
    assert article.title == "大桥通车 两岸往来更方便"
    assert article.body == ZH
    assert article.language == "zh"


# --- dates


def test_updated_alone_is_no_publication() -> None:
    article = parse(page(above="<p>Source: Xinhua | Updated: 2026-11-03 09:30</p>"))
    assert (article.source, article.updated, article.published) == (
        "Xinhua",
        dt.date(2026, 11, 3),
        None,
    )


@pytest.mark.parametrize(
    ("url", "timezone", "hours"),
    [
        ("http://x.cn/", None, 8),
        ("http://x.la/", None, 7),
        ("http://x.cn/", "Europe/Paris", 1),
    ],
)
def test_a_printed_time_takes_the_zone_of_the_country(
    url: str, timezone: str | None, hours: int
) -> None:
    article = parse(page(above="<p>2026-11-03 09:30</p>"), url, timezone=timezone)
    zone = dt.timezone(dt.timedelta(hours=hours))
    assert article.published == dt.datetime(2026, 11, 3, 9, 30, tzinfo=zone)
    assert article.updated is None


def test_structured_dates_and_a_time_element() -> None:
    head = _ld(datePublished="2026-11-03", dateModified="2026-11-04T10:00:00+07:00")
    above = (
        'Published <time datetime="2026-11-03T08:00:00+07:00">Nov. 3</time>'
        ' Updated <time datetime="2026-11-04T10:00:00+07:00">Nov. 4</time>'
    )
    article = parse(page(head=head, above=f"<p>{above}</p>"))
    zone = dt.timezone(dt.timedelta(hours=7))
    assert article.published == dt.datetime(2026, 11, 3, 8, tzinfo=zone)
    assert article.updated == dt.datetime(2026, 11, 4, 10, tzinfo=zone)


def test_meta_and_itemprop_dates() -> None:
    head = '<meta property="article:modified_time" content="2026-11-04">'
    above = '<span itemprop="datePublished" content="2026-11-03"></span>'
    article = parse(page(head=head, above=above))
    assert (article.published, article.updated) == (dt.date(2026, 11, 3), dt.date(2026, 11, 4))


def test_a_date_in_the_url_is_the_last_resort() -> None:
    url = "http://x.example/2026-11/03/c_1.htm"
    assert parse(page(), url).published == dt.date(2026, 11, 3)
    dated = parse(page(above="<p>Updated: 2026-11-04</p>"), url)
    assert (dated.published, dated.updated) == (None, dt.date(2026, 11, 4))


def test_implausible_dates_are_passed_over() -> None:
    head = '<meta name="pubdate" content="1970-01-01"><meta name="date" content="2026-11-03">'
    assert parse(page(head=head)).published == dt.date(2026, 11, 3)


# --- source, authors, the rest


@pytest.mark.parametrize(
    ("above", "source"),
    [
        ("<div>Source: Xinhua | Updated: 2026-11-03</div>", "Xinhua"),
        ("<div>Source: <a href='/x'>Global Times</a> Published: Nov 3, 2026</div>", "Global Times"),
        ("<div>2026年11月3日09:30 来源：新华社 作者：张三</div>", "新华社"),
        ("<div>来源：<a href='/x'>人民网</a> 2026-11-03</div>", "人民网"),
        ("<div>来源： 新华社</div>", "新华社"),
        ("<div>ແຫຼ່ງຂ່າວ: ຂປລ</div>", "ຂປລ"),
        ("<div>Source:</div>", None),
        ("<div>KPL | Updated: 2026-11-03 09:30</div>", "KPL"),
        ("<div>By Noy Sample | Global Times | 2026-11-03</div>", "Global Times"),
        ("<div>By Noy Sample | Weather | 2026-11-03</div>", None),
    ],
)
def test_source_as_printed(above: str, source: str | None) -> None:
    assert parse(page(above=above)).source == source


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("(KPL)", "KPL"),
        ("— Bernama", "Bernama"),
        ("Xinhua", "Xinhua"),
        ("AFP, Reuters", "AFP, Reuters"),
        ("(With inputs from Xinhua)", "Xinhua"),
        ("(Mekong River Times)", "Mekong River Times"),
        ("（新华社）", "新华社"),
        ("(ຊິນຮວາ)", "ຊິນຮວາ"),
        ("(สำนักข่าวซินหัว)", "ซินหัว"),
        ("Minh Ha (theo VNA)", "VNA"),
        ("Noy Sample (KPL)", "KPL"),
        ("Minh Anh (Theo Xinhua, AFP)", "Xinhua, AFP"),
        ("Minh Anh - Theo TTXVN", "TTXVN"),
        ("Minh Anh (TTXVN/Vietnam+)", "TTXVN/Vietnam+"),
    ],
)
def test_who_signs_the_story_is_its_source_and_no_paragraph(line: str, source: str) -> None:
    article = parse(page(f"{BODY}<p>{line}</p>"))
    assert (article.source, article.body) == (source, PARAGRAPHS)


@pytest.mark.parametrize(
    "line", ["(to be continued)", "The Xinhua report was read out. (Laughter)"]
)
def test_another_last_line_signs_nothing(line: str) -> None:
    article = parse(page(f"{BODY}<p>{line}</p>"))
    assert (article.source, article.body) == (None, (*PARAGRAPHS, line))


def test_a_signature_behind_the_last_sentence_stays_there() -> None:
    for end, source in ((" (KPL)", "KPL"), (" – Bernama", "Bernama"), (" (again)", None)):
        article = parse(page(BODY.removesuffix("</p>") + end))
        assert (article.source, article.body[-1]) == (source, PARAGRAPHS[-1] + end)


def test_source_after_the_story_from_meta_and_from_the_dateline() -> None:
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    assert parse(page(body + "<p>(Source: Xinhua)</p>")).source == "Xinhua"
    assert parse(page(head='<meta name="source" content="KPL">')).source == "KPL"
    assert (
        parse(page("<p>BEIJING, Nov. 3 (Xinhua) -- A bridge opened.</p>" + body)).source == "Xinhua"
    )
    own = "<p>本报万象11月3日电 " + ZH[0] + f"</p><p>{ZH[1]}</p>"
    assert parse(page(own)).source is None


@pytest.mark.parametrize(
    ("head", "above", "authors"),
    [
        (_ld(author=[{"name": "Noy S."}, {"name": "Li Wei"}]), "", ("Noy S.", "Li Wei")),
        (_ld(author="By Noy and Li Wei"), "", ("Noy", "Li Wei")),
        ('<meta name="author" content="Li Wei">', "", ("Li Wei",)),
        ('<meta name="author" content="https://x.example/li">', "", ()),
        ("", '<a rel="author" href="/li">Li Wei</a>', ("Li Wei",)),
        ("", '<b itemprop="author"><span>Li</span> <span>Wei</span></b>', ("Li Wei",)),
        ("", "<p>By Li Wei and Noy S.</p>", ("Li Wei", "Noy S.")),
        ("", "<p>来源：新华社 作者：张三、李四 责任编辑：王五</p>", ("张三", "李四")),
        ("", "<p>By the river</p>", ()),
    ],
)
def test_authors(head: str, above: str, authors: tuple[str, ...]) -> None:
    assert parse(page(head=head, above=above)).authors == authors


def test_reporters_in_a_chinese_dateline() -> None:
    body = f"<p>新华社万象11月3日电（记者 张三、李四）{ZH[0]}</p><p>{ZH[1]}</p>"
    assert parse(page(body)).authors == ("张三", "李四")


def test_section_keywords_and_image() -> None:
    head = (
        '<meta property="article:section" content="World"><meta name="keywords" content="a, b，a">'
        '<meta property="og:image" content="/img/1.png">'
    )
    article = parse(page(head=head))
    assert (article.section, article.keywords) == ("World", ("a", "b"))
    assert article.image == "https://www.news.example/img/1.png"
    image = {"@type": "ImageObject", "url": "https://i.example/2.png"}
    article = parse(page(head=_ld(image=[image], keywords=["x", "y"], articleSection="Asia")))
    assert (article.section, article.keywords) == ("Asia", ("x", "y"))
    assert article.image == "https://i.example/2.png"


@pytest.mark.parametrize("script", ["{", "[" * 100_000, "null", '{"@type": 5}', "<!-- {} -->"])
def test_bad_json_ld_is_passed_over(script: str) -> None:
    head = f'<script type="application/ld+json">{script}</script>'
    assert parse(page(head=head)).title == TITLE


def test_json_ld_graph_with_raw_line_breaks() -> None:
    head = (
        '<script type="application/ld+json">{"@graph": [{"@type": "WebSite"}, '
        '{"@type": ["NewsArticle"], "description": "a\nb", "author": "Li Wei"}]}</script>'
    )
    assert parse(page(head=head)).authors == ("Li Wei",)


def test_text_form_leaves_out_what_is_missing() -> None:
    article = Article(url=URL, title="T", body=("One.", "Two."))
    assert to_text(article) == "T\n\nOne.\n\nTwo.\n"
    article = article.model_copy(update={"source": "KPL", "published": dt.date(2026, 11, 3)})
    assert to_text(article) == "T\n\nSource: KPL Published: 2026-11-03\n\nOne.\n\nTwo.\n"
