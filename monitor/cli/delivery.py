"""``monitor delivery``"""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from monitor import app as house
from monitor.cli.common import AsJson, Context, Limit
from monitor.cli.show import out, show_json, show_rows
from monitor.errors import NotFoundError
from monitor.models import DeliveryStatus
from monitor.store import outbox, overview

app = typer.Typer()


@app.command(name="list")
def list_(
    context: typer.Context,
    limit: Limit = 50,
    status: Annotated[DeliveryStatus | None, typer.Option(help="Only those.")] = None,
    as_json: AsJson = False,
) -> None:
    """List deliveries, newest first, with the last error and the next attempt."""
    with context.ensure_object(Context).store() as store, store.read() as tx:
        found = overview.list_deliveries(tx, limit=limit, status=status)
    rows = [dataclasses.asdict(delivery) for delivery in found]
    for row in rows:
        row["next"] = row["next_at"] if row["status"] == DeliveryStatus.PENDING else None
        row["said"] = row["error"] or row["answer"] or row["held"]
    columns = ["id", "channel", "status", "attempts", "next", "rule", "title", "recipient", "said"]
    show_rows(rows, columns, as_json=as_json, empty="No such deliveries.")


@app.command()
def retry(
    context: typer.Context,
    delivery: Annotated[str | None, typer.Argument(help="Its id.", show_default=False)] = None,
    every: Annotated[bool, typer.Option("--all", help="All that failed.")] = False,
    channel: Annotated[
        str | None, typer.Option(help="All that failed on one.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Send again what failed, given up or waiting for its next attempt, as soon as possible.

    The running service does it within seconds, else the next `monitor once`.

    Examples: monitor delivery retry --all, monitor delivery retry --channel mail
    """
    if (delivery is not None) + every + (channel is not None) != 1:
        raise typer.BadParameter("give the id of one delivery, or --channel CHANNEL, or --all")
    with context.ensure_object(Context).store() as store, store.write() as tx:
        number = outbox.retry(tx, house.utc_now(), delivery, channel)
    if delivery is not None and number == 0:
        raise NotFoundError(f"no delivery {delivery!r} that failed: see `monitor delivery list`")
    if as_json:
        show_json({"retried": number})
    else:
        out.print(f"{number} back in line")
