"""``monitor profile try``"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.common import AsJson, Context
from monitor.cli.pages import is_address, read_story
from monitor.cli.profilefiles import Kept, kept_profiles, named
from monitor.cli.profilesave import save
from monitor.cli.show import err, out, show_json, show_rows
from monitor.errors import ParseError, contained
from monitor.models import Article, Fetched
from monitor.parse import Profile, dateline_text, parse_article
from monitor.parse.nextpage import joined
from monitor.parse.profilefile import load_profile
from monitor.parse.trial import Trial, try_profile
from monitor.text import flat

# Fields of an Article, each with the key of a profile that fills it.
_FIELDS = {
    "title": "title",
    "source": "source",
    "published": "published",
    "updated": "updated",
    "authors": "author",
    "section": "section",
    "dateline": None,
    "language": None,
    "body": "body",
}
_SHOWN = 200  # characters of a value


def try_(
    context: typer.Context,
    page: Annotated[str, typer.Argument(help="An address, or a file.")],
    url: Annotated[
        str | None, typer.Option(help="Where a file's page was published.", show_default=False)
    ] = None,
    profile: Annotated[
        Path | None,
        typer.Option(help="A profile's file; else that of the host.", show_default=False),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--save", help="Keep page and Article as a sample of the profile.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read a page with its site's profile and without, side by side; store nothing.

    Shows what each selector finds, and which find nothing. With --save the page becomes a sample in
    config/profiles/NAME/, for monitor profile check; correct its .json where the reading is wrong.

    Examples: monitor profile try https://kpl.gov.la/En/detail.aspx?id=1, monitor profile try
    page.html --url https://site.example/1 --profile draft.yaml
    """
    if url is None and not is_address(page):
        raise typer.BadParameter("say with --url where the file's page was published")
    called = context.ensure_object(Context)
    chosen = _chosen(called, url or page, profile)
    pages, article, failure = _read(called, page, url, chosen.profile)
    first = pages[0]
    where = url or first.url
    trial = try_profile(first.body, where, chosen.profile, charset=first.charset)
    record = _record(chosen, trial, where, article, _generic(pages, url))
    if as_json:
        show_json(record)
    else:
        _print(record, trial)
    if failure is not None:
        raise failure
    if keep and article is not None:
        for path in save(chosen.path, pages, article):
            err.print(f"wrote {path}", markup=False, soft_wrap=True)


def _chosen(called: Context, url: str, file: Path | None) -> Kept:
    """Raises ConfigError and NotFoundError."""
    if file is not None:
        return Kept(file, load_profile(file), ())
    kept, problems = kept_profiles(called.directory)
    return named([url], kept, problems)[0]


def _read(
    called: Context, page: str, url: str | None, profile: Profile
) -> tuple[list[Fetched], Article | None, ParseError | None]:
    """The story's pages, and what the profile makes of them or why not. Raises FetchError."""
    pages: list[Fetched] = []

    def read(found: Fetched) -> Article:
        pages.append(found)
        with contained(ParseError, found.url):
            return _parsed(found, url, profile)

    try:
        whole = read_story(page, called, dict.fromkeys(profile.hosts, profile), read)
    except ParseError as error:
        if not pages:
            raise
        return pages[:1], None, error
    return list(whole.pages), whole.article, None


def _parsed(page: Fetched, url: str | None, profile: Profile | None) -> Article:
    return parse_article(page.body, url or page.url, charset=page.charset, profile=profile)


def _generic(pages: Sequence[Fetched], url: str | None) -> Article | None:
    try:
        article = _parsed(pages[0], url, None)
        for page in pages[1:]:
            article = joined(article, _parsed(page, url, None)) or article
    except ParseError:
        return None
    return article


def _record(
    chosen: Kept, trial: Trial, url: str, article: Article | None, generic: Article | None
) -> dict[str, Any]:
    return {
        "url": url,
        "profile": str(chosen.path),
        "layout": trial.layout,
        "fields": [_row(field, trial, article, generic) for field in _FIELDS],
        "selections": [
            {"key": s.key, "selector": s.selector, "finds": s.count, "first": s.first}
            for s in trial.selections
        ],
        "article": article and article.model_dump(mode="json"),
        "generic": generic and generic.model_dump(mode="json"),
    }


def _row(
    field: str, trial: Trial, article: Article | None, generic: Article | None
) -> dict[str, Any]:
    above = f"{trial.layout}." if trial.layout else ""
    keys = {f"{above}{_FIELDS[field]}", f"{above}data.{_FIELDS[field]}"}
    found = [each for each in trial.selections if each.key in keys]
    return {
        "field": field,
        "selector": ", ".join(each.selector for each in found) or None,
        "finds": sum(each.count for each in found) if found else None,
        "with": _value(article, field),
        "without": _value(generic, field),
    }


def _value(article: Article | None, field: str) -> Any:
    if article is None:
        return None
    if field == "body":
        return f"{len(article.body)} paragraphs, {sum(map(len, article.body))} characters"
    if field == "dateline":
        return dateline_text(article)
    value = article.model_dump(mode="json")[field]
    return value[:_SHOWN] if isinstance(value, str) else value or None


def _print(record: dict[str, Any], trial: Trial) -> None:
    out.print(flat(f"{record['url']}: {record['profile']}"), markup=False, soft_wrap=True)
    columns = ["field", "selector", "finds", "with", "without"]
    show_rows(record["fields"], columns, as_json=False, empty="")
    if trial.too_large:
        err.print("note: the page has too many elements: it is read without its profile")
    elif trial.layout is None:
        err.print("note: none of the profile's layouts holds on the story's day: see valid_from")
    elif trial.layout:
        err.print(f"note: read as {trial.layout} says", markup=False)
    for each in trial.selections:
        if not each.count:
            err.print(flat(f"note: {each.key}: {each.selector} finds nothing"), markup=False)
