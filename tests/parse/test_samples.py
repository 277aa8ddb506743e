"""Every page of the sample sites gives the Article that stands beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.models import Article
from monitor.parse import parse_article

SITE = Path(__file__).parents[2] / "samples" / "site"
EXPECTED = sorted((SITE / "expected").rglob("*.json"))
SUPERSEDED = sorted((SITE / "superseded").rglob("*.json"))


def _page(path: Path) -> Path:
    """The page at ``<host>/…`` as it stands once every folder of ``publish/`` is copied."""
    published = sorted((SITE / "publish").iterdir())
    return next(root / path for root in (*reversed(published), SITE) if (root / path).is_file())


def _path(expected: Path, root: Path) -> Path:
    return expected.relative_to(root).with_suffix("")  # without .json


def _compare(article: Article, expected: Article) -> None:
    """Each field, but of how it was read only what the expected file says."""
    how = {"quality", "doubts", "extracted_by"} - expected.model_fields_set
    assert article.model_dump(exclude=how) == expected.model_dump(exclude=how)


def test_samples_are_there() -> None:
    assert EXPECTED, f"no expected Articles under {SITE / 'expected'}"


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: "/".join(path.parts[-5:]))
def test_sample(expected: Path) -> None:
    article = Article.model_validate_json(expected.read_bytes())
    page = _page(_path(expected, SITE / "expected"))
    _compare(parse_article(page.read_bytes(), article.url), article)


@pytest.mark.parametrize("expected", SUPERSEDED, ids=lambda path: "/".join(path.parts[-5:]))
def test_superseded_sample(expected: Path) -> None:
    article = Article.model_validate_json(expected.read_bytes())
    folder, *rest = expected.relative_to(SITE / "superseded").parts
    page = SITE / "publish" / folder / _path(Path(*rest), Path())
    _compare(parse_article(page.read_bytes(), article.url), article)
