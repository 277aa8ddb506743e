"""schema.org: a NewsArticle with the properties that the vocabulary has for it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from monitor.models import Article, Dateline
from monitor.parse import parse_article, to_schema_org
from tests.parse.articles import BARE, FULL, URL, with_
from tests.parse.pages import page

SAMPLES = sorted((Path(__file__).parents[2] / "samples").rglob("expected/**/*.json"))


def test_all_that_an_article_says_is_there() -> None:
    assert to_schema_org(FULL) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": URL},
        "url": URL,
        "sameAs": f"{URL}?from=rss",
        "headline": "Bridge opens at Boten",
        "datePublished": "2026-11-17T20:05:00+08:00",
        "dateModified": "2026-11-18T09:30:00+08:00",
        "dateline": "VIENTIANE, 2026-11-17, Xinhua",
        "locationCreated": {"@type": "Place", "name": "VIENTIANE"},
        "author": [
            {"@type": "Person", "name": "Li Na"},
            {"@type": "Person", "name": "Bounmy Keo"},
        ],
        "sourceOrganization": {"@type": "Organization", "name": "Xinhua"},
        "publisher": {"@type": "Organization", "name": "news.example"},
        "inLanguage": "en",
        "articleSection": "Business",
        "keywords": ["bridge", "Boten"],
        "image": "https://img.news.example/桥.jpg",
        "articleBody": "VIENTIANE, Nov. 17 (Xinhua) -- A bridge was opened.\n\nIt is for trucks.",
    }


def test_what_is_not_known_is_left_out() -> None:
    kept = {"@context", "@type", "mainEntityOfPage", "url", "headline", "articleBody"}
    assert to_schema_org(BARE).keys() == kept
    assert "dateline" not in to_schema_org(with_(dateline=Dateline()))
    assert "url" not in to_schema_org(with_(url="", canonical=None))


def test_a_day_stays_one() -> None:
    item = to_schema_org(with_(published=dt.date(2026, 11, 17)))
    assert item["datePublished"] == "2026-11-17"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: "/".join(path.parts[-3:]))
def test_the_parser_reads_its_own_output(path: Path) -> None:
    """A page that carries it as JSON-LD has the same headline, dates, authors and section."""
    article = Article.model_validate_json(path.read_bytes())
    data = json.dumps(to_schema_org(article)).replace("<", "\\u003c")
    paragraphs = "".join(f"<p>{text}</p>" for text in article.body)
    html = page(
        paragraphs,
        title=article.title,
        head=f'<script type="application/ld+json">{data}</script>',
        lang=article.language,
    )
    read = parse_article(html, article.url)
    for field in ("title", "body", "published", "authors", "section"):
        assert getattr(read, field) == getattr(article, field), field
