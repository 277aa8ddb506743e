"""The command line: one file a command group."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from monitor import __version__
from monitor.cli import (
    alert,
    channel,
    concept,
    db,
    delivery,
    demo,
    parse,
    profile,
    rule,
    service,
    silence,
    source,
    story,
)
from monitor.cli.common import Context
from monitor.errors import MonitorError, RuleError

app = typer.Typer(
    name="monitor",
    help="Watch news on China and Laos: sources in, articles matched against rules, alerts out.",
    epilog="Start with: monitor demo, monitor init, monitor run",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group, name, about in (
    (source.app, "source", "The sources: what is watched, and how it goes."),
    (rule.app, "rule", "The rules: what is alerted on."),
    (concept.app, "concept", "The concepts: things under all their names, @id in a rule."),
    (profile.app, "profile", "The profiles: what is known of sites' layouts."),
    (story.app, "story", "The stories in the archive."),
    (alert.app, "alert", "The alerts: which story met which rule, and why."),
    (delivery.app, "delivery", "The deliveries: which alert reached which channel."),
    (channel.app, "channel", "The channels: where alerts go."),
    (silence.app, "silence", "The silences: rules of which nobody wants to hear for a while."),
    (db.app, "db", "The database."),
):
    app.add_typer(group, name=name, help=about, no_args_is_help=True)
for command in (demo.demo, service.run, service.once, service.check, service.init, parse.parse):
    app.command()(command)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"monitor {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    config: Annotated[
        Path,
        typer.Option("--config", "-c", envvar="MONITOR_CONFIG", help="The configuration's folder."),
    ] = Path("config"),
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more.")] = False,
    _: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print it and exit."),
    ] = False,
) -> None:
    context.obj = Context(config, os.environ, verbose)


def main() -> None:
    """Run the command line; an error of ours is one message and status 1."""
    try:
        app()
    except MonitorError as error:
        sys.stderr.write(f"error: {error}\n")
        if isinstance(error, RuleError):
            sys.stderr.write(error.pointer())
        raise SystemExit(1) from None
