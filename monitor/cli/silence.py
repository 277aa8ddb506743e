"""``monitor silence``"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Annotated, Any

import typer

from monitor import app as house
from monitor.cli.common import MOST, AsJson, Context
from monitor.cli.ruleshow import rule_named
from monitor.cli.show import cell, out, show_json, show_rows
from monitor.errors import NotFoundError
from monitor.fields import parse_duration
from monitor.store import silences
from monitor.store.silences import EVERY, Silence

app = typer.Typer()

_UNTIL = "a length of time such as 6h or 2d, or a local date or time: 2026-12-24, 2026-12-24T18:00"


@app.command()
def add(
    context: typer.Context,
    until: Annotated[str, typer.Option(help=f"Its end: {_UNTIL}.", show_default=False)],
    why: Annotated[str, typer.Option(help="The reason, for others to read.", show_default=False)],
    rule: Annotated[
        str | None, typer.Option(help="The rule's id in rules.yaml.", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All rules.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell nobody of what a rule finds, for a while. It is still found, and kept in the archive.

    The times are those of monitor.yaml's timezone.

    Examples: monitor silence add --rule dams --until 2d --why "flood season, we know", monitor
    silence add --all --until 2026-12-24T18:00 --why holidays
    """
    called = context.ensure_object(Context)
    if (rule is None) != every:
        raise typer.BadParameter("give --rule RULE, or --all")
    config, now = called.config(), house.utc_now()
    if rule is not None:
        rule_named(rule, config)
    if not why.strip():
        raise typer.BadParameter("--why is empty: say why, others will ask")
    end_at = _moment(until, now, config.settings.timezone)
    if end_at <= now:
        raise typer.BadParameter(f"--until {until} is over already")
    with called.store() as store, store.write() as tx:
        added = silences.add(tx, rule or EVERY, end_at, why.strip(), now)
    if as_json:
        show_json(_row(added, now))
    else:
        what = "all rules" if every else rule
        out.print(f"{what} silenced until {cell(end_at)}", markup=False, soft_wrap=True)


@app.command(name="list")
def list_(
    context: typer.Context,
    over: Annotated[bool, typer.Option("--over", help="Those that are over, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the silences that hold, the one that ends last first.

    Example: monitor silence list --over
    """
    now = house.utc_now()
    with context.ensure_object(Context).store() as store, store.read() as tx:
        found = silences.listing(tx, after=None if over else now)
    rows = [_row(silence, now) for silence in found]
    columns = ["id", "rule", "until", "holds", "why"]
    show_rows(rows, columns, as_json=as_json, empty="Nothing is silenced.")


@app.command()
def end(
    context: typer.Context,
    silence: Annotated[int, typer.Argument(max=MOST, help="Its number in `silence list`.")],
    as_json: AsJson = False,
) -> None:
    """End a silence now. What was found meanwhile is not told of: see `monitor alert list`.

    Example: monitor silence end 1
    """
    now = house.utc_now()
    with context.ensure_object(Context).store() as store, store.write() as tx:
        if not silences.end(tx, silence, now):
            raise NotFoundError(f"no silence {silence} holds: see `monitor silence list`")
    if as_json:
        show_json({"ended": silence})
    else:
        out.print(f"silence {silence} ended")


def _moment(text: str, now: datetime, zone: tzinfo) -> datetime:
    """Raises typer.BadParameter."""
    try:
        return now + parse_duration(text)
    except ValueError:
        pass
    try:
        local = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"--until {text!r} is not {_UNTIL}") from error
    return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)


def _row(silence: Silence, now: datetime) -> dict[str, Any]:
    return {
        "id": silence.id,
        "rule": "all" if silence.rule == EVERY else silence.rule,
        "until": silence.until,
        "holds": silence.until > now,
        "why": silence.why,
        "created_at": silence.created_at,
    }
