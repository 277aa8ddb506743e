"""``monitor source import`` and ``export``"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor import app as house
from monitor.cli.common import AsJson, Context, read_given
from monitor.cli.show import err, out, show_json, show_rows
from monitor.cli.sourcefile import DryRun, drafted, literal, new_id, replace, show, write
from monitor.discover import FeedSource, Source
from monitor.edit import Put
from monitor.errors import MonitorError, Problem
from monitor.opml import Subscription
from monitor.opml.read import read_opml
from monitor.opml.write import write_opml
from monitor.urls import canonical_url


def import_(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="An OPML file, or - for standard input.")],
    disabled: Annotated[
        bool, typer.Option("--disabled", help="Switched off until `source verify --enable`.")
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Add the feeds of an OPML file, which other feed readers write; folders become tags.

    Feeds that are watched already are left out. Exits with status 1 where an outline of the file
    is no feed and should be one; the others are added.

    Example: monitor source import feeds.opml --dry-run
    """
    called = context.ensure_object(Context)
    feeds, problems = read_opml(read_given(file), file)
    sources = called.config().sources
    watched = {canonical_url(source.url): source.id for source in sources}
    known = {f.url: watched[key] for f in feeds if (key := canonical_url(f.url)) in watched}
    new = _named([feed for feed in feeds if feed.url not in known], sources)
    if new:
        entries = {name: _entry(name, feed, disabled=disabled) for name, feed in new.items()}
        draft = drafted(called, [Put(("sources", name), entries[name]) for name in entries])
        if not dry_run:
            write(draft)
        elif not as_json:
            show(draft)
    _report(new, known, problems, as_json=as_json)
    if new and not dry_run and not as_json:
        ids = "--enable" if disabled else " ".join(new)
        err.print(f"Next: monitor source verify {ids}", markup=False, soft_wrap=True)
    if problems:
        raise typer.Exit(1)


def _named(feeds: Iterable[Subscription], sources: Iterable[Source]) -> dict[str, Subscription]:
    """New feeds by their ids to be: their own where they bear one that is free."""
    taken, named = {source.id for source in sources}, dict[str, Subscription]()
    for feed in feeds:
        own = feed.id and new_id(feed.id, feed.url, taken) == feed.id
        name = feed.id if feed.id and own else new_id(feed.name, feed.url, taken)
        named[name] = feed
        taken.add(name)
    return named


def _entry(name: str, feed: Subscription, *, disabled: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {"kind": "feed", "name": feed.name, "url": feed.url}
    if feed.name == name:
        del entry["name"]
    entry |= {"language": feed.language} if feed.language else {}
    entry |= {"tags": list(feed.tags)} if feed.tags else {}
    entry |= {"enabled": False} if disabled or not feed.enabled else {}
    entry |= {"unverified": True} if disabled else {}
    return dict(literal(entry))


def _report(
    new: Mapping[str, Subscription],
    known: Mapping[str, str],
    problems: Iterable[Problem],
    *,
    as_json: bool,
) -> None:
    rows = [
        {"id": name, "name": feed.name, "tags": list(feed.tags), "url": feed.url}
        for name, feed in new.items()
    ]
    if as_json:
        wrong = [{"line": p.line, "outline": p.key, "message": p.message} for p in problems]
        show_json({"added": rows, "known": known, "problems": wrong})
        return
    show_rows(rows, ["id", "name", "tags", "url"], as_json=False, empty="Nothing new in it.")
    for url, name in known.items():
        err.print(f"left out: {url} is watched already, as {name}", markup=False, soft_wrap=True)
    for problem in problems:
        err.print(f"left out: {problem}", markup=False, soft_wrap=True)


def export(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="Where to; else standard output.", show_default=False)
    ] = None,
) -> None:
    """Write the feeds of sources.yaml as OPML, which other feed readers import; tags are folders.

    OPML knows feeds alone: sources of other kinds are left out, and named on standard error.

    Example: monitor source export feeds.opml
    """
    sources = context.ensure_object(Context).config().sources
    feeds = [source for source in sources if isinstance(source, FeedSource)]
    others = [source.id for source in sources if not isinstance(source, FeedSource)]
    if not feeds:
        raise MonitorError("sources.yaml has no feed: OPML knows nothing else")
    document = write_opml(map(_subscription, feeds), "China–Laos news monitor", house.utc_now())
    if file is None:
        sys.stdout.write(document.decode("utf-8"))
    else:
        replace(file, document)
        out.print(f"{len(feeds)} feeds in {file}", markup=False, soft_wrap=True)
    if others:
        err.print(f"left out, since OPML knows feeds alone: {', '.join(others)}", soft_wrap=True)


def _subscription(source: FeedSource) -> Subscription:
    return Subscription(
        url=source.url,
        name=source.name or source.id,
        tags=source.tags,
        language=source.language,
        id=source.id,
        enabled=source.enabled,
    )
