"""What tests of rules have in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.match import RuleSet
from monitor.models import Article
from tests.cli.conftest import Monitor


@contextmanager
def standing_in(path: Path, text: str) -> Iterator[None]:
    """Another text in a file, for a moment."""
    before = path.read_text("utf-8")
    path.write_text(text, "utf-8")
    try:
        yield
    finally:
        path.write_text(before, "utf-8")


def exported(monitor: Monitor) -> list[Article]:
    lines = monitor("story", "export").out.splitlines()
    return [Article.model_validate_json(line) for line in lines]


def hits(monitor: Monitor, query: str) -> int:
    rules = RuleSet.compile({"r": query})
    return sum(bool(rules.match(article)) for article in exported(monitor))
