"""Sample pages of a site, each with the Article that is expected of it.

``story.html`` has ``story.json`` beside it, and ``story.2.html``, if the story goes on there.
"""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitor.errors import ParseError, contained
from monitor.models import Article
from monitor.parse import parse_article
from monitor.parse.nextpage import joined, next_page
from monitor.parse.profile import Profile, profile_of

_FURTHER = re.compile(r".+\.\d+")


@dataclass(frozen=True, slots=True)
class Difference:
    field: str
    expected: Any
    found: Any


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a sample came out; it is right where there is neither a problem nor a difference."""

    page: Path
    differences: tuple[Difference, ...] = ()
    skipped: tuple[str, ...] = ()  # keys of the expected file that no Article has
    problem: str | None = None

    @property
    def is_right(self) -> bool:
        return not self.differences and self.problem is None


def samples_in(folder: Path) -> list[Path]:
    """The sample pages of a folder: each ``story….html``, and what has a ``.json`` beside it."""
    return [
        page
        for page in sorted(folder.glob("*.html"))
        if not _FURTHER.fullmatch(page.stem)
        and (page.name.startswith("story") or page.with_suffix(".json").exists())
    ]


def further_pages(page: Path) -> list[Path]:
    numbered = (page.with_name(f"{page.stem}.{number}.html") for number in itertools.count(2))
    return list(itertools.takewhile(Path.exists, numbered))


def read_sample(page: Path, url: str, profile: Profile | None) -> Article:
    """The Article of a sample page that stands at ``url``, with the pages that it leads on to.

    Raises ParseError and OSError.
    """
    html, where = page.read_bytes(), url
    article = parse_article(html, url, profile=profile)
    for further in further_pages(page):
        there = next_page(html, where, profile)
        if there is None:
            break
        html, where = further.read_bytes(), there
        article = joined(article, parse_article(html, where, profile=profile)) or article
    return article


def check_sample(page: Path, profile: Profile) -> Verdict:
    """Hold what ``profile`` makes of a sample page against the Article that is expected of it.

    Only the fields that the expected file gives are compared. Raises nothing.
    """
    path = page.with_suffix(".json")
    try:
        expected = _expected(path)
        url = str(expected["url"])
        if profile_of(dict.fromkeys(profile.hosts, profile), url) is None:
            return Verdict(page, problem=f"{path.name}: {url} is not of {_or(profile.hosts)}")
        with contained(ParseError, str(page)):
            article = read_sample(page, url, profile)
        return _compared(page, expected, article)
    except ParseError as error:
        return Verdict(page, problem=str(error))
    except (OSError, ValueError) as error:
        return Verdict(page, problem=f"{path.name}: {_reason(error)}")


def address_of(page: Path) -> str | None:
    """The address that a sample page stands for; None where its expected file does not say."""
    try:
        return str(_expected(page.with_suffix(".json"))["url"])
    except (OSError, ValueError):
        return None


def _expected(path: Path) -> dict[str, Any]:
    """Raises OSError and ValueError."""
    try:
        said = json.loads(path.read_bytes())
    except RecursionError as error:
        raise ValueError("not the JSON of an Article") from error
    if not isinstance(said, dict) or "url" not in said:
        raise ValueError("no object with a url in it: the expected Article, as JSON")
    if not said.keys() & (Article.model_fields.keys() - {"url"}):
        raise ValueError("says of no field of an Article what is expected: title, body …")
    return said


def _compared(page: Path, expected: dict[str, Any], article: Article) -> Verdict:
    known = {name: value for name, value in expected.items() if name in Article.model_fields}
    wanted = Article.model_validate(dict(article) | known).model_dump(mode="json")
    found = article.model_dump(mode="json")
    differences = tuple(
        Difference(name, wanted[name], found[name]) for name in known if wanted[name] != found[name]
    )
    return Verdict(page, differences, tuple(sorted(expected.keys() - known.keys())))


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "not there: the Article that is expected of the page, as JSON"
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror}"
    if isinstance(error, ValidationError):
        return "; ".join(
            f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()
        )
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error}"
    return str(error)


def _or(hosts: tuple[str, ...]) -> str:
    return " or ".join(hosts)
