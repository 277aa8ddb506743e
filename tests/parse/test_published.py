"""Which of the dates on a page is the story's."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from monitor.models import Moment
from tests.parse.pages import BODY, page, parse

DAY = dt.date(2026, 11, 3)
NINE = dt.datetime(2026, 11, 3, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=7)))


def _data(published: str, modified: str = "", kind: str = "NewsArticle") -> str:
    node = {"@type": kind, "datePublished": published, "dateModified": modified}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def _published(*, head: str = "", above: str = "", body: str = BODY) -> Moment | None:
    return parse(page(body, head=head, above=above)).published


def _iso(moment: Moment | None) -> str | None:
    return moment.isoformat() if moment else None


@pytest.mark.parametrize(
    "above",
    [
        '<span class="post-date">3 November 2026</span>',
        '<abbr class="published" title="2026-11-03">yesterday</abbr>',
        '<abbr itemprop="datePublished" title="2026-11-03">yesterday</abbr>',
        "<dl><dt>Datum</dt><dd>3.11.2026</dd></dl>",
        "<p>Erstellt am: 3.11.2026</p>",
        "<p>ເຜີຍແຜ່: 3/11/2026</p>",
        "<p>วันที่ 3 พฤศจิกายน 2569</p>",
        "<p>發佈日期：2026-11-03</p>",
        "<aside><dl><dt>Datum</dt><dd>3.11.2026</dd></dl></aside>",
        "<p>Letzte Änderung: 9.11.2026<br>Erschienen am: 3.11.2026<br>Lesungen: 61</p>",
    ],
)
def test_printed_dates(above: str) -> None:
    assert _published(above=above) == DAY
    assert parse(page(BODY + above)).published == DAY


@pytest.mark.parametrize("line", ["von Noy Sample, 3.11.26", "Dienstag 3.11.26, 09:30"])
def test_a_year_of_two_digits_above_the_story(line: str) -> None:
    assert _published(above=f"<p>{line}</p>") == DAY


@pytest.mark.parametrize("line", ["Version 3.11.26.4", "3.11.26,5", "13.13.26"])
def test_what_is_no_date_of_two_digits(line: str) -> None:
    assert _published(above=f"<p>{line}</p>") is None


def test_a_date_above_the_headline() -> None:
    html = page(above="").replace(b"<h1>", b'<h2 class="date-header">3 November 2026</h2><h1>')
    assert parse(html).published == DAY


@pytest.mark.parametrize(
    ("head", "last"),
    [
        ('<meta name="DC:date" content="2026-11-03">', ""),
        ('<meta name="shareaholic:article_published_time" content="2026-11-03">', ""),
        ('<meta name="description" content="A bridge (Notizia del 3 Novembre 2026)">', ""),
        (_data("2026-11-03", kind="WebPage"), ""),
        ("", '<div class="foot">This article was written on 3 November 2026 by us.</div>'),
    ],
)
def test_what_is_asked_last(head: str, last: str) -> None:
    assert _published(head=head, body=BODY + last) == DAY


def test_several_places_outvote_one() -> None:
    meta = '<meta property="article:published_time" content="2026-11-09">'
    above = '<time datetime="2026-11-03">3 November</time> <p>Published: 3 November 2026</p>'
    assert _published(head=meta, above=above) == DAY
    assert _published(head=_data("2026-11-09T08:00:00Z"), above="<p>3 November 2026</p>") != DAY


def test_a_printed_label_outvotes_what_its_time_states() -> None:
    above = '<time datetime="2026-11-09T10:18:46Z">Publié le 3 novembre 2026</time>'
    assert _published(above=above) == DAY


@pytest.mark.parametrize("modified", ["2026-11-09T08:00:00Z", "2026-11-08"])
def test_data_that_says_the_last_change_yields_to_the_printed_date(modified: str) -> None:
    head = _data("2026-11-09T08:00:00Z", modified)
    assert _published(head=head, above="<p>Published: 3 November 2026</p>") == DAY


@pytest.mark.parametrize(
    "above",
    [
        '<time datetime="2026-11-03T09:30:00+07:00">today</time>',
        "<p>Posted: 3 November 2026 09:30</p>",
    ],
)
def test_a_time_in_utc_is_told_as_it_is_printed(above: str) -> None:
    assert _iso(_published(head=_data("2026-11-03T02:30:00Z"), above=above)) == _iso(NINE)


def test_the_last_change_has_the_offset_of_the_publication() -> None:
    html = page(
        head=_data("2026-11-03T02:30:00Z", "2026-11-03T05:00:00Z"),
        above="<p>3 November 2026, 9:30</p>",
    )
    assert _iso(parse(html).updated) == "2026-11-03T12:00:00+07:00"


def test_midnight_elsewhere_is_the_printed_day() -> None:
    found = _published(head=_data("2026-11-02T17:00:00Z"), above="<p>3 November 2026</p>")
    assert _iso(found) == "2026-11-03T00:00:00+07:00"


def test_a_zone_makes_the_printed_day_of_a_time_in_utc() -> None:
    html = page(head=_data("2026-11-02T20:15:00Z"), above="<p>3 November 2026</p>")
    found = parse(html, timezone="Asia/Vientiane").published
    assert _iso(found) == "2026-11-03T03:15:00+07:00"


def test_two_places_settle_the_order_of_day_and_month() -> None:
    meta = '<meta name="date" content="11/3/2026 12:43">'
    assert _published(head=meta, above="<p>Published: 3 November 2026</p>") == DAY
    assert _published(head=meta) == dt.date(2026, 3, 11)


@pytest.mark.parametrize(
    "more",
    [
        '<div class="comments"><time datetime="2026-11-09">later</time></div>',
        "<ul><li>9 November 2026 Ferry</li><li>8 November 2026 Train</li></ul>",
    ],
)
def test_what_is_of_others_is_no_date_of_the_story(more: str) -> None:
    assert _published(body=BODY + more) is None


@pytest.mark.parametrize(
    "joined",
    [
        "Registriert: 9.11.2008, 05:56",
        "Member since: 9 November 2008",
        "注册时间：2008-11-09 09:30",
    ],
)
def test_when_the_owner_of_an_account_came_is_no_date_of_the_story(joined: str) -> None:
    assert _published(above=f"<p>{joined}</p><p>Noy » 3 November 2026</p>") == DAY


def test_a_date_in_running_text_is_no_label() -> None:
    text = "ງານບຸນ ໃນເດືອນໜ້າ ວັນທີ 30 ພະຈິກ 2025 ຈະມີຄົນມາຮ່ວມ."
    assert (
        _published(above='<span class="date">3/11/2026</span>', body=f"<p>{text}</p>{BODY}") == DAY
    )


def test_the_foot_of_a_page_says_its_last_change() -> None:
    article = parse(page(BODY + "<div>This page was last edited on 3 November 2026.</div>"))
    assert (article.published, article.updated) == (None, DAY)
