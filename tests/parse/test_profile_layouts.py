"""Layouts change: which of them holds for a page; and dates in forms of the site's own."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from monitor.models import Article
from monitor.parse import Profile, parse_article
from monitor.parse.dateformat import as_iso, pattern_of
from tests.parse.pages import page

OLD, NEW = "Headline of the old layout", "Headline of the new layout"
PRINTED = '<p class="day">{}</p><h2 class="old">{}</h2><h2 class="new">{}</h2>'
TWO: dict[str, Any] = {
    "valid_from": "2024-05-01",
    "title": ".new",
    "published": ".day",
    "layouts": [{"valid_until": "2024-04-30", "title": ".old", "published": ".day"}],
}


def read(html: bytes, url: str = "https://news.example/story", **keys: Any) -> Article:
    return parse_article(html, url, profile=Profile(hosts=("news.example",), **keys))


def both(day: str = "") -> bytes:
    return page(above=PRINTED.format(day, OLD, NEW))


@pytest.mark.parametrize(
    ("url", "day", "title"),
    [
        ("https://news.example/2024-04-30/a.html", "", OLD),
        ("https://news.example/2024-05-01/a.html", "", NEW),
        ("https://news.example/a.html", "30 April 2024", OLD),
        ("https://news.example/a.html", "1 May 2024", NEW),
        ("https://news.example/2024-04-01/a.html", "1 May 2024", OLD),  # the address first
        ("https://news.example/a.html", "", NEW),  # the day is not known: both find as much
    ],
)
def test_the_day_of_the_story_chooses_its_layout(url: str, day: str, title: str) -> None:
    assert read(both(day), url, **TWO).title == title


def test_without_a_day_the_layout_counts_that_finds_more() -> None:
    html = page(above=f'<h2 class="old">{OLD}</h2>')
    assert read(html, **TWO).title == OLD


def test_where_no_layout_holds_the_generic_result_stands() -> None:
    html, url = both(), "https://news.example/2020-01-01/a.html"
    keys = TWO | {"layouts": [], "drop": ["p"]}
    assert read(html, url, **keys) == parse_article(html, url)


def test_a_layout_has_its_own_order_of_dates_and_data() -> None:
    html = page(above='<p class="b">3/11/2020</p>')
    layouts = [{"valid_until": "2024-04-30", "published": ".b", "dates": "mdy"}]
    keys: dict[str, Any] = {"valid_from": "2024-05-01", "layouts": layouts}
    assert read(html, **keys).published == dt.date(2020, 3, 11)


@pytest.mark.parametrize(
    ("form", "text", "iso"),
    [
        ("%d.%m.%y %H:%M", "Posted 03.11.26 09:30 by us", "2026-11-03T09:30:00"),
        ("%d.%m.%y", "03.11.26", "2026-11-03"),
        ("%d.%m.%y", "31.02.26, no, 03.11.99", "1999-11-03"),
        ("%d %B %Y", "ວັນທີ ໐໓ ພະຈິກ ໒໐໒໖", "2026-11-03"),
        ("%d %b %Y", "3  NOV  2569", "2026-11-03"),
        ("%A %d/%m/%Y", "Tuesday 03/11/2026", "2026-11-03"),
        ("%Y%m%d%H%M%S", "20261103093015", "2026-11-03T09:30:15"),
        ("%m-%d-%Y %I:%M %p", "11-03-2026 12:05 a.m.", "2026-11-03T00:05:00"),
        ("%d.%m.%Y %H:%M %z", "03.11.2026 09:30 +0700", "2026-11-03T09:30:00+0700"),
        ("%d.%m.%Y", "103.11.2026 and 3.11.20266", None),
        ("%d%%%m%%%Y", "03%11%2026", "2026-11-03"),
    ],
)
def test_a_date_in_a_form_of_the_site(form: str, text: str, iso: str | None) -> None:
    assert as_iso(text, [form]) == iso


@pytest.mark.parametrize("form", ["", "%d.%m", "%Y-%m-%d %Q", "%Y-%m-%d %", "%d %d %m %Y"])
def test_what_is_no_form_of_a_date(form: str) -> None:
    with pytest.raises(ValueError, match="not a form of a date"):
        pattern_of(form)


def test_the_forms_go_before_the_usual_reading() -> None:
    html = page(above='<p class="d">03.11.26 09:30</p><p class="e">2026-11-04 10:00</p>')
    keys: dict[str, Any] = {"date_formats": ["%d.%m.%y %H:%M"], "timezone": "Asia/Vientiane"}
    article = read(html, published=".d", updated=".e", **keys)
    zone = dt.timezone(dt.timedelta(hours=7))
    assert article.published == dt.datetime(2026, 11, 3, 9, 30, tzinfo=zone)
    assert article.updated == dt.datetime(2026, 11, 4, 10, 0, tzinfo=zone)
