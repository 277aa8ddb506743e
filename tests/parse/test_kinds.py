"""What is no story is refused by name, what is no plain one is called what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import ParseError
from monitor.models import StoryKind
from monitor.parse import parse_article
from tests.parse.pages import BODY, PARAGRAPHS, ZH, page, parse

PAGES = Path(__file__).parents[2] / "samples" / "pages"
BAD = sorted(PAGES.glob("*/bad-*.html"))
REFUSED = {
    "challenge": "a challenge page",
    "login": "a login wall",
    "missing": "a page that is not there",
    "list": "a list of stories",
}
KEPT = {"gallery": StoryKind.GALLERY, "live": StoryKind.LIVE, "languages": StoryKind.BILINGUAL}
LONG = "".join(f"<p>{text} {text} {text}</p>" for text in PARAGRAPHS * 3)
EXCERPT = "<p>The rest of it stands on a page of its own, which whoever wants to may read.</p>"


def _kind(path: Path) -> str:
    return path.stem.split("-")[1]


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", BAD, ids=_name)
def test_a_bad_page_is_called_what_it_is(path: Path) -> None:
    url = f"https://{path.parent.name}/laos/2026/ferry-landing-1"
    kind = _kind(path)
    if kind in KEPT:
        assert parse_article(path.read_bytes(), url).kind is KEPT[kind]
        return
    with pytest.raises(ParseError, match=REFUSED[kind]) as caught:
        parse_article(path.read_bytes(), url)
    assert caught.value.retryable is (kind == "challenge"), "it may let us through another time"
    assert (caught.value.challenge is not None) is (kind == "challenge")


def test_there_are_several_of_each_kind_and_in_each_language() -> None:
    by_kind: dict[str, set[str]] = {}
    for path in BAD:
        by_kind.setdefault(_kind(path), set()).add(path.parent.name)
    assert by_kind.keys() == REFUSED.keys() | KEPT.keys()
    assert all(len(sites) >= 3 for sites in by_kind.values())


# --- stories that look like one ------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "Page not found",
        "404",
        "Access denied",
        "Just a moment",
        "Log in",
        "Members only",
        "安全验证",
        "页面不存在",
        "ເຂົ້າສູ່ລະບົບ",
        "ไม่พบหน้า",
    ],
)
def test_a_story_of_some_length_may_have_any_title(title: str) -> None:
    assert parse(page(LONG, title=title)).kind is StoryKind.STORY


@pytest.mark.parametrize(
    "beside",
    [
        "<p>You must be logged in to post a comment.</p>",
        "<form><input name=u><input type=password name=p><button>Log in</button></form>",
        "<p>Please log in to leave a reply.</p><p>Forgot your password?</p>",
        "<p>请登录后评论</p><p>忘记密码？</p>",
        "<h2>Log in</h2><form><input type=password name=p></form><p>Already a member?</p>",
        "<div><h2>用户登录</h2><form>密码 <input type=password name=p></form></div>",
        "<p>The page you are looking for may have been moved to our new site.</p>",
        "<div>Checking your browser</div>",
    ],
)
def test_what_stands_beside_a_short_story_does_not_refuse_it(beside: str) -> None:
    short = f"<p>{PARAGRAPHS[0]}</p>"
    article = parse(page(short + beside, above=beside))
    assert PARAGRAPHS[0] in article.body


def test_a_teaser_before_a_wall_is_kept_and_doubted() -> None:
    wall = "<div><p>Log in to continue reading this story.</p></div>"
    article = parse(page(f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>{wall}"))
    assert article.body[:2] == PARAGRAPHS[:2]
    assert "breaks off where readers are asked to log in" in article.doubts


@pytest.mark.parametrize(
    "title", ["In pictures: the bridge", "组图：大桥通车", "Photos show a bridge"]
)
def test_a_story_with_many_pictures_is_one(title: str) -> None:
    texts = [f"{one} {i} {two} {one}" for i, one in enumerate(PARAGRAPHS) for two in PARAGRAPHS]
    body = "".join(f"<p><img src={i}.jpg></p><p>{text}</p>" for i, text in enumerate(texts))
    assert parse(page(body, title=title)).kind is StoryKind.STORY


def test_pictures_without_a_word_of_them_are_no_gallery() -> None:
    body = "".join(
        f"<p><img src={i}.jpg></p><p>{text}</p>" for i, text in enumerate(PARAGRAPHS * 2)
    )
    assert parse(page(body)).kind is StoryKind.STORY


@pytest.mark.parametrize("title", ["Live elephants cross the border", "直播带货让老挝咖啡走红"])
def test_a_story_of_what_is_live_is_no_live_blog(title: str) -> None:
    assert parse(page(LONG, title=title)).kind is StoryKind.STORY


def test_times_of_day_do_not_make_a_live_blog() -> None:
    body = "".join(f"<p>0{i}:30 {text}</p>" for i, text in enumerate(PARAGRAPHS * 2))
    assert parse(page(body, title="A day on the new bridge")).kind is StoryKind.STORY


@pytest.mark.parametrize(
    "quoted",
    [
        f"<p>{PARAGRAPHS[0]}</p>",
        "<p>这座桥名为 Nam Ou River Friendship Bridge，由 China Road and Bridge 承建。</p>" * 2,
    ],
)
def test_a_quotation_is_no_second_language(quoted: str) -> None:
    body = "".join(f"<p>{text}</p>" for text in ZH * 3)
    assert parse(page(body + quoted, lang="zh")).kind is StoryKind.STORY


def test_a_story_with_others_between_its_paragraphs_is_no_list() -> None:
    link = '<p><a href="/x">Read as well: the ferry that nobody needs any more is for sale</a></p>'
    body = link.join(f"<p>{text}</p>" for text in PARAGRAPHS * 2)
    head = '<meta property="og:type" content="article">'
    assert parse(page(body, head=head)).kind is StoryKind.STORY


def test_a_list_at_a_home_page_s_address() -> None:
    links = "".join(
        f'<li><a href="/{i}">{text[:60]}</a></li>' for i, text in enumerate(PARAGRAPHS * 5)
    )
    html = page(f"{EXCERPT}<ul>{links}</ul>", title="News of the valley")
    with pytest.raises(ParseError, match="15 linked headlines"):
        parse(html, "https://www.news.example/laos/")
    assert parse(html, "https://www.news.example/laos/2026/bridge-1").body, "a story's address"


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


# --- how it was read -----------------------------------------------------------------------------


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
