"""What the demo prints: stories, alerts, a mail, a webhook's body, and how long it took."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy import Connection

from monitor.deliver.marks import in_words
from monitor.demo.inbox import Call, Mail
from monitor.models import DeliveryStatus
from monitor.store import overview, stories
from monitor.text import one_line


def everything(
    console: Console,
    tx: Connection,
    mails: Sequence[Mail],
    calls: Sequence[Call],
    published: Sequence[tuple[str, datetime]],
) -> None:
    _stories(console, tx)
    _alerts(console, tx)
    _mail(console, mails[-1].message, len(mails))
    _call(console, calls[-1], len(calls))
    _latency(console, mails, calls, published)


def unsent(tx: Connection) -> int:
    return sum(delivery.status != DeliveryStatus.SENT for delivery in overview.list_deliveries(tx))


def addresses(console: Console, sites: dict[str, str], config: Path) -> None:
    console.print("\nThe sites and the service stay up; Ctrl-C ends them. To look around:")
    for host, address in sites.items():
        console.print(f"  {host:22} {address}/")
    console.print(f"  monitor --config {config} story list", soft_wrap=True)


def _stories(console: Console, tx: Connection) -> None:
    table = _table("Stories", "title", "source", "updated", "dateline", "language")
    for story in stories.listing(tx, newest=False):
        article = story.article
        _row(
            table,
            article.title,
            article.source or story.source,
            article.updated or article.published,
            article.dateline.place if article.dateline else None,
            article.language,
        )
    console.print(table)


def _alerts(console: Console, tx: Connection) -> None:
    table = _table("Alerts", "rule", "channel", "matched words", "story", "why")
    for alert in reversed(overview.list_alerts(tx)):
        for channel, _ in alert.deliveries:
            words = in_words(alert.match)
            _row(table, alert.label, channel, words, alert.article.title, alert.reason)
    console.print(table)


def _mail(console: Console, mail: EmailMessage, number: int) -> None:
    console.rule(f"The last of {number} mails, as received")
    for name in ("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To"):
        if mail[name]:
            console.print(Text(f"{name}: {mail[name]}"))
    body = mail.get_body(("plain",))
    text = body.get_content() if body else ""
    console.print(Text("\n" + text.strip()))
    kinds = ", ".join(part.get_content_type() for part in mail.walk() if not part.is_multipart())
    console.print(Text(f"[parts: {kinds}]", style="dim"))


def _call(console: Console, call: Call, number: int) -> None:
    console.rule(f"The last of {number} webhook calls, as received")
    for name, value in call.headers.items():
        if name.lower().startswith(("webhook-", "content-type")):
            console.print(Text(f"{name}: {value}"))
    console.print(Text(json.dumps(call.body, ensure_ascii=False, indent=2)))


def _latency(
    console: Console,
    mails: Sequence[Mail],
    calls: Sequence[Call],
    published: Sequence[tuple[str, datetime]],
) -> None:
    """From the files' change to the first and the last alert that an edition brought."""
    table = _table("From publication to alert", "edition", "alerts received", "first", "last")
    received = sorted([mail.received_at for mail in mails] + [call.received_at for call in calls])
    ends = [at for _, at in published[1:]] + [datetime.max.replace(tzinfo=published[0][1].tzinfo)]
    for (edition, at), end in zip(published, ends, strict=True):
        waits = [(moment - at).total_seconds() for moment in received if at <= moment < end]
        _row(table, edition, len(waits), *(f"{f(waits):.2f} s" for f in (min, max) if waits))
    console.print(table)


def _table(title: str, *columns: str) -> Table:
    return Table(*columns, title=title, title_justify="left", header_style="bold")


def _row(table: Table, *cells: object) -> None:
    table.add_row(*(Text(one_line(str(cell))) if cell is not None else "-" for cell in cells))
