"""A digest as it is read: each story once, in groups, with what surrounds it."""

from __future__ import annotations

import re
import struct
import zlib
from datetime import date, datetime
from email.message import EmailMessage
from typing import Any

import pytest

from monitor.background import DAYS, Background, Carried, Carrier
from monitor.deliver import payload
from monitor.deliver.base import DigestSettings
from monitor.deliver.charts import chart
from monitor.deliver.dates import in_words
from monitor.deliver.digest import MOST_STORIES, OTHERS, digest
from monitor.deliver.quotes import LONGEST_QUOTE, LONGEST_TITLE, headline, quotes
from monitor.models import Collection, Match, Message, Severity, Span
from tests.builders import message
from tests.deliver.digests import DUE, TRADE, background, collection, stories, told_of
from tests.deliver.test_mail import composed, part


def mailed(told: Collection | None = None, **settings: Any) -> EmailMessage:
    return composed(told or collection(*stories()), digest=settings)


def pictures(mail: EmailMessage) -> dict[str, bytes]:
    """By the name under which the HTML calls them."""
    found: dict[str, bytes] = {}
    for one in mail.walk():
        if one.get_content_type() == "image/png":
            assert one.get_content_disposition() == "inline"
            image = one.get_payload(decode=True)
            assert isinstance(image, bytes)
            found[one["Content-ID"].strip("<>")] = image
    return found


# --- subjects -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "subject"),
    [
        ({}, "Daily digest, 20 November 2026: 4 stories"),
        ({"days": "mon"}, "Weekly digest, 20 November 2026: 4 stories"),
        ({"dates": "zh"}, "Daily digest, 2026年11月20日: 4 stories"),
        ({"dates": "lo"}, "Daily digest, 20 ພະຈິກ 2026: 4 stories"),
    ],
)
def test_a_digest_is_named_by_its_day(settings: dict[str, Any], subject: str) -> None:
    assert mailed(**settings)["Subject"] == subject


@pytest.mark.parametrize(
    ("kind", "subject"),
    [("group", "[China–Laos Railway] 4 stories"), ("surplus", "More alerts: 4 stories")],
)
def test_what_goes_out_together_counts_stories(kind: str, subject: str) -> None:
    assert mailed(collection(*stories(), kind=kind))["Subject"] == subject


def test_the_day_is_that_of_the_channels_zone() -> None:
    late = datetime.fromisoformat("2026-11-20T23:30:00+00:00")  # 06:30 of the 21st in Vientiane
    assert mailed(collection(*stories(), due=late))["Subject"].startswith(
        "Daily digest, 21 November 2026"
    )


@pytest.mark.parametrize(("days", "word"), [("mon-sun", "today"), ("mon", "this week")])
def test_an_empty_digest_says_so(days: str, word: str) -> None:
    mail = mailed(collection(background=background(volumes=())), days=days)
    assert mail["Subject"].endswith(f"digest, 20 November 2026: nothing {word}")
    for kind in ("plain", "html"):
        text = part(mail, kind)
        assert f"othing {word}" in text
        assert "failing since 18 November 2026" in text
    assert pictures(mail).keys() == set()


def test_the_date_is_that_on_which_it_goes_out() -> None:
    assert mailed()["Date"] == "Fri, 20 Nov 2026 00:00:00 +0000"


# --- what it says -------------------------------------------------------------------------------


def test_a_story_stands_there_once_with_the_rules_that_found_it() -> None:
    text = part(mailed(), "plain")
    assert text.count("First night **train** leaves") == 1
    assert "\n  Rules: China–Laos Railway; Trade and border\n" in text
    html = part(mailed(), "html")
    assert html.count("leaves Vientiane for Kunming</a>") == 1
    assert "China–Laos Railway; Trade and border</div>" in html


def test_a_story_says_who_carries_it() -> None:
    text = part(mailed(), "plain")
    assert "; carried by 3 sites\n" in text
    assert "\n  also xinhua.example: https://xinhua.example/a\n" in text
    html = part(mailed(), "html")
    assert '<a href="https://pasaxon.example/b">pasaxon.example</a></div>' in html
    assert "Carried by 3 sites: " in html


def test_two_tellings_are_one_story() -> None:
    first, other = stories()[0], told_of(9, "Night train leaves", "A train.", word="train")
    carried = {number: Carried(first=1) for number in (1, 9)}
    found = digest(collection(first, other, background=background(carried=carried)))
    assert found.stories == 1
    assert found.sections[0].entries[0].message is other, "the latest"


def test_a_correction_stands_for_what_it_corrects() -> None:
    title, body = "Train late", ("The train is late.",)
    first = told_of(1, title, *body, word="train")
    second = told_of(
        1, "Train on time", *body, word="train", revision=2, correction=True, reason="corrected: x"
    )
    ((entry,),) = [section.entries for section in digest(collection(first, second)).sections]
    assert entry.message is second
    assert entry.reasons == ("new story", "corrected: x")
    assert "\n* Corrected: Train on time\n" in part(mailed(collection(first, second)), "plain")


def test_sentences_that_met_the_rule_are_quoted_with_marks() -> None:
    text = part(mailed(), "plain")
    assert "> VIENTIANE, Nov. 20 (Xinhua) -- The first night **train** of the China-Laos" in text
    assert "> It will reach **Kunming** in the morning" in text
    assert "Hundreds waved" not in text
    assert "> 11月20日晚,中老铁路首趟夜间卧铺**列车**从万象站开出。\n" in text
    mark = '<mark style="background-color:#ffe58a;color:#222222">列车</mark>'
    assert f"卧铺{mark}从万象站开出。</div>" in part(mailed(), "html")


def test_the_contents_lead_to_each_group() -> None:
    html = part(mailed(), "html")
    for anchor, name in re.findall(r'<a href="#(.+?)">(.+?)</a>', html):
        assert f'<a id="{anchor}" name="{anchor}"></a>' in html, "Outlook goes by the name"
        assert name in {"China–Laos Railway", "Trade and border", "contents"}
    assert html.count("#part-") == 2


def test_a_group_has_a_chart_that_a_mail_client_shows() -> None:
    mail = mailed()
    shown, html = pictures(mail), part(mail, "html")
    assert set(re.findall(r'src="cid:(.+?)"', html)) == shown.keys()
    assert len(shown) == 3
    assert "Alerts on each of the last 14 days: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 3" in html
    assert "14 days: 1 1 1 1 1 1 1 1 1 1 1 1 1 2\n" in part(mail, "plain")
    assert [each.get_content_type() for each in mail.iter_parts()] == [
        "text/plain",
        "multipart/related",
    ]


def test_sources_that_are_ill_stand_at_the_foot() -> None:
    said = "KPL: failing since 18 November 2026; failed 4 times in a row: kpl.example: timed out"
    assert f"of 20 watched\n- {said}\n" in part(mailed(), "plain")
    well = mailed(collection(*stories(), background=background(ill=())))
    assert "\nAll 20 watched sources are well.\n" in part(well, "plain")
    assert "All 20 watched sources are well." in part(well, "html")


def test_every_attempt_sends_the_same_bytes() -> None:
    first, second = (mailed().as_bytes() for _ in range(2))
    assert first == second


# --- groups -------------------------------------------------------------------------------------


def titles(told: Collection, by: str) -> dict[str, list[int]]:
    return {
        section.title: [entry.message.story for entry in section.entries]
        for section in digest(told, by).sections
    }


def test_groups_by_rule_or_none() -> None:
    told = collection(*stories())
    assert titles(told, "rule") == {"China–Laos Railway": [1, 2, 3], "Trade and border": [4]}
    assert titles(told, "none") == {"": [1, 2, 3, 4]}
    mail = mailed(told, by="none")
    assert len(pictures(mail)) == 1, "all rules together"
    assert "Contents" not in part(mail, "plain")
    assert "\n  Rules: China–Laos Railway\n" in part(mail, "plain")


def named(number: int, *concepts: str, field: str = "body") -> Message:
    spans = tuple(Span(field, 0, 0, 1, f"@{one}", "x", one) for one in concepts)
    told = told_of(number, "A title", "x", word="x")
    return message(story=number, article=told.article, match=Match("railway", spans))


def test_groups_by_the_concept_that_several_stories_name() -> None:
    told = collection(
        named(1, "laos", "train"),
        named(2, "train", "laos"),
        named(3, "laos", "dam"),
        named(4, "dam", "laos"),
        named(5, "laos", "mining"),
        named(6),
        background=Background(),
    )
    assert titles(told, "topic") == {"@dam": [3, 4], "@train": [1, 2], "@laos": [5], OTHERS: [6]}


def test_what_the_headline_names_goes_first() -> None:
    told = collection(named(1, "laos", field="title"), named(2, "dam", "laos"), named(3, "dam"))
    assert titles(told, "topic") == {"@dam": [2, 3], "@laos": [1]}


def test_what_is_severe_comes_first() -> None:
    calm, grave = stories()[0], told_of(8, "Dam breaks", "train", word="train")
    grave = message(story=8, article=grave.article, severity=Severity.HIGH)
    assert titles(collection(calm, grave), "rule") == {"China–Laos Railway": [8, 1]}


# --- bounds -------------------------------------------------------------------------------------


def test_a_digest_of_a_thousand_stories_says_how_many_it_leaves_out() -> None:
    many = [
        told_of(number, f"Train {number}", f"The train {number} leaves. " * 40, word="train")
        for number in range(1, 999)
    ]
    few = [told_of(number, "Customs", word="Customs", **TRADE) for number in (999, 1000)]
    told = collection(*many, *few)
    found = digest(told)
    assert [len(section.entries) for section in found.sections] == [MOST_STORIES - 2, 2]
    mail = mailed(told)
    assert mail["Subject"] == "Daily digest, 20 November 2026: 1000 stories"
    assert len(part(mail, "html").encode()) < 102_000, "Gmail shows no more"
    assert "100 of them are shown here, 900 are left out" in part(mail, "plain")
    assert "100 of them are shown here, 900 are left out" in part(mail, "html")
    assert "\n  900 more of these.\n" in part(mail, "plain")


def test_a_title_of_ten_thousand_characters_is_cut() -> None:
    long = told_of(1, "train " * 1_667, "x" * 9_000 + " train " + "y" * 9_000, word="train")
    whole_words = "train " * (LONGEST_TITLE // len("train "))
    assert "".join(text for text, _ in headline(long)) == f"{whole_words.rstrip()}…"
    (quote,) = quotes([long])
    text = "".join(text for text, _ in quote)
    assert len(text) == LONGEST_QUOTE + 2
    assert ("train", True) in quote
    assert (text[0], text[-1]) == ("…", "…")
    assert len(mailed(collection(long))["Subject"]) < 100


def test_many_sites_are_counted_rather_than_linked() -> None:
    sites = tuple(
        Carrier(site=f"s{number}.example", url=f"https://s{number}.example/", title="T")
        for number in range(30)
    )
    told = collection(
        stories()[0], background=background(carried={1: Carried(first=1, carriers=sites)})
    )
    text = part(mailed(told), "plain")
    assert "carried by 30 sites" in text
    assert text.count("\n  also ") == 8
    assert "\n  and 21 more\n" in text


def test_only_web_addresses_of_other_sites_become_links() -> None:
    evil = Carrier(site="<b>evil</b>", url="javascript:alert(1)", title="T")
    told = collection(
        stories()[0], background=background(carried={1: Carried(first=1, carriers=(evil,))})
    )
    assert "javascript" not in part(mailed(told), "html")


# --- pictures and dates -------------------------------------------------------------------------


def pixels(png: bytes) -> list[bytes]:
    """The rows of an image of ours, a byte a pixel."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, at = {}, 8
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        (crc,) = struct.unpack_from(">I", png, at + 8 + length)
        assert crc == zlib.crc32(kind + data)
        chunks[kind], at = data, at + 12 + length
    width, height = struct.unpack_from(">II", chunks[b"IHDR"])
    raw = zlib.decompress(chunks[b"IDAT"])
    assert len(raw) == height * (width + 1)
    return [raw[row * (width + 1) + 1 : (row + 1) * (width + 1)] for row in range(height)]


def test_a_chart_has_a_bar_a_day() -> None:
    rows = pixels(chart((0, 4, 2)))
    bottom, top, middle = rows[-1], rows[0], rows[len(rows) // 2]
    assert bytes(16) == top[:16], "no alert, no bar"
    assert set(top[22:38]) == {1}, "the highest fills the height"
    assert set(top[44:]) == {0}
    assert set(middle[44:]) == {2}, "the last day stands out"
    assert [bottom[x] for x in (0, 22, 44)] == [1, 1, 2], "each day has its ground"
    assert chart((0, 0)) == chart((0, 0))


@pytest.mark.parametrize(("language", "said"), [("en", "1 May 2026"), ("lo", "1 ພຶດສະພາ 2026")])
def test_dates_in_words(language: str, said: str) -> None:
    assert in_words(date(2026, 5, 1), language) == said
    assert in_words(None, language) == ""


# --- programs -----------------------------------------------------------------------------------


def test_programs_are_told_what_surrounds_the_alerts() -> None:
    told = payload(collection(*stories()))
    assert len(told["alerts"]) == 5
    assert told["timezone"] == "Asia/Vientiane"
    (story,) = told["stories"]
    assert (story["id"], story["first"], story["carried_by"]) == (1, 1, 3)
    assert story["tellings"][1] == {
        "site": "xinhua.example",
        "url": "https://xinhua.example/a",
        "title": "First night train",
    }
    assert [volume["rule"] for volume in told["days"]] == ["railway", "trade"]
    assert all(len(volume["days"]) == DAYS for volume in told["days"])
    (ill,) = told["sources"]["ill"]
    assert (ill["source"], ill["health"]) == ("kpl", "failing")
    assert told["due_at"] == DUE.isoformat()


def test_a_background_of_a_later_version_is_read() -> None:
    kept = background().model_dump(mode="json") | {"weather": "fine"}
    assert Background.model_validate(kept) == background()
    assert DigestSettings() == DigestSettings(by="rule", empty="skip", dates="en")
