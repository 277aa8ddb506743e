"""``monitor source verify``"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from typing import Annotated, Any

import typer
from rich.progress import Progress

from monitor import app as house
from monitor.cli.common import AsJson, Context
from monitor.cli.show import err, printed, show_rows
from monitor.cli.sourcefile import DryRun, drafted, named, show, write
from monitor.config import Config
from monitor.discover import Source
from monitor.edit import Change, Drop, Put
from monitor.verify import Finding, verify_all


def verify(
    context: typer.Context,
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            help="Its id, or several; else all unverified.", metavar="ID…", show_default=False
        ),
    ] = None,
    enable: Annotated[
        bool, typer.Option("--enable", help="Switch those on that work, as verified.")
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """See whether sources work: look at each, read one of its stories, store nothing.

    Several hosts are asked side by side, each one thing at a time. A source works where its links
    are found, its newest is not too old, and a story can be read. Exits with status 1 where one
    does not.

    Examples: monitor source verify kpl, monitor source verify --enable
    """
    called = context.ensure_object(Context)
    config = called.config()
    chosen = named(config.sources, ids or [s.id for s in config.sources if s.unverified])
    found = asyncio.run(_verified(config, chosen))
    works = [source for source, finding in zip(chosen, found, strict=True) if finding.works]
    changes = [change for source in works for change in _switched_on(source)] if enable else []
    draft = drafted(called, changes) if changes else None
    if draft and not dry_run:
        write(draft)
    _report(found, as_json=as_json)
    if not as_json:
        if draft and dry_run:
            show(draft)
        _say_next(works, changed=bool(draft) and not dry_run)
    if len(works) < len(chosen):
        raise typer.Exit(1)


async def _verified(config: Config, sources: Sequence[Source]) -> Sequence[Finding]:
    settings = config.settings
    async with (
        house.make_fetcher(settings.fetch) as fetcher,
        aclosing(house.make_parser(settings.parse)) as parser,
    ):
        with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
            task = progress.add_task("Looking at sources", total=len(sources))
            return await verify_all(
                sources,
                fetcher,
                settings,
                house.utc_now(),
                lambda _: progress.advance(task),
                profiles=config.profiles,
                parse=parser,
            )


def _switched_on(source: Source) -> list[Change]:
    path = ("sources", source.id)
    changes: list[Change] = [] if source.enabled else [Put((*path, "enabled"), True)]
    return [*changes, Drop((*path, "unverified"))] if source.unverified else changes


def _report(found: Sequence[Finding], *, as_json: bool) -> None:
    columns = ["id", "works", "links", "dated", "newest", "robots", "title", "characters"]
    columns += ["date", "language", "said"]
    empty = "No source is unverified: name those to look at."
    show_rows([_row(finding) for finding in found], columns, as_json=as_json, empty=empty)


def _row(finding: Finding) -> dict[str, Any]:
    story = finding.story
    return {
        "id": finding.source,
        "works": finding.works,
        "links": finding.links,
        "dated": finding.dated,
        "newest": printed(finding.newest),
        "robots": finding.robots,
        "title": story.title if story else None,
        "characters": sum(map(len, story.body)) if story else None,
        "date": printed(story.updated or story.published) if story else None,
        "language": story.language if story else None,
        "said": [*finding.problems, *finding.notes],
        "problems": finding.problems,
        "notes": finding.notes,
        "url": finding.url,
        "story": story.url if story else None,
    }


def _say_next(works: Sequence[Source], *, changed: bool) -> None:
    off = [source.id for source in works if not source.enabled or source.unverified]
    if changed:
        err.print(f"switched on: {', '.join(off)}", markup=False, soft_wrap=True)
    elif off:
        names = " ".join(off)
        err.print(f"Next: monitor source verify --enable {names}", markup=False, soft_wrap=True)
