"""``monitor source``: its commands, and ``try``"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http.cookiejar import CookieJar
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from monitor import app as house
from monitor.cli.common import AsJson, Context
from monitor.cli.show import cell, err, out, printed, show_json, show_rows
from monitor.cli.sourceadd import add
from monitor.cli.sourceedit import disable, enable, remove, rename
from monitor.cli.sourceshow import list_, show
from monitor.cli.subscriptions import export, import_
from monitor.cli.verify import verify
from monitor.discover import SOURCE_KINDS, JsonSource, PageSource, Source
from monitor.discover.recognise import kind_of
from monitor.errors import DiscoverError, FetchError, ParseError, contained
from monitor.fetch import Fetcher
from monitor.models import Fetched, Link
from monitor.parse import Profile, dateline_text
from monitor.pipeline.kit import IN_A_THREAD
from monitor.pipeline.look import get_page, getter
from monitor.pipeline.pages import article_of


def try_(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="An id of sources.yaml, or any address.")],
    kind: Annotated[
        str | None,
        typer.Option(help=f"{', '.join(SOURCE_KINDS)}; else found out.", show_default=False),
    ] = None,
    selector: Annotated[
        str | None, typer.Option(help="CSS selector of a page's links.", show_default=False)
    ] = None,
    pages: Annotated[int, typer.Option(min=0, help="Parse so many of the stories.")] = 3,
    as_json: AsJson = False,
) -> None:
    """Show what a source would give, and store nothing.

    Examples: monitor source try kpl, monitor source try https://site.example/feed/
    """
    found = asyncio.run(_try(context.ensure_object(Context), source, kind, selector, pages))
    if as_json:
        show_json(found)
        return
    out.print(f"{found['url']}: {found['kind']}, {len(found['links'])} links", markup=False)
    show_rows(found["links"], ["published", "title", "url"], as_json=False, empty="No links.")
    for story in found["stories"]:
        out.print()
        for name, value in story.items():
            out.print(f"{name}: {cell(value)}", markup=False, soft_wrap=True)


async def _try(
    context: Context, name: str, kind: str | None, selector: str | None, pages: int
) -> dict[str, Any]:
    source = _configured(context, name)
    async with house.make_fetcher(context.fetch_settings()) as fetcher:
        jar = CookieJar() if source and source.cookies else None
        robots = source.obeys_robots if source else kind != "feed"
        url = source.url if source else name
        answer = await get_page(url, fetcher, robots=robots, jar=jar)
        source = source or _recognised(name, kind, selector, answer)
        with contained(DiscoverError, source.url):
            found = await source.links(answer, getter(fetcher, jar))
        links = [link for link in found if source.admits(link)]
        profiles = context.profiles()
        stories = [await _story(fetcher, link, source, jar, profiles) for link in links[:pages]]
    return {
        "url": source.url,
        "kind": source.kind,
        "links": [
            {"title": link.title, "published": printed(link.published), "url": link.url}
            for link in links
        ],
        "stories": stories,
    }


def _configured(context: Context, name: str) -> Source | None:
    if name.startswith(("http://", "https://")):
        return None
    by_id = {source.id: source for source in context.config().sources}
    if name not in by_id:
        raise typer.BadParameter(f"{name!r} is neither an address nor one of {', '.join(by_id)}")
    return by_id[name]


def _recognised(url: str, kind: str | None, selector: str | None, answer: Fetched) -> Source:
    """A source for an address of which nothing is known but what it answered."""
    chosen = "page" if selector else kind or kind_of(answer.body)
    if chosen == JsonSource.model_fields["kind"].default:
        raise typer.BadParameter(
            f"JSON needs items, link and title: `monitor source add {url} --dry-run` guesses them"
        )
    if kind is None:
        err.print(f"read as a {chosen}", markup=False)
    try:
        if chosen == "page":
            return PageSource(kind="page", url=url, selector=selector)
        return SOURCE_KINDS[chosen](kind=chosen, url=url)
    except (ValidationError, KeyError) as error:
        allowed = ", ".join(SOURCE_KINDS)
        raise typer.BadParameter(f"{error}; kinds allowed: {allowed}") from error


async def _story(
    fetcher: Fetcher,
    link: Link,
    source: Source,
    jar: CookieJar | None,
    profiles: Mapping[str, Profile],
) -> dict[str, Any]:
    try:
        answer = await get_page(link.url, fetcher, jar=jar)
        with contained(ParseError, link.url):
            article = await article_of(answer, link, source, profiles, IN_A_THREAD)
    except (FetchError, ParseError) as error:
        return {"url": link.url, "error": str(error)}
    shown = article.model_dump(mode="json")
    shown["dateline"] = dateline_text(article)
    shown["body"] = f"{len(article.body)} paragraphs, {sum(map(len, article.body))} characters"
    return {name: value for name, value in shown.items() if value}


app = typer.Typer()
app.command(name="list")(list_)
app.command(name="try")(try_)
app.command(name="import")(import_)
for command in (show, add, verify, enable, disable, rename, remove, export):
    app.command()(command)
