"""Which blocks are the story's paragraphs."""

from __future__ import annotations

import time

import pytest

from monitor.errors import ParseError
from monitor.parse.language import tell_language
from monitor.parse.walk import read_page
from tests.parse.pages import BODY, MORE, PARAGRAPHS, ZH, page, parse

OTHER = "Another story altogether, about a football match that was lost by two goals in the rain."


@pytest.mark.parametrize(
    "noise",
    [
        f"<nav><p>{OTHER}</p></nav>",
        f'<aside class="related"><h2>More</h2><p>{OTHER}</p></aside>',
        f'<div class="sidebar"><p>{OTHER}</p></div>',
        f'<div id="relatedStories"><p>{OTHER}</p></div>',
        f'<div style="display: none"><p>{OTHER}</p></div>',
        f"<div hidden><p>{OTHER}</p></div>",
        f'<div role="navigation"><p>{OTHER}</p></div>',
        f"<app-navigation><p>{OTHER}</p></app-navigation>",
        f'<div class="comments"><p>{OTHER * 20}</p></div>',
        f"<figure><img src=x><figcaption>{OTHER}</figcaption></figure>",
        f'<p class="wp-caption-text">{OTHER}</p>',
        f'<p><a href="/x">{OTHER}</a></p>',
        '<ul><li><a href="/a">One story</a></li><li><a href="/b">Another story</a></li></ul>',
        "<p>Share this article</p>",
        "<div>Facebook</div>",
        "<p>Advertisement</p>",
        '<p>Read more: <a href="/x">Another story altogether</a></p>',
        "<p>Editor: Zhang San</p>",
        "<p>(责任编辑：张三、李四)</p>",
        "<p>图为大桥通车现场。</p>",
        "<p>© 2026 The News. All rights reserved.</p>",
        "<p>Sign up for our daily newsletter and never miss a story again!</p>",
        "<p>Published Nov. 3, 2026, 9:30 a.m.</p>",
        "<h3>You may also like</h3>",
        "<script>var text = 'A long sentence that nobody should read as a story.';</script>",
        f"<p>{PARAGRAPHS[1]}</p>",
    ],
)
def test_noise_is_left_out(noise: str) -> None:
    assert parse(page(BODY + noise)).body == PARAGRAPHS
    middle = f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>{noise}<p>{PARAGRAPHS[2]}</p>"
    assert parse(page(middle)).body == PARAGRAPHS


def test_lists_subheads_and_quotes_are_kept() -> None:
    body = (
        f"<p>{PARAGRAPHS[0]}</p><h2>What comes next</h2><ul><li>A second bridge upstream;</li>"
        f"<li>a road on the far bank.</li></ul><blockquote><p>“We waited long.”</p></blockquote>"
        f"<p>{PARAGRAPHS[1]}</p>"
    )
    assert parse(page(body)).body == (
        PARAGRAPHS[0],
        "What comes next",
        "A second bridge upstream;",
        "a road on the far bank.",
        "“We waited long.”",
        PARAGRAPHS[1],
    )


def test_a_line_that_parts_a_story_is_kept_between_its_parts() -> None:
    first, second, third = PARAGRAPHS
    parts = f"<p>___</p><p>{first}</p><p>___</p><p>{second}</p><p>{third}</p><p>___</p>"
    assert parse(page(parts)).body == (first, "___", second, third)


def test_a_salutation_is_of_the_text() -> None:
    assert parse(page(f"<p>Dear readers,</p>{BODY}")).body == ("Dear readers,", *PARAGRAPHS)


@pytest.mark.parametrize("line", ["Dear readers,", "Pakse beats Savannakhet 3:1", "各位读者："])
def test_a_line_above_the_first_sentence_may_be_of_the_text(line: str) -> None:
    html = page(f"<div class=article-body><p>{line}</p>{BODY}</div>")
    assert parse(html).body == (line, *PARAGRAPHS)
    html = page(f"<div class=article-body><h2>What is new</h2>{BODY}</div>")
    assert parse(html).body == ("What is new", *PARAGRAPHS)


@pytest.mark.parametrize(
    "line",
    ["Noy Sisouk", "Von Noy Sisouk", "PAKSE", "am 04.11.2026 um 9 Uhr", "<a href='/x'>read it</a>"],
)
def test_a_name_or_a_day_above_the_first_sentence_is_not(line: str) -> None:
    html = page(f"<div class=article-body><p>{line}</p>{BODY}</div>")
    assert parse(html).body == PARAGRAPHS


QUESTION = "What did you carry across the river?"


@pytest.mark.parametrize("tag", ["p", "h3"])
def test_a_question_that_is_put_to_each_is_kept_each_time(tag: str) -> None:
    body = "".join(f"<{tag}>{QUESTION}</{tag}><p>{text}</p>" for text in PARAGRAPHS)
    assert parse(page(f"<p>{MORE[0]}</p>{body}")).body.count(QUESTION) == 3


def test_a_line_that_is_printed_twice_is_read_once() -> None:
    body = f"<p>{PARAGRAPHS[0]}</p><p>{QUESTION}</p><p>{PARAGRAPHS[1]}</p><p>{QUESTION}</p>"
    assert parse(page(f"{body}<p>{PARAGRAPHS[2]}</p>")).body.count(QUESTION) == 1


def test_a_quoted_message_keeps_who_wrote_it() -> None:
    signed = "<p>{}</p>— Noy Sisouk (@noy) <a href='/1'>4 November 2026</a>"
    quotes = "".join(f"<blockquote>{signed.format(text)}</blockquote>" for text in PARAGRAPHS[1:])
    assert parse(page(f"<p>{PARAGRAPHS[0]}</p>{quotes}")).body == (
        *PARAGRAPHS[:2],
        "— Noy Sisouk (@noy) 4 November 2026",
        PARAGRAPHS[2],
        "— Noy Sisouk (@noy) 4 November 2026",
    )


def test_a_figure_may_hold_a_quotation() -> None:
    quote = (
        f"<figure><blockquote><p>{MORE[1]}</p></blockquote><figcaption>Noy</figcaption></figure>"
    )
    html = page(f"<p>{PARAGRAPHS[0]}</p>{quote}<p>{PARAGRAPHS[1]}</p>")
    assert parse(html).body == (PARAGRAPHS[0], MORE[1], PARAGRAPHS[1])


GOODS = ("Rice", "Rubber boots", "Young teak")


def _linked(texts: tuple[str, ...]) -> str:
    return "".join(f"<li><a href='/{n}'>{text}</a></li>" for n, text in enumerate(texts))


def test_a_list_that_a_sentence_announces_is_of_the_text() -> None:
    announcing = "Most of what crosses the river on a weekday is one of these:"
    html = page(f"{BODY}<p>{announcing}</p><ul>{_linked(GOODS)}</ul><p>{MORE[0]}</p>")
    assert parse(html).body == (*PARAGRAPHS, announcing, *GOODS, MORE[0])
    html = page(f"{BODY}<p>Read more:</p><ul>{_linked(GOODS)}</ul><p>{MORE[0]}</p>")
    assert parse(html).body[-1] == MORE[0]
    assert not {*GOODS} & {*parse(html).body}


@pytest.mark.parametrize("heading", ["<h2>What else there is</h2>", "<p>Lue seuraavaksi:</p>"])
def test_a_heading_of_nothing_but_links_goes_with_them(heading: str) -> None:
    links = _linked(
        ("Ferry sold to a restaurant", "Toll rises again in May", "Third bridge planned")
    )
    html = page(f"<p>{PARAGRAPHS[0]}</p>{heading}<ul>{links}</ul><p>{PARAGRAPHS[1]}</p>")
    assert parse(html).body == PARAGRAPHS[:2]


def test_whom_to_ask_is_no_part_of_a_release() -> None:
    address = "<h3>Media contact:</h3><p>Noy Sisouk, Ferry Office, noy@ferries.example</p>"
    assert parse(page(f"{BODY}{address}")).body == PARAGRAPHS


def test_a_heading_that_links_lead_to_is_none() -> None:
    heading = "Ferry sold to a restaurant on the other bank of the river"
    html = page(f"<p>{PARAGRAPHS[0]}</p><h3><a name=x>{heading}</a></h3><p>{PARAGRAPHS[1]}</p>")
    assert parse(html).body == (PARAGRAPHS[0], heading, PARAGRAPHS[1])


def test_a_short_heading_that_is_a_link_stands_above_its_text() -> None:
    text = f"{MORE[0]} {MORE[1]}"
    heads = "".join(f"<h3><a href='/{word}'>{word}</a></h3><p>{text} {word}</p>" for word in GOODS)
    body = parse(page(f"<p>{PARAGRAPHS[0]}</p>{heads}")).body
    assert body[1::2] == GOODS
    other = "<h3><a href='/x'>Ferry sold to a restaurant on the other bank of the river</a></h3>"
    html = page(f"<p>{PARAGRAPHS[0]}</p>{other}<p>{text}</p><p>{PARAGRAPHS[1]}</p>")
    assert parse(html).body == (PARAGRAPHS[0], text, PARAGRAPHS[1])


def test_an_item_with_a_long_link_is_of_a_list_of_text() -> None:
    linked = (
        "<a href='/x'>The toll for a small truck is five times what the ferry asked</a>, say all."
    )
    html = page(
        f"<p>{PARAGRAPHS[0]}</p><ol><li>{MORE[0]}</li><li>{linked}</li><li>{MORE[2]}</li></ol>"
    )
    assert "five times" in parse(html).body[2]


def test_a_sentence_with_a_long_link_is_kept() -> None:
    linked = (
        "Asked why <a href='/x'>the ferry had been sold to a restaurant</a>, none of them knew."
    )
    body = f"<p>{PARAGRAPHS[0]}</p><p>{linked}</p><p>{PARAGRAPHS[1]}</p>"
    assert len(parse(page(body)).body) == 3


def test_white_space_and_inline_markup() -> None:
    body = (
        BODY + "<p>The <b>Me</b>kong\n\n  is <a href='x'>wide</a>,<i> they</i>&nbsp;say here.</p>"
    )
    assert parse(page(body)).body[-1] == "The Mekong is wide, they say here."


def test_line_breaks_part_paragraphs_only_where_sentences_end() -> None:
    body = f"{BODY}<p>A sentence that ends here.<br>Another begins<br>and goes on here.</p>"
    assert parse(page(body)).body[-2:] == (
        "A sentence that ends here.",
        "Another begins and goes on here.",
    )


def test_ideographic_indents_part_paragraphs() -> None:
    article = parse(page(f"<p>　　{ZH[0]}<br>　　{ZH[1]}</p>", lang="zh"))
    assert article.body == ZH


def test_misleading_names_do_not_hide_the_story() -> None:
    html = page(f'<div class="sidebar"><div class="widget related">{BODY}</div></div>')
    assert parse(html).body == PARAGRAPHS
    html = page(
        f'<div style="display:none">{BODY}</div>' + f'<div class="related">{OTHER}</div>' * 9
    )
    assert parse(html).body


def test_a_heading_of_two_lines_is_one() -> None:
    title = "Bridge opens<br>after two years of work"
    assert parse(page(title=title)).title == "Bridge opens after two years of work"


def test_a_story_split_over_sibling_boxes() -> None:
    parts = "".join(f'<div class="chunk"><p>{text}</p></div><div>Ad</div>' for text in PARAGRAPHS)
    assert parse(page(parts)).body == PARAGRAPHS


@pytest.mark.parametrize(
    ("text", "declared", "tag"),
    [
        ("ລັດຖະບານ ລາວ ແລະ ຈີນ", "th", "lo"),
        ("รัฐบาลลาวและจีน", "", "th"),
        ("中老铁路开通五年", "en", "zh"),
        ("ラオスと中国を結ぶ鉄道", "zh", "ja"),
        ("라오스와 중국을 잇는 철도", "", "ko"),
        ("រដ្ឋាភិបាលឡាវ", "", "km"),
        ("လာအိုအစိုးရ", "", "my"),
        ("Le pont sur le fleuve", "fr-FR", "fr"),
        (" ".join(PARAGRAPHS), "zh-CN", "en"),
        ("Правительство Лаоса и Китая открыло новый мост через реку в понедельник", "en", "ru"),
        ("Der Pont", "", "und"),
        ("123 - 456", "en", "und"),
    ],
)
def test_language(text: str, declared: str, tag: str) -> None:
    assert tell_language(text, declared)[0] == tag


SENTENCE = "A sentence that is long enough to be text, surely. "


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 40_000 + SENTENCE,
        "<font>x" * 40_000,
        "<aside>" * 250 + f"<p>{SENTENCE}" * 11_000,
        "".join(f"<p>{SENTENCE} {n}" for n in range(11_900)),
        "".join(f"<p>中国老挝铁路第{n}次列车从万象开出，前往昆明。" for n in range(11_900)),
        "<p>" + "".join(f"中国老挝铁路{n}<br>" for n in range(40_000)),
        "<p>" + "a" * 2_900_000,
        "<p>" + "a-B " * 500_000,
        "<div " + " ".join(f"a{i}=1" for i in range(200_000)) + f">{SENTENCE}</div>",
        f"<div class='{'related-' * 200_000}'>{SENTENCE}</div>",
        "<div>" + "a<br>" * 11_900,
        f"<p>{SENTENCE}\0" * 1000,
        "<h1>One - two</h1>" * 11_900 + f"<p>{SENTENCE}",
        "<p>Source: x Updated: y</p>" * 11_900,
    ],
    ids=range(14),
)
def test_hostile_pages_end_soon(html: str) -> None:
    start = time.process_time()
    try:
        article = parse(b"<h1>A title</h1>" + html.encode())
    except ParseError as error:
        assert "no body" in str(error)  # noqa: PT017
    else:
        assert article.title
    assert time.process_time() - start < 10  # a quadratic walk takes minutes


@pytest.mark.parametrize(
    ("html", "what"),
    [
        (b"<h1>A title</h1>" + b"<div>" * 100_000, "100,002 tags"),
        (b"<" * 10_000_000, "10,000,000 tags"),
        (b"<h1>A title</h1><p>" + b"a, b. " * 600_000, "characters of text"),
        (b"<h1>A title</h1><p>" + "中".encode() * 1_200_000, "3,600,007 characters of text"),
        (b"<h1>A title</h1>" + b"<p>One more of many." * 20_000, "12,000 paragraphs"),
        (b"<h1>A title</h1><pre>" + b"One more.\n" * 20_000, "12,000 lines of plain text"),
        (bytes(range(256)) * 40_000, "binary data"),
        (b"<p>" + b"a" * 10_485_760, "bytes"),
    ],
    ids=["nested", "signs", "text", "Chinese", "paragraphs", "lines", "binary", "size"],
)
def test_what_is_too_much_for_a_story_is_refused_by_name(html: bytes, what: str) -> None:
    with pytest.raises(ParseError, match=what):
        parse(html)


@pytest.mark.parametrize(
    ("title", "flash"),
    [
        ("老挝国会选举新主席", "新华社快讯：老挝国会选举新主席。"),
        ("Quake of 4.9 hits the north", "Quake of 4.9 hits the north: survey."),
    ],
)
def test_a_flash_may_say_its_headline_again_and_no_more(title: str, flash: str) -> None:
    html = f"<title>{title}</title><h1>{title}</h1><p>{flash}</p>"
    assert parse(html.encode()).body == (flash,)


def test_a_title_without_end_is_cut() -> None:
    assert len(read_page(f"<title>{'a - ' * 700_000}</title><p>x".encode()).head_title) < 2_001


def test_nothing_at_all_is_an_empty_page() -> None:
    assert read_page(b"<!-- -->").blocks == read_page(b"").blocks == []
