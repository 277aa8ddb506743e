"""``monitor source``"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from monitor import app as house
from monitor.cli.common import AsJson, Context
from monitor.cli.show import cell, err, out, printed, printed_dateline, show_json, show_rows
from monitor.discover import SOURCE_KINDS, FeedSource, PageSource, Source
from monitor.errors import DiscoverError, FetchError, ParseError, contained
from monitor.fetch import Fetcher
from monitor.models import Fetched, Link, SourceState
from monitor.pipeline import article_of, get_page
from monitor.store import sources
from monitor.store.sources import Backlog

app = typer.Typer()


@app.command(name="list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the sources: last look, next look, what waits, what went wrong."""
    called = context.ensure_object(Context)
    config = called.config()
    with called.store() as store, store.read() as tx:
        states, backlogs = sources.states(tx), sources.backlogs(tx)
    rows = [
        _row(source, states.get(source.id), backlogs.get(source.id, Backlog()))
        for source in config.sources
    ]
    columns = ["id", "kind", "state", "last", "next", "links", "waiting", "given_up", "error"]
    show_rows(rows, columns, as_json=as_json, empty="sources.yaml has no sources.")


def _row(source: Source, state: SourceState | None, backlog: Backlog) -> dict[str, Any]:
    state = state or SourceState(source.id)
    return {
        "id": source.id,
        "kind": source.kind,
        "state": _word(source, state),
        "last": state.checked_at,
        "last_success": state.succeeded_at,
        "next": state.next_at if source.enabled else None,
        "links": state.links,
        "waiting": backlog.waiting,
        "given_up": backlog.given_up,
        "failures": state.failures,
        "error": state.error or backlog.error,
        "url": source.url,
        "unverified": source.unverified,
    }


def _word(source: Source, state: SourceState) -> str:
    if not source.enabled:
        return "off"
    if state.failures:
        return "failing"
    return "ok" if state.succeeded_at else "new"


@app.command(name="try")
def try_(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="An id of sources.yaml, or any address.")],
    kind: Annotated[
        str | None, typer.Option(help="feed or page; else found out.", show_default=False)
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

        async def get(url: str) -> Fetched:
            return await get_page(url, fetcher)

        robots = source.obeys_robots if source else kind != "feed"
        answer = await get_page(source.url if source else name, fetcher, robots=robots)
        source = source or await _sniffed(name, kind, selector, answer)
        with contained(DiscoverError, source.url):
            links = await source.links(answer, get)
        stories = [await _story(fetcher, link, source) for link in links[:pages]]
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


async def _sniffed(url: str, kind: str | None, selector: str | None, answer: Fetched) -> Source:
    """A source for an address of which nothing is known: a feed if it reads as one."""
    try:
        if selector or kind == "page":
            return PageSource(kind="page", url=url, selector=selector)
        if kind is not None:
            return SOURCE_KINDS[kind](kind=kind, url=url)
    except (ValidationError, KeyError) as error:
        allowed = ", ".join(SOURCE_KINDS)
        raise typer.BadParameter(f"{error}; kinds allowed: {allowed}") from error
    feed = FeedSource(kind="feed", url=url)
    try:
        await feed.links(answer, _no_further)
    except DiscoverError as error:
        err.print(f"not a feed ({error}); read as a page of links", markup=False)
        return PageSource(kind="page", url=url)
    return feed


async def _no_further(url: str) -> Fetched:
    raise FetchError(f"{url}: not asked for")


async def _story(fetcher: Fetcher, link: Link, source: Source) -> dict[str, Any]:
    try:
        answer = await get_page(link.url, fetcher)
        with contained(ParseError, link.url):
            article = article_of(answer, link, source)
    except (FetchError, ParseError) as error:
        return {"url": link.url, "error": str(error)}
    shown = article.model_dump(mode="json")
    shown["dateline"] = printed_dateline(article)
    shown["body"] = f"{len(article.body)} paragraphs, {sum(map(len, article.body))} characters"
    return {name: value for name, value in shown.items() if value}
