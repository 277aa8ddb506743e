"""``monitor alert``"""

from __future__ import annotations

import typer

from monitor.cli.common import AsJson, Context, Limit
from monitor.cli.show import show_rows
from monitor.store import overview

app = typer.Typer()


@app.command(name="list")
def list_(context: typer.Context, limit: Limit = 50, as_json: AsJson = False) -> None:
    """List alerts, newest first: the rule, the matched words, and how far each channel is."""
    with context.ensure_object(Context).store() as store, store.read() as tx:
        found = overview.list_alerts(tx, limit=limit)
    rows = [
        {
            "id": alert.id,
            "at": alert.created_at,
            "rule": alert.rule,
            "matched": list(alert.match.terms),
            "story": alert.story,
            "title": alert.article.title,
            "why": alert.reason,
            "channels": [f"{channel} {status}" for channel, status in alert.deliveries],
            "url": alert.article.url,
            "revision": alert.revision,
        }
        for alert in found
    ]
    columns = ["id", "at", "rule", "matched", "title", "why", "channels"]
    show_rows(rows, columns, as_json=as_json, empty="No alerts yet.")
