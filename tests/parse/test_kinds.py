"""What is no story is refused by name, what is no plain one is called what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import ParseError
from monitor.models import StoryKind
from monitor.parse import parse_article
from tests.parse.pages import MORE, PARAGRAPHS, ZH, page, parse

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


DATE = "<p>November 3, 2026</p>"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("老挝加强口岸安全检查", "老挝公安部门对五百辆货车进行了抽查。结果将在下月公布。"),
        ("琅勃拉邦机场推行身份验证", "新通道首日有八百名旅客使用。全程不到一分钟。"),
        ("安全检测", "万象市对三十座桥梁开展检测。其中两座将重修。"),
        ("登录系统", "企业须登录后方可报关，海关说。首批企业有三百家。"),
        ("页面不存在", "一家政府网站的首页显示“页面不存在”。工程师三小时后将其恢复。"),
        ("Register to fish, villages told", "Boats need a number from May. It costs 3 dollars."),
        ("Sign up to plant a tree", "A school in Pakse wants 900 trees. It has 40 of them."),
        ("Subscribe to bonds, miners told", "The offer ends on Friday, a bank said. It pays 9%."),
        ("Access denied", "Reporters were kept from the dam on Tuesday. A guard gave no reason."),
        ("Please wait", "“Please wait” was all that drivers heard. They waited all night."),
        ("Not found", "A boat was not found in the river, police said. Two men were on it."),
        ("Members only", "A market is open to members only. Traders pay 20 yuan for a card."),
        ("Error 404: archive gone", "The archive's page was not found. Officials blamed a cable."),
        ("ບໍ່ພົບຂໍ້ມູນເຮືອຫຼົ້ມ", "ທາງການ ບໍ່ພົບຂໍ້ມູນເຮືອຫຼົ້ມ ຫຼື ຄົນເຈັບ."),
        ("ไม่พบข้อมูลเรือล่ม", "ทางการไม่พบข้อมูลเรือล่มหรือผู้บาดเจ็บ"),
    ],
)
def test_a_short_story_may_have_the_words_of_such_a_page(title: str, text: str) -> None:
    article = parse(page(f"<p>{text}</p>", title=title, above=DATE))
    assert (article.title, article.body, article.kind) == (title, (text,), StoryKind.STORY)


@pytest.mark.parametrize(
    "behind", [" | Subscribe to the Post", " | News | Sign up", " - Register", "_安全检查_湄公网"]
)
def test_names_behind_the_headline_do_not_refuse_a_story(behind: str) -> None:
    title = "Ferry for sale"
    html = page("<p>It has two engines. The older one is broken.</p>", title=title)
    assert parse(html.replace(b"<head>", f"<head><title>{title}{behind}</title>".encode())).body


@pytest.mark.parametrize(
    ("text", "offer"),
    [
        ("This story is for members only.", "Join today from 3 dollars a month."),
        ("You must be logged in to read this.", "Unlimited access to all journalism."),
        ("本文仅限会员阅读，请先登录。", "开通会员，畅读全部文章。"),
    ],
)
def test_an_offer_beside_a_wall_is_no_story(text: str, offer: str) -> None:
    with pytest.raises(ParseError, match="a login wall"):
        parse(page(f"<p>{text}</p><p>{offer}</p>", above=DATE))


FORM = "<form><input name=u><input type=password></form>"


@pytest.mark.parametrize(
    ("kind", "title", "text"),
    [
        ("challenge", "Sorry, you have been blocked", "You are unable to open this site."),
        ("challenge", "news.example", "This website uses a security service to protect itself."),
        ("challenge", "百度安全验证", "网络不给力，请稍后重试。"),
        ("challenge", "405", "很抱歉，由于您访问的网址有可能造成威胁，您的访问被阻断。"),
        ("challenge", "滑动验证页面", "请按住滑块，拖动到最右边。"),
        ("login", "Sign in to the Post", f"Forgot your password?{FORM}"),
        ("login", "Subscribe to continue reading", "All stories for 3 dollars a month."),
        ("login", "请登录后查看", "该文章为会员专享，登录后可阅读全文。"),
        ("login", "Đăng nhập", f"Vui lòng đăng nhập để tiếp tục đọc bài viết này.{FORM}"),
        ("missing", "Oops! That page can’t be found.", "Nothing was found here. Try a search?"),
        ("missing", "Page not found", "We looked everywhere. Try one of our sections instead."),
        ("missing", "文章不存在", "该文章已下线，看看别的吧。"),
        ("missing", "ບໍ່ພົບຂໍ້ມູນ", "ຂໍອະໄພ ບໍ່ພົບຂໍ້ມູນທີ່ທ່ານຊອກຫາ"),
        ("missing", "ไม่พบหน้านี้", "หน้าที่คุณต้องการอาจถูกลบหรือย้ายไปแล้ว"),
        ("missing", "Không tìm thấy trang", "Trang bạn yêu cầu không tồn tại hoặc đã bị xóa."),
    ],
)
def test_the_day_above_the_headline_does_not_keep_such_a_page(
    kind: str, title: str, text: str
) -> None:
    today = b"<body><div>Tuesday, November 3, 2026</div>"
    with pytest.raises(ParseError, match=REFUSED[kind]):
        parse(page(f"<p>{text}</p>", title=title).replace(b"<body>", today))


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


def _figures(captioned: str) -> str:
    return "".join(
        f"<figure><img src={i}.jpg><figcaption {captioned}>Crew {i} rows past the temple."
        "</figcaption></figure>"
        for i in range(6)
    )


INTRO = "<p>A crew of forty men won the race on the river on Tuesday.</p>"


@pytest.mark.parametrize(
    "title", ["In pictures: a boat race", "Photo essay: a race", "组图：龙舟赛"]
)
@pytest.mark.parametrize("text", ["", DATE, DATE + INTRO])
@pytest.mark.parametrize("captioned", ["", "class=wp-caption-text"])
def test_a_gallery_of_figures_is_one(title: str, text: str, captioned: str) -> None:
    links = "".join(f"<a href=/{i}><img src={i}.jpg>{PARAGRAPHS[0]}</a>" for i in range(3))
    article = parse(page(text + _figures(captioned) + f"<h3>Related</h3>{links}", title=title))
    assert article.kind is StoryKind.GALLERY
    assert len(article.body) == (1 if INTRO in text else 6), "captions are the body of nothing else"


@pytest.mark.parametrize("picture", ["<img src={0}.jpg>", "<a href={0}.jpg><img src={0}s.jpg></a>"])
def test_a_row_of_pictures_below_a_line_is_a_gallery(picture: str) -> None:
    row = "".join(picture.format(i) for i in range(6))
    html = page(f"{INTRO}<div>{row}</div><p>© The Post</p>", title="In pictures: a boat race")
    assert parse(html).kind is StoryKind.GALLERY


@pytest.mark.parametrize(
    "title",
    ["Photos: the winner of a prize", "Photo essay prize goes to a monk", "老挝图集在昆明出版"],
)
def test_buttons_below_a_short_story_are_no_pictures_of_it(title: str) -> None:
    buttons = "".join(f"<a href=/s{i}><img src={i}.png></a>" for i in range(6))
    html = page(f"<p>{PARAGRAPHS[0]}</p><div>{buttons}</div><p>© The Post</p>", title=title)
    assert parse(html).kind is StoryKind.STORY


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Live: boats on the river", StoryKind.LIVE),
        ("Boats on the river – live", StoryKind.LIVE),
        ("【直播】龙舟赛", StoryKind.LIVE),
        ("图文直播：龙舟赛", StoryKind.LIVE),
        ("Live fish cross the border", StoryKind.STORY),
        ("农民学做直播卖香蕉", StoryKind.STORY),
        ("中老铁路实时监测系统上线", StoryKind.STORY),
    ],
)
def test_live_stands_for_itself_in_a_live_blog_s_title(title: str, kind: StoryKind) -> None:
    entries = (
        f'<div><time datetime="2026-11-03T0{i}:15">0{i}:15</time><h3>Heat {i}</h3>'
        f"<p>{text}</p></div>"
        for i, text in enumerate(MORE)
    )
    assert parse(page("".join(entries), title=title)).kind is kind


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
