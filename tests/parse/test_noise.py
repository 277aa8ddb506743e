"""Sentences that begin or end as the lines round a story do, and those lines."""

from __future__ import annotations

import pytest

from tests.parse.pages import BODY, PARAGRAPHS, page, parse


def _bodies(line: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is read of a story with a line in its middle, and with it at its end."""
    first, second, third = (f"<p>{text}</p>" for text in PARAGRAPHS)
    added = f"<p>{line}</p>"
    return (
        parse(page(first + second + added + third)).body,
        parse(page(first + second + third + added)).body,
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "By Friday, five bridges had been lost to the flood.",
        "By May 2028 all trains will run on electric power.",
        "Already a hub for trade, the town became a member of the league in 2019.",
        "“Support our team,” he told members in an email.",
        "Donate blood early, the hospital asked; a meal is free.",
        "Register at least a week ahead, the embassy advised students.",
        "Register for the race closed on Sunday with 900 runners.",
        "The article appeared in a party paper on Monday and was deleted by noon.",
        "Click here, said the letter, and the savings were gone.",
        "Copyright law has reached few courts in the country.",
        "Published in 2019, the survey is out of date.",
        "Contact: two villages have had none since Sunday.",
        "Related: a third bank closed its branch at the border, its staff said.",
        "Updated: the list now has forty names, nine of them from Yunnan.",
        "Tags: each buffalo has to wear two of them from January.",
        "Credit: the bank has lent three billion kip to farmers.",
        "Edited by a monk in 1920, the book is still read at schools.",
        "Editors of the paper were called to the ministry on Monday.",
        "For more than forty years the ferry was the only way, and nobody checked our papers.",
        "Follow the river on foot and you reach the temple by noon.",
        "The company is not responsible for the content of the letters, its lawyer told the court.",
        "The lorry costs 40,000 dollars on both banks (tax included/not included).",
        "Posted in the north since 2019, he has seen three floods.",
        "Affiliate links made up half of the shop's sales, its report says.",
        "Read more slowly, the monk told them, and they did.",
        "Customs seized four tusks and a rifle (see photo).",
        "▲ The baht fell 0.4 percent against the kip on Monday.",
        "记者：您什么时候来到老挝？",
        "记者：谢谢，祝您一切顺利。",
        "编辑：这个栏目为什么叫湄公河？",
        "关键词：开放。今年的报告中，这个词出现得最多。",
        "浏览：游客可以免费参观三个展厅。",
        "这些画面都是路人用手机拍摄。",
        "货运量增长两成（统计数据由老挝海关提供）。",
        "未经许可采矿的企业，将被关闭。",
        "版权保护期为五十年，老挝法律规定。",
        "扫描二维码即可支付过桥费，司机们不再排队。",
        "扫一扫就能付款，摊主说。",
        "银行邀请用户下载新版应用，首日有三千人注册。",
        "ຂ່າວ: ລົດໄຟຈະເລີ່ມແລ່ນ ໃນວັນຈັນ ທີ່ຈະມາເຖິງນີ້.",
        "ຈັດຕັ້ງໂດຍ: ກະຊວງສຶກສາ ແລະ ກິລາ ຮ່ວມກັບສະຖານທູດຈີນ.",
    ],
)
def test_a_sentence_of_the_story_is_kept(sentence: str) -> None:
    assert [sentence in body for body in _bodies(sentence)] == [True, True]


@pytest.mark.parametrize(
    "line",
    [
        "By Noy Sisouk, Vientiane.",
        "By April Smith",
        "By Noy Sisouk and Li Wei of the Mekong Post in Luang Prabang",
        "Source: Lao News Agency.",
        "Related: Third bank closes its branch",
        "Translated by Noy Sisouk, edited by Li Wei.",
        "Already a member? Log in to read the full story.",
        "Subscribe to our newsletter.",
        "Create an account to read three stories a month.",
        "Click here to read the full report.",
        "© Mekong Post. No part may be reproduced without leave.",
        "© Noy Sisouk Lorries wait at the toll gate of the new bridge, which is open day and night "
        "to whoever has a permit, a driver who knows it and a tank that is full.",
        "Updated on 3 November 2026.",
        "3 min read, last updated on 4 November",
        "03.11.2026 - By: Noy Sisouk - Section: Traffic",
        "Posted in: Bridges, Mekong",
        "Follow the Mekong Post on Facebook and Telegram.",
        "For the latest news from both banks, sign up for our letter.",
        "For more stories like this, check our page on bridges.",
        "Got a story? Get in touch with our reporters in Pakse.",
        "Send us your letter to the editor by Friday.",
        "We want to hear what you think of the bridge.",
        "To read the full story, please log in.",
        "If you're seeing this message, your subscription has ended.",
        "This article is subject to copyright and may not be sold.",
        "Read next",
        "Weitere Informationen:",
        "Impressum | Datenschutz",
        "Foto: Noy Sisouk",
        "You can save this story by registering here. Or sign-in if you have an account.",
        "This post may contain affiliate links.",
        "If you buy through our links, we may earn a small commission.",
        "This site is protected by a riddle, and by the terms of those who set it.",
        "Lire aussi : <a href='/x'>Le pont sur le fleuve est ouvert à la circulation depuis lundi, "
        "deux ans après le début des travaux, et personne ne regrette le bac</a> (4 novembre)",
        "The bridge at night. Photo: Noy Sisouk/Mekong Pictures",
        "A post shared by Noy Sisouk (@noy) on 4 November 2026",
        "Lire aussi :",
        "Anzeige",
        "The bridge is lit at night. (Noy Sisouk / Mekong Pictures)",
        "Monks walk round the bridge (credit: Noy Sisouk)",
        "Monks walk round the stupa. (Photo: KPL)",
        "记者：王一",
        "图为货车驶过新桥。",
        "货车驶过新桥（昆明海关提供）",
        "版权所有，未经许可不得转载。",
        "声明：本文仅供参考，不代表本网观点。",
        "长按二维码关注我们",
        "更多内容请扫码关注。",
        "ຂ່າວ: ສົມສະໄໝ ສີສຸວັນ",
        "ວັນທີ: 3 ພະຈິກ 2026",
    ],
)
def test_a_line_that_is_none_is_left_out(line: str) -> None:
    assert _bodies(line) == (PARAGRAPHS, PARAGRAPHS)


@pytest.mark.parametrize(
    "line",
    [
        "The Mekong Post is not responsible for the opinions of its readers.",
        "The views expressed in this column are the author's own.",
        "mekongpost.example/noysisouk",
        "Follow the latest from both banks on Telegram and Google News.",
        "Noy Sisouk, Li Wei",
        "Text: Noy Sisouk",
    ],
)
def test_what_is_printed_below_a_story(line: str) -> None:
    assert _bodies(line)[1] == PARAGRAPHS


def test_the_life_of_the_author_is_printed_below_a_story() -> None:
    life = "<p>Noy Sisouk is a reporter who has lived on both banks.</p>"
    head = '<meta name="author" content="Noy Sisouk">'
    assert parse(page(f"{BODY}{life}", head=head)).body == PARAGRAPHS
    assert len(parse(page(f"{BODY}{life}")).body) == 4


def test_a_last_sentence_of_capitals_is_of_the_story() -> None:
    assert parse(page(f"{BODY}<p>Long Live Pakse!</p>")).body[-1] == "Long Live Pakse!"


def test_below_a_picture_a_centred_line_is_a_caption_and_elsewhere_a_verse() -> None:
    verse = ("O river, where do you go", "with all the boats that sing", "at night")
    lines = "".join(f"<p style='text-align: center'>{line}</p>" for line in verse)
    html = page(f"<p>{PARAGRAPHS[0]}</p>{lines}<p>{PARAGRAPHS[1]}</p>")
    assert parse(html).body == (PARAGRAPHS[0], *verse, PARAGRAPHS[1])
    caption = f"<p><img src=x.jpg></p><p align=center>{verse[0]}</p>"
    html = page(f"<p>{PARAGRAPHS[0]}</p>{caption}<p>{PARAGRAPHS[1]}</p>")
    assert parse(html).body == PARAGRAPHS[:2]


def test_below_a_picture_a_line_that_is_no_paragraph_is_a_caption() -> None:
    """Where the story's text stands in paragraphs."""
    line = "Lorries wait at the toll gate"
    picture = f"<div><img src=x.jpg><div>{line} of the bridge, says Noy Sisouk</div></div>"
    html = page(f"<p>{PARAGRAPHS[0]}</p>{picture}<p>{PARAGRAPHS[1]}</p>")
    assert parse(html).body == PARAGRAPHS[:2]
    text = page("".join(f"<div><img src=x.jpg><div>{text}</div></div>" for text in PARAGRAPHS))
    assert parse(text).body == PARAGRAPHS


def test_a_list_below_an_invitation_is_what_readers_get() -> None:
    asked = "<p>Create an account or sign in to read on.</p>"
    offer = f"{asked}<ul><li>Two stories a month.</li><li>Letters from the editor.</li></ul>"
    html = page(f"<p>{PARAGRAPHS[0]}</p>{offer}<p>{PARAGRAPHS[1]}</p><p>{PARAGRAPHS[2]}</p>")
    assert parse(html).body == PARAGRAPHS


def test_a_credit_behind_the_full_stop_makes_a_caption() -> None:
    line = "<p><img src=x.jpg>Lorries wait at the toll gate of the bridge.<em>Noy Sisouk</em></p>"
    html = page(f"<p>{PARAGRAPHS[0]}</p>{line}<p>{PARAGRAPHS[1]}</p><p>{PARAGRAPHS[2]}</p>")
    assert parse(html).body == PARAGRAPHS


def test_beside_a_picture_it_is_a_caption() -> None:
    line = "<img src=bridge.jpg><p>▲ The bridge was lit in both flags on Monday.</p>"
    html = page(f"<p>{PARAGRAPHS[0]}</p>{line}<p>{PARAGRAPHS[1]}</p><p>{PARAGRAPHS[2]}</p>")
    assert parse(html).body == PARAGRAPHS


@pytest.mark.parametrize(
    "line",
    [
        "【纠错】【责任编辑:李四】",
        "【我要纠错】责任编辑：李四",
        "责任编辑 李四",
        "编辑/李四",
        "（编辑 李四、王五）",
        "责编 | 李四",
        "（本台记者 李四）",
        "阅读下一篇：",
        "打开客户端，查看更多内容",
        "微信扫一扫分享",
        "（完）",
        "《湄公河日报》（2026年11月4日 02版）",
        "</p><div class=x><p>版权声明：</p><p>本网所有文字和图片，未经同意不得使用，违者必究。",
    ],
)
def test_what_chinese_pages_print_below_a_story(line: str) -> None:
    assert _bodies(line)[1] == PARAGRAPHS


@pytest.mark.parametrize(
    "line",
    [
        "Thứ tư, 4/11/2026, 10:15 (GMT+7)",
        "November 4, 2026 (Wednesday)",
        "(4 November 2026)",
        "Nov 4, 2026, 10:15 p.m.",
        "Mekong Post, 4 November 2026.",
        "2026年11月4日（星期三）",
    ],
)
def test_a_date_above_the_first_paragraph_is_none(line: str) -> None:
    paragraphs = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    assert parse(page(f"<p>{line}</p>{paragraphs}")).body == PARAGRAPHS


@pytest.mark.parametrize(
    "sentence",
    ["The line was opened on 4 November 2026.", "2026년 11월 4일 철도가 개통됐다."],
)
def test_a_sentence_with_a_date_begins_the_story(sentence: str) -> None:
    paragraphs = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    assert parse(page(f"<p>{sentence}</p>{paragraphs}")).body == (sentence, *PARAGRAPHS)
