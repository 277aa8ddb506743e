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
) -> str:
    data = json.dumps({"@type": "NewsArticle", "headline": ld})
    html = (
        f"<head><title>{head}</title>"
        + (f'<meta property="og:title" content="{og}">' if og else "")
        + (f'<script type="application/ld+json">{data}</script>' if ld else "")
        + f"</head><body>{above}{f'<h1>{h1}</h1>' if h1 else ''}<div>{BODY}</div></body>"
    )
    return parse(html.encode(), f"https://www.{host}/story").title


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


def test_a_title_of_a_thousand_dashes_ends_soon() -> None:
    assert title(h1=HEADLINE, head="a - " * 100_000) == HEADLINE
