"""The headline: which of the places that claim to hold it is believed."""

from __future__ import annotations

import json

import pytest

from tests.parse.pages import BODY, parse

HEADLINE = "Night train from Vientiane reaches Kunming"
OTHER = "Kunming night train arrives from Vientiane on time"


def title(
    *,
    h1: str = "",
    og: str = "",
    head: str = "",
    ld: str = "",
    above: str = "",
    host: str = "news.example",
    path: str = "story",
) -> str:
    data = json.dumps({"@type": "NewsArticle", "headline": ld})
    html = (
        f"<head><title>{head}</title>"
        + (f'<meta property="og:title" content="{og}">' if og else "")
        + (f'<script type="application/ld+json">{data}</script>' if ld else "")
        + f"</head><body>{above}{f'<h1>{h1}</h1>' if h1 else ''}<div>{BODY}</div></body>"
    )
    return parse(html.encode(), f"https://www.{host}/{path}").title


@pytest.mark.parametrize(
    "places",
    [
        {"h1": HEADLINE, "og": OTHER, "head": OTHER, "ld": OTHER},
        {"h1": HEADLINE, "og": f"{HEADLINE} | News", "head": f"{HEADLINE} - News"},
        {"h1": HEADLINE, "head": f"{HEADLINE} • Mekong Times"},
        {"og": HEADLINE, "head": f"{HEADLINE} | Mekong Times", "h1": "Latest news"},
        {"ld": HEADLINE, "head": f"{HEADLINE}-Transport|Mekong Times"},
        {"h1": "Mekong Times", "head": f"{HEADLINE} | Mekong Times", "above": f"<p>{HEADLINE}</p>"},
        {"head": f"Mekong Times :: {HEADLINE}", "above": f"<b>{HEADLINE}</b>"},
        {"head": "Mekong Times", "above": f"<p class='title'>{HEADLINE}</p>"},
        {"head": "Mekong Times", "above": f"<p>{HEADLINE}</p><p>Source: KPL</p>"},
        {"h1": f"{HEADLINE}<br><small>2026-11-03 09:30 Source: KPL</small>", "head": HEADLINE},
        {"h1": f"[转帖] {HEADLINE}", "head": HEADLINE},
        {
            "above": f"<nav><a>News</a><h1>{OTHER}</h1></nav><h2>{HEADLINE}</h2>",
            "head": OTHER,
            "ld": OTHER,
            "og": HEADLINE,
        },
        {
            "above": f"<div class='page__breadcrumbs'><h1>{HEADLINE}</h1></div>",
            "head": HEADLINE,
        },
        {
            "h1": HEADLINE,
            "head": f"{HEADLINE} - News of the day from the river",
            "above": "<meta property='og:site_name' content='News of the day from the river'>"
            "<p>News of the day from the river</p>",
        },
        {
            "above": f"<meta name='headline' content='{HEADLINE}'>",
            "og": f"{HEADLINE}-Transport | Mekong Times",
            "head": f"{HEADLINE}-Transport | Mekong Times",
        },
    ],
    ids=lambda places: ", ".join(places),
)
def test_the_headline_is_what_a_reader_sees(places: dict[str, str]) -> None:
    assert title(**places) == HEADLINE


@pytest.mark.parametrize(
    "headline",
    [
        "Night train reaches Kunming - and turns back",
        "Vientiane–Kunming: a night on rails",
        "老挝—中国：一夜到昆明",
    ],
)
def test_a_dash_or_a_colon_of_the_headline_stays(headline: str) -> None:
    assert title(h1=headline, og=headline, head=headline, ld=headline) == headline


def test_a_kicker_goes_with_most_of_the_metadata() -> None:
    assert title(h1=HEADLINE, og=f"Railways: {HEADLINE}", head=f"Railways: {HEADLINE}") == (
        f"Railways: {HEADLINE}"
    )
    assert title(h1=f"Railways {HEADLINE}", og=HEADLINE, head=f"{HEADLINE} | N") == HEADLINE


@pytest.mark.parametrize("printed", ["Railways {}", "Railways<b>{}</b>", "<i>Railways</i> {}"])
def test_a_kicker_of_its_own_is_parted_as_the_metadata_parts_it(printed: str) -> None:
    assert title(h1=printed.format(HEADLINE), ld=f"Railways: {HEADLINE}") == f"Railways: {HEADLINE}"


def test_a_kicker_stays_where_heading_and_metadata_have_it() -> None:
    whole = f"Railways / {HEADLINE}"
    assert title(h1=f"<i>Railways</i>{HEADLINE}", og=whole, head=whole, ld=HEADLINE) == whole


def test_a_kicker_that_is_another_elsewhere_is_none_of_the_headline() -> None:
    h1, og = f"On the rails - {HEADLINE}", f"Laos and China: {HEADLINE}"
    assert title(h1=h1, og=og, ld=h1, head=f"{og} - Mekong Times") == HEADLINE
    assert title(h1=h1, og=og.replace("train", "bus"), ld=h1) == h1


SPELLED = "Über Luang Prabang: Ein Zug fährt nach Vang Vieng"


@pytest.mark.parametrize(
    ("h1", "og", "path", "headline"),
    [
        ("Die Reise", SPELLED, "ueber-luang-prabang-ein-zug-faehrt-nach-vang-vieng-1.23", SPELLED),
        ("Die Reise", SPELLED, "uber-luang-prabang-ein-zug-fahrt-nach-vang-vieng/", SPELLED),
        ("Die Reise", SPELLED, "ein-zug-faehrt-nach-vang-vieng", "Die Reise"),
        (f"Laos: {HEADLINE}", HEADLINE, HEADLINE.replace(" ", "_"), HEADLINE),
        (f"{HEADLINE} after a night on rails", HEADLINE, HEADLINE.replace(" ", "_"), None),
        (OTHER, HEADLINE, f"{OTHER}/{HEADLINE}".replace(" ", "-"), OTHER),
    ],
)
def test_what_the_address_is_made_of_is_the_headline(
    h1: str, og: str, path: str, headline: str | None
) -> None:
    assert title(h1=h1, og=og, ld=h1, head=f"{og} - N", path=path) == (headline or h1)


def test_a_headline_that_was_changed_since_is_the_new_one() -> None:
    path = OTHER.replace(" ", "-")
    assert title(h1=HEADLINE, ld=HEADLINE, head=HEADLINE, og=OTHER, path=path) == HEADLINE


def test_a_title_of_a_thousand_dashes_ends_soon() -> None:
    assert title(h1=HEADLINE, head="a - " * 100_000) == HEADLINE
