"""New, revised, the same, or a copy: and above all, never a copy that is none."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.dedupe import (
    Candidate,
    Known,
    canonical_url,
    content_key,
    decide,
    describe_revision,
    resemblance,
    sketch,
)
from monitor.models import Article, ChangeKind

WIRE_EN = (
    "The China-Laos Railway handled more than two million tonnes of cross-border freight in the"
    " first ten months of this year, up 18 percent from a year earlier, its operator said Tuesday.",
    "Fresh fruit, rubber and iron ore made up most of the goods that travelled north, while"
    " machinery and household appliances went the other way, the company said in a statement.",
    "A second customs lane opened at the border station of Boten in August and has cut the"
    " average waiting time of a train from five hours to 90 minutes, according to officials.",
    "Farmers in the northern provinces say that the line has brought buyers to villages which"
    " could not sell beyond the next market town a few years ago.",
)
WIRE_ZH = (
    "中老铁路运营公司三日发布消息说，今年前十个月，铁路累计运输跨境货物超过二百万吨，同比增长18%，创下开通以来的最高纪录。",
    "据介绍，北上货物以新鲜水果、橡胶和铁矿石为主，南下货物则以机械设备和家用电器居多，沿线物流园区的仓储能力明显提升。",
    "磨丁口岸八月新增一条通关通道，列车平均等待时间由5小时缩短至90分钟，老挝北部各省的农户也因此找到了新的买家。",
)
WIRE_LO = (
    "ບໍລິສັດທາງລົດໄຟລາວຈີນລາຍງານວ່າໃນສິບເດືອນຕົ້ນປີນີ້ໄດ້ຂົນສົ່ງສິນຄ້າຂ້າມແດນຫຼາຍກວ່າສອງລ້ານໂຕນເພີ່ມຂຶ້ນ18ສ່ວນຮ້ອຍທຽບໃສ່ປີກ່ອນ",
    "ສິນຄ້າສ່ວນໃຫຍ່ທີ່ສົ່ງອອກແມ່ນໝາກໄມ້ສົດຢາງພາລາແລະແຮ່ເຫຼັກສ່ວນສິນຄ້ານຳເຂົ້າແມ່ນກົນຈັກແລະເຄື່ອງໃຊ້ໄຟຟ້າ",
    "ດ່ານບໍ່ເຕັນໄດ້ເປີດຊ່ອງທາງກວດກາໃໝ່ໃນເດືອນແປດເຮັດໃຫ້ເວລາລໍຖ້າຂອງລົດໄຟຫຼຸດລົງຈາກ5ຊົ່ວໂມງເຫຼືອ90ນາທີ",
)
WIRES = {"en": WIRE_EN, "zh": WIRE_ZH, "lo": WIRE_LO}


def article(*body: str, title: str = "Rail freight doubles", **more: Any) -> Article:
    more = {"url": "https://a.example/1", "site": "a.example", "language": "en"} | more
    return Article(title=title, body=body, **more)


def candidate(of: Article, story: int = 7, site: str = "b.example", **more: Any) -> Candidate:
    fields = {"title": of.title, "language": of.language, "sketch": sketch(of)} | more
    return Candidate(story=story, site=site, **fields)


def carried(language: str, opening: str, *end: str, title: str = "Another headline") -> Article:
    first, *rest = WIRES[language]
    return article(opening + first, *rest, *end, title=title, language=language)


# --- the same words ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "China and Laos -- a railway, 1.5 years on.",
        "china  AND laos – a railway; 1.5 years on",
        "Ｃhina and\u00a0Laos: “a rail\u200bway”, 1.5\tyears on!",
    ],
)
def test_trivial_edits_keep_the_key(body: str) -> None:
    assert content_key(article(body)) == content_key(
        article("China and Laos -- a railway, 1.5 years on.")
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("中老铁路，开通。", "中老铁路 开通"),
        ("ນ້ຳຂອງ", "ນ\u0ec9\u0ecd\u0eb2ຂອງ"),
        ("ລົດໄຟ ໑໒ ຄັນ", "ລົດໄຟ 12 ຄັນ"),
        ("1,000 tonnes", "1000 tonnes"),
    ],
)
def test_spellings_of_the_same_words_keep_the_key(one: str, other: str) -> None:
    assert content_key(article(one)) == content_key(article(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("up 1.5 percent", "up 15 percent"),
        ("five dead", "six dead"),
        ("$5", "€5"),
        ("老挝", "老挝人"),
        ("therapist", "the rapist"),
    ],
)
def test_other_words_change_the_key(one: str, other: str) -> None:
    assert content_key(article(one)) != content_key(article(other))


def test_the_title_counts() -> None:
    assert content_key(article("b", title="a")) != content_key(article("a", title="b"))


# --- one address ---------------------------------------------------------------------------------


def test_an_unknown_story_is_new() -> None:
    change = decide(article(*WIRE_EN), known=None, alike=())
    assert (change.kind, change.story, change.reason) == (ChangeKind.NEW, None, "not seen before")


def test_the_same_words_at_the_same_address_are_the_same() -> None:
    story = article(*WIRE_EN)
    change = decide(story, known=Known(3, content_key(story), story.title), alike=())
    assert (change.kind, change.story) == (ChangeKind.SAME, 3)


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (article("a", title="Old"), "title changed"),
        (article("a"), "text changed"),
    ],
)
def test_other_words_at_the_same_address_are_a_revision(before: Article, said: str) -> None:
    known = Known(3, content_key(before), before.title)
    change = decide(article("b"), known=known, alike=[candidate(article(*WIRE_EN))])
    assert (change.kind, change.story, change.reason) == (ChangeKind.REVISED, 3, said)


def test_a_revision_is_described_where_the_old_text_is_at_hand() -> None:
    before = article("a", "b")
    known = Known(3, content_key(before), before.title, before)
    assert decide(article("a", "c"), known=known, alike=()).reason == "1 paragraph changed"


def test_a_revision_of_endless_paragraphs_is_not_compared_one_by_one() -> None:
    before = Article(url="https://a.example/1", title="Lists", body=["a", "b"] * 501)
    after = before.model_copy(update={"body": ("b", "a") * 501})
    known = Known(7, content_key(before), before.title, before)
    assert decide(after, known=known, alike=[]).reason == "text changed"


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (article("one", "two", "three"), "no words changed"),
        (article("ONE!", "two", "three"), "no words changed"),
        (article("one", "two", "three", title="Freight triples"), "title changed"),
        (article("one", "2", "3"), "2 paragraphs changed"),
        (article("one", "two"), "1 paragraph removed"),
        (article("one", "two", "three", "four", "five"), "2 paragraphs added"),
        (
            article("uno", "two", "three", "four", title="New"),
            "title changed, 1 paragraph changed, 1 paragraph added",
        ),
    ],
)
def test_a_revision_in_words(after: Article, said: str) -> None:
    assert describe_revision(article("one", "two", "three"), after) == said


# --- copies --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "opening", "end"),
    [
        ("en", "VIENTIANE, Nov. 3 (Xinhua) -- ", "Editor: Li Na"),
        ("en", "Vientiane, Laos — ", "(Source: KPL)"),
        ("zh", "新华社万象11月3日电（记者章建华）", "【责任编辑:王萌】"),
        ("zh", "本报万象11月3日电", "责编：李娜"),
        ("lo", "ວຽງຈັນ, 3 ພະຈິກ (ຂປລ) - ", "ຂ່າວ: ສົມພອນ"),
    ],
)
def test_a_wire_story_elsewhere_is_a_copy(language: str, opening: str, end: str) -> None:
    first = article(*WIRES[language], language=language)
    change = decide(carried(language, opening, end), known=None, alike=[candidate(first)])
    assert (change.kind, change.story) == (ChangeKind.COPY, 7)
    assert change.reason == "carries the wire story of b.example: 100 % of the text is the same"


def test_credit_lines_that_nobody_foresaw_matter_little() -> None:
    first = article(*WIRE_EN)
    other = carried("en", "As reported by our man on the spot. ", "Like us on every network!")
    change = decide(other, known=None, alike=[candidate(first)])
    assert change.kind is ChangeKind.COPY
    assert resemblance(sketch(first), sketch(other)) > 0.8


def test_a_copy_on_the_same_site_says_so() -> None:
    story = article(*WIRE_EN)
    change = decide(story, known=None, alike=[candidate(story, site="a.example")])
    assert change.kind is ChangeKind.COPY
    assert change.reason == ("published again under another address: 100 % of the text is the same")


def test_the_likeliest_original_is_named_and_of_equals_the_oldest() -> None:
    story = article(*WIRE_EN)
    cut = candidate(article(*WIRE_EN[:3]), story=1)
    alike = [cut, candidate(story, story=9), candidate(story, story=5)]
    assert decide(story, known=None, alike=alike).story == 5


def test_a_sketch_at_hand_is_used() -> None:
    story = article(*WIRE_EN)
    change = decide(article("-"), known=None, alike=[candidate(story)], own_sketch=sketch(story))
    assert change.kind is ChangeKind.COPY


# --- what is no copy -----------------------------------------------------------------------------


def assert_new(one: Article, other: Article, **more: Any) -> None:
    assert decide(one, known=None, alike=[candidate(other, **more)]).kind is ChangeKind.NEW


def test_another_language_is_never_a_copy() -> None:
    story = article(*WIRE_EN, language="en-GB")
    assert_new(story, story, language="fr")
    for language in ("EN", "en-US", "und"):
        like = candidate(story, language=language)
        assert decide(story, known=None, alike=[like]).kind is ChangeKind.COPY


def test_short_stories_never_collide() -> None:
    brief = article("A bus fell into a ravine in Laos on Monday, killing five, police said.")
    assert_new(brief, brief)
    assert_new(article(), article())
    assert resemblance((), ()) == 0.0


def test_two_stories_of_one_subject_are_two() -> None:
    other = article(
        "The China-Laos Railway will run two more passenger trains a day between Vientiane and"
        " Kunming over the new year, its operator said Tuesday, after tickets sold out in hours.",
        "Hotels in Luang Prabang report that nine rooms of ten are taken for the last week of"
        " December, most of them by visitors who arrive by rail, the company said in a statement.",
    )
    assert resemblance(sketch(article(*WIRE_EN)), sketch(other)) < 0.1
    assert_new(article(*WIRE_EN), other)


def rates(rate: str, pips: str, day: str, title: str = "Chinese yuan and the dollar") -> Article:
    return article(
        f"The central parity rate of the Chinese currency renminbi, or the yuan, moved {pips} pips"
        f" to {rate} against the U.S. dollar {day}, according to the China Foreign Exchange Trade"
        " System.",
        "In China's spot foreign exchange market, the yuan is allowed to rise or fall by 2 percent"
        " from the central parity rate each trading day.",
        "The central parity rate of the yuan against the U.S. dollar is based on a weighted average"
        " of prices offered by market makers before the opening of the interbank market each"
        " business day.",
        title=title,
    )


def test_a_daily_template_with_other_figures_is_new_each_day() -> None:
    monday, tuesday = rates("7.1023", "12", "Monday"), rates("7.1100", "77", "Tuesday")
    assert resemblance(sketch(monday), sketch(tuesday)) > 0.5
    assert_new(monday, tuesday)
    assert_new(monday, tuesday, site="a.example")
    assert decide(monday, known=None, alike=[candidate(monday)]).kind is ChangeKind.COPY


def test_a_chinese_template_with_other_figures_is_new_each_day() -> None:
    def daily(rate: str, pips: str) -> Article:
        return article(
            f"中国外汇交易中心公布，人民币对美元汇率中间价报{rate}，较前一交易日变动{pips}个基点，市场交投总体平稳。",
            "根据规定，每日银行间即期外汇市场人民币对美元的交易价可在中间价上下百分之二的幅度内浮动，中间价由做市商报价加权平均得出。",
            title="人民币汇率中间价",
            language="zh",
        )

    assert resemblance(sketch(daily("7.1023", "12")), sketch(daily("7.1100", "77"))) > 0.5
    assert_new(daily("7.1023", "12"), daily("7.1100", "77"))


def test_titles_that_differ_in_figures_alone_are_a_series() -> None:
    body = [text.replace("18", "many").replace("90", "some") for text in WIRE_EN]
    assert_new(
        article(*body, title="Rail diary, 3 November"),
        article(*body, title="Rail diary, 4 November"),
    )


# --- sketches ------------------------------------------------------------------------------------


def test_a_sketch_is_small_sorted_and_fits_a_signed_64_bit_column() -> None:
    values = sketch(article(*WIRE_EN, " ".join(f"train {n} left" for n in range(20))))
    assert len(values) == 64
    assert list(values) == sorted(set(values))
    assert all(0 <= value < 2**63 for value in values)


def test_a_sketch_is_the_same_in_every_process() -> None:
    code = (
        "from monitor.dedupe import sketch\nfrom monitor.models import Article\n"
        f"print(sketch(Article(url='u', title='t', body={WIRE_ZH!r})))"
    )
    run = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == str(sketch(article(*WIRE_ZH)))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 300), st.integers(0, 300))
def test_resemblance_estimates_the_shared_part(start: int, length: int) -> None:
    words = [f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(400)]
    whole = article(" ".join(words))
    part = article(" ".join(words[start : start + length]))
    shared = max(0, min(start + length, 400) - start - 3) / 397
    assert resemblance(sketch(whole), sketch(part)) == pytest.approx(shared, abs=0.3)
    assert resemblance(sketch(part), sketch(whole)) == resemblance(sketch(whole), sketch(part))


@settings(max_examples=100, deadline=None)
@given(st.text(), st.lists(st.text(max_size=60), max_size=4))
def test_any_text_gets_a_verdict(title: str, body: list[str]) -> None:
    story = article(*body, title=title)
    assert decide(story, known=None, alike=[candidate(story)]).kind in ChangeKind
    known = Known(1, content_key(story), title)
    assert decide(story, known=known, alike=()).kind is ChangeKind.SAME


def test_the_canonical_url_is_at_hand_here_too() -> None:
    assert canonical_url("http://www.a.example/1#x") == "https://a.example/1"
