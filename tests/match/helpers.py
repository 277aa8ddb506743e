"""What the tests of rules share: articles made from a few words."""

from __future__ import annotations

from monitor.match import RuleSet
from monitor.models import Article, Span


def article(title: str, *body: str) -> Article:
    return Article(url="https://news.example/1", title=title, body=body)


def found(query: str, title: str, *body: str) -> tuple[Span, ...] | None:
    """The spans of one query in an article, or None where it does not match."""
    matches = RuleSet.compile({"r": query}).match(article(title, *body))
    return matches[0].spans if matches else None
