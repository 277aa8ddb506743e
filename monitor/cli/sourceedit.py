"""``monitor source enable``, ``disable``, ``remove`` and ``rename``"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from monitor.cli.common import AsJson, Context
from monitor.cli.show import out, show_json
from monitor.cli.sourcefile import DryRun, Yes, drafted, named, show, write
from monitor.edit import Change, Drop, Put, Rename
from monitor.errors import MonitorError
from monitor.store.rename import rename as rename_rows

Ids = Annotated[list[str], typer.Argument(help="Its id, or several.", metavar="ID…")]


def enable(
    context: typer.Context, ids: Ids, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Have sources looked at from now on; the running service takes it up by itself.

    Example: monitor source enable kpl pasaxon
    """
    _switch(context.ensure_object(Context), ids, on=True, dry_run=dry_run, as_json=as_json)


def disable(
    context: typer.Context, ids: Ids, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Keep sources, but look at them no more.

    Example: monitor source disable scmp
    """
    _switch(context.ensure_object(Context), ids, on=False, dry_run=dry_run, as_json=as_json)


def _switch(called: Context, ids: Sequence[str], *, on: bool, dry_run: bool, as_json: bool) -> None:
    chosen = named(called.config().sources, ids)
    switched = [source for source in chosen if source.enabled is not on]
    _change(called, [Put(("sources", s.id, "enabled"), on) for s in switched], dry_run=dry_run)
    word = "enabled" if on else "disabled"
    if as_json:
        show_json({word: [source.id for source in switched]})
        return
    for source in chosen:
        already = "" if source in switched else " already"
        out.print(f"{source.id}: {word}{already}", markup=False, soft_wrap=True)
    unseen = [source.id for source in switched if source.unverified]
    if on and unseen:
        out.print(f"Nobody has seen it work: monitor source verify {' '.join(unseen)}")


def remove(
    context: typer.Context,
    ids: Ids,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take sources out of sources.yaml. Their stories stay in the archive.

    What they announced stays known too: added again under its id, a source brings nothing twice.

    Example: monitor source remove gdelt google-news
    """
    called = context.ensure_object(Context)
    chosen = named(called.config().sources, ids)
    names = ", ".join(source.id for source in chosen)
    if not dry_run:
        confirm(f"Remove {names} from sources.yaml?", yes=yes)
    _change(called, [Drop(("sources", source.id)) for source in chosen], dry_run=dry_run)
    if as_json:
        show_json({"removed": [source.id for source in chosen]})
    else:
        out.print(f"removed {names}; the stories stay", markup=False, soft_wrap=True)


def confirm(question: str, *, yes: bool) -> None:
    """Raises MonitorError where nobody can be asked, typer.Abort where the answer is no."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise MonitorError("nobody to ask here: say --yes")
    typer.confirm(question, abort=True, err=True)


def rename(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help="Its id.")],
    new: Annotated[str, typer.Argument(help="The id it is to have.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Give a source another id; its stories and all that is known of it go along.

    Example: monitor source rename kpl kpl-en
    """
    called = context.ensure_object(Context)
    sources = called.config().sources
    named(sources, [old])
    if new in {source.id for source in sources}:
        raise MonitorError(f"there is a source {new} already: take another id")
    draft = drafted(called, [Rename(("sources", old), new)])
    if dry_run:
        show(draft)
        return
    with called.store() as store, store.write() as tx:
        rename_rows(tx, old, new)
        write(draft)  # in the transaction: neither without the other
    if as_json:
        show_json({"renamed": {"from": old, "to": new}})
    else:
        out.print(f"{old} is {new} now, with its stories", markup=False, soft_wrap=True)


def _change(called: Context, changes: Sequence[Change], *, dry_run: bool) -> None:
    if not changes:
        return
    draft = drafted(called, changes)
    if dry_run:
        show(draft)
        raise typer.Exit
    write(draft)
