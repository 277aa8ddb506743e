"""``monitor run``, ``once``, ``check`` and ``init``"""

from __future__ import annotations

import asyncio
import logging
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from rich.progress import Progress

from monitor import app as house
from monitor.cli.common import AsJson, Context
from monitor.cli.show import err, out, show_json, show_rows
from monitor.config import Config, init_config, read_rules
from monitor.errors import ConfigError, Problem
from monitor.match import lint
from monitor.models import ChangeKind
from monitor.pipeline.kit import Report
from monitor.work.once import run_once


def run(context: typer.Context) -> None:
    """Run the service until SIGTERM or Ctrl-C; SIGHUP or a changed file reloads it."""
    # Its scheduler and server are slow to load, and no other command needs them.
    from monitor.web import served
    from monitor.work.service import Service

    called = context.ensure_object(Context)
    called.log()

    async def serve() -> None:
        service = Service(called.directory, called.env)
        house.settle()
        listen = service.app.config.settings.web.listen
        async with served(lambda: service.app, listen):
            await service.run()

    asyncio.run(serve())


def once(
    context: typer.Context,
    every: Annotated[
        bool, typer.Option("--all", help="Look at every source now, due or not.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make one pass, for cron: look at what is due, send what waits, exit.

    Exits with status 1 when a source failed; what failed is on standard error.
    """
    called = context.ensure_object(Context)
    called.log()
    if not called.verbose:
        logging.getLogger().setLevel(logging.WARNING)
    # What console channels say must not stand in the midst of JSON.
    console = sys.stderr if as_json else sys.stdout
    reports = asyncio.run(_pass(called.config(), early=every, console=console))
    rows = [_row(report) for report in reports]
    columns = ["source", "outcome", "new", "revised", "copies", "alerts", "errors"]
    show_rows(rows, columns, as_json=as_json, empty="sources.yaml has no source that is enabled.")
    if any(report.outcome == "failed" for report in reports):
        raise typer.Exit(1)


async def _pass(config: Config, *, early: bool, console: TextIO) -> Sequence[Report]:
    sources = [source for source in config.sources if source.enabled]
    app = house.build(config, console=console)
    house.settle()
    try:
        with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
            task = progress.add_task("Looking at sources", total=len(sources))
            return await run_once(app, sources, early=early, done=lambda _: progress.advance(task))
    finally:
        await app.close()


def _row(report: Report) -> dict[str, Any]:
    return {
        "source": report.source,
        "outcome": report.outcome,
        "new": report.stories[ChangeKind.NEW],
        "revised": report.stories[ChangeKind.REVISED],
        "copies": report.stories[ChangeKind.COPY],
        "alerts": report.alerts,
        "errors": report.errors,
    }


def check(context: typer.Context, as_json: AsJson = False) -> None:
    """Check the configuration: every mistake with its file and line, and what may not be meant."""
    called = context.ensure_object(Context)
    try:
        config = called.config()
        document, rules = read_rules(called.directory / "rules.yaml", called.env)
    except ConfigError as error:
        if not as_json:
            raise
        show_json([_told(problem, "mistake") for problem in error.problems])
        raise typer.Exit(1) from error
    notes = [
        document.problem(("rules", name, "query"), warning)
        for name, rule in rules.rules.items()
        if rule.enabled
        for warning in lint(rule.query)
    ]
    notes += config.library.warnings
    if as_json:
        show_json([_told(note, "note") for note in notes])
        return
    for note in notes:
        err.print(f"note: {note}", markup=False, soft_wrap=True)
    enabled = sum(source.enabled for source in config.sources)
    out.print(
        f"{called.directory}: in order: {enabled} sources enabled of {len(config.sources)},"
        f" {len(config.rules)} rules enabled of {len(rules.rules)},"
        f" {len(config.concepts)} concepts, channels {', '.join(config.channels) or 'none'}",
        markup=False,
        soft_wrap=True,
    )


def _told(problem: Problem, kind: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "file": problem.file,
        "line": problem.line,
        "key": problem.key,
        "message": problem.message,
    }


def init(
    context: typer.Context,
    target: Annotated[
        Path | None,
        typer.Argument(help="Where to; the folder of --config if not given.", show_default=False),
    ] = None,
) -> None:
    """Write a commented starter configuration.

    Example: monitor init && monitor run
    """
    usual = context.ensure_object(Context).directory
    target = target or usual
    for path in init_config(house.starter(), target):
        out.print(f"wrote {path}", markup=False, soft_wrap=True)
    steps = "edit sources.yaml and rules.yaml, then `monitor check` and `monitor run`."
    out.print(f"Next: {_there(target, usual)}{steps}", markup=False, soft_wrap=True)


def _there(target: Path, usual: Path) -> str:
    """What makes the commands that follow find ``target``, where they would not by themselves."""
    if target.resolve() == usual.resolve():
        return ""
    if target.name == usual.name and not usual.is_absolute():
        return f"`cd {shlex.quote(str(target.parent))}`, "
    return f"`export MONITOR_CONFIG={shlex.quote(str(target))}`, "
