"""``monitor alert``"""

from __future__ import annotations

from operator import itemgetter
from typing import Annotated, Any

import typer

from monitor.cli.alertexplain import explain
from monitor.cli.alertpreview import preview
from monitor.cli.common import MOST, AsJson, Context, Limit
from monitor.cli.ruleshow import tell
from monitor.cli.show import cell, out, show_json, show_rows
from monitor.cli.story import print_article
from monitor.deliver.console import lines
from monitor.deliver.marks import in_words, reasons, span_json
from monitor.deliver.payload import volume_payload
from monitor.errors import NotFoundError
from monitor.store import overview
from monitor.store.overview import AlertRow, VolumeRow
from monitor.text import one_line

app = typer.Typer()
app.command()(explain)
app.command()(preview)


@app.command(name="list")
def list_(context: typer.Context, limit: Limit = 50, as_json: AsJson = False) -> None:
    """List alerts, newest first: the rule, the matched words, and how far each channel is."""
    with context.ensure_object(Context).store() as store, store.read() as tx:
        rows = [_row(alert) for alert in overview.list_alerts(tx, limit=limit)]
        rows += [_volume_row(alert) for alert in overview.list_volumes(tx, limit=limit)]
    rows = sorted(rows, key=itemgetter("id"), reverse=True)[:limit]
    columns = ["id", "at", "rule", "matched", "title", "why", "channels"]
    show_rows(rows, columns, as_json=as_json, empty="No alerts yet.")


def _row(alert: AlertRow) -> dict[str, Any]:
    return {
        "id": alert.id,
        "at": alert.created_at,
        "rule": alert.rule,
        "matched": reasons(alert.match),
        "story": alert.story,
        "title": alert.article.title,
        "why": alert.reason,
        "severity": alert.severity.value,
        "withheld": alert.withheld,
        "channels": _channels(alert),
        "url": alert.article.url,
        "revision": alert.revision,
    }


def _volume_row(alert: VolumeRow) -> dict[str, Any]:
    """In the same columns; ``volume`` has the figures."""
    told = alert.told
    return {
        "id": alert.id,
        "at": told.created_at,
        "rule": told.rule,
        "matched": [f"{told.kind.value}: {told.condition}"],
        "story": None,
        "title": told.label,
        "why": told.reason,
        "severity": told.severity.value,
        "withheld": alert.withheld,
        "channels": _channels(alert),
        "url": None,
        "revision": None,
        "volume": {
            name: value
            for name, value in volume_payload(told).items()
            if name in ("kind", "condition", "number", "expected", "since", "stories", "more")
        },
    }


def _channels(alert: AlertRow | VolumeRow) -> list[str]:
    reached = [f"{channel} {status}" for channel, status in alert.deliveries]
    return reached or ["nobody told"] * (alert.withheld is not None)


@app.command()
def show(
    context: typer.Context,
    alert: Annotated[int, typer.Argument(max=MOST, help="Its number in `alert list`.")],
    as_json: AsJson = False,
) -> None:
    """Show one alert: why it was raised, how far it is, and the story as it was told, marked.

    Example: monitor alert show 1
    """
    with context.ensure_object(Context).store() as store, store.read() as tx:
        found = overview.list_alerts(tx, alert_id=alert)
        numbers = overview.list_volumes(tx, alert_id=alert)
    if numbers:
        _show_volume(numbers[0], as_json=as_json)
        return
    if not found:
        raise NotFoundError(f"no alert {alert}: see `monitor alert list`")
    (one,) = found
    row = _row(one)
    if as_json:
        spans = [span_json(span) for span in one.match.spans]
        article = one.article.model_dump(mode="json")
        more = {"terms": list(one.match.terms), "concepts": list(one.match.concepts)}
        show_json(row | more | {"spans": spans, "article": article})
        return
    out.print(one_line(f"ALERT [{one.label}] {one.reason}"), markup=False, soft_wrap=True)
    told = {
        "At": cell(one.created_at),
        "Matched": in_words(one.match),
        "Channels": cell(row["channels"]),
        "Severity": row["severity"],
        "Withheld": row["withheld"],
    }
    print_article(one.article, one.match.spans, told)


def _show_volume(alert: VolumeRow, *, as_json: bool) -> None:
    """An alert on how many stories came, as the console would tell it, and how far it is."""
    row = _volume_row(alert)
    if as_json:
        show_json(row)
        return
    for line in lines(alert.told):
        tell(line)
    for name in ("at", "channels", "severity", "withheld"):
        if row[name]:
            tell(f"{name.title()}: {cell(row[name])}")
