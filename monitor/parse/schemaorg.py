"""An Article as a NewsArticle of https://schema.org/NewsArticle, in JSON-LD."""

from __future__ import annotations

from typing import Any

from monitor.models import Article, Moment
from monitor.parse.text import dateline_text


def to_schema_org(article: Article) -> dict[str, Any]:
    """What the article has, under schema.org's names; what it does not have is left out.

    A date without a time stays one (``Date`` beside ``DateTime``). Every author is a ``Person``:
    an Article does not tell people from desks.
    """
    address = article.canonical or article.url
    place = article.dateline.place if article.dateline else None
    item = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": address} if address else None,
        "url": address,
        "sameAs": article.url if article.url != address else None,
        "headline": article.title,
        "datePublished": _printed(article.published),
        "dateModified": _printed(article.updated),
        "dateline": dateline_text(article),
        "locationCreated": _named("Place", place),
        "author": [_named("Person", name) for name in article.authors],
        "sourceOrganization": _named("Organization", article.source),
        "publisher": _named("Organization", article.site),
        "inLanguage": None if article.language == "und" else article.language,
        "articleSection": article.section,
        "keywords": list(article.keywords),
        "image": article.image,
        "articleBody": "\n\n".join(article.body),
    }
    return {name: value for name, value in item.items() if value}


def _printed(moment: Moment | None) -> str | None:
    return moment.isoformat() if moment else None


def _named(kind: str, name: str | None) -> dict[str, str] | None:
    return {"@type": kind, "name": name} if name else None
