"""``monitor db``"""

from __future__ import annotations

import typer

from monitor import app as house
from monitor.cli.common import AsJson, Context
from monitor.cli.show import out, show_json
from monitor.errors import StoreError
from monitor.store import back_up, revision, shown, upgrade

app = typer.Typer()


@app.command()
def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Say which database is used and at which migration it stands."""
    called = context.ensure_object(Context)
    with house.database(called.settings().store, called.directory.parent) as engine:
        found = {"database": shown(engine), "revision": revision(engine)}
    if as_json:
        show_json(found)
    else:
        out.print(
            f"{found['database']} at {found['revision'] or 'nothing: no table yet'}", soft_wrap=True
        )


@app.command(name="upgrade")
def upgrade_(context: typer.Context, as_json: AsJson = False) -> None:
    """Bring the database to this program's schema, after a backup. `run` and `once` do so too."""
    called = context.ensure_object(Context)
    with house.database(called.settings().store, called.directory.parent) as engine:
        saved = upgrade(engine, house.utc_now())
        now_at = revision(engine)
    if as_json:
        show_json({"revision": now_at, "backup": str(saved) if saved else None})
    else:
        out.print(f"at {now_at}" + (f", backup in {saved}" if saved else ""), soft_wrap=True)


@app.command()
def backup(context: typer.Context, as_json: AsJson = False) -> None:
    """Copy a SQLite database beside itself, while it is in use."""
    with context.ensure_object(Context).store() as store:
        saved = back_up(store.engine, f"{house.utc_now():%Y%m%dT%H%M%SZ}")
    if saved is None:
        raise StoreError("PostgreSQL is backed up with its own tools: pg_dump")
    if as_json:
        show_json({"backup": str(saved)})
    else:
        out.print(f"copied to {saved}", soft_wrap=True)
