"""``monitor channel``"""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any

import typer

from monitor import app as house
from monitor.cli.common import AsJson, Context
from monitor.cli.show import out, show_json, show_rows
from monitor.config import Config
from monitor.deliver import Channel, Outlets
from monitor.errors import DeliveryError, NotFoundError, contained
from monitor.models import Article, Match, Message, Span
from monitor.store import channels, overview
from monitor.text import one_line

app = typer.Typer()

_TITLE = "A test of the China–Laos monitor: 中老铁路 ທາງລົດໄຟລາວ-ຈີນ"
_BODY = (
    "Somebody asked with `monitor channel test` whether alerts reach you. This one did.",
    "Real alerts look the same: the words that met the rule are marked, as railway is here.",
)


@app.command(name="list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the channels of monitor.yaml: their kind, when they send, and what waits there."""
    called = context.ensure_object(Context)
    settings = called.settings()
    with called.store() as store, store.read() as tx:
        counts, known = overview.count_by_status(tx), channels.conditions(tx)
    rows = [
        {
            "channel": name,
            "kind": channel.kind,
            "recipients": [to for to in channel.recipients() if to],
            "hours": _hours(channel),
            "state": _state(known.get(name), channel),
            "waiting": sum(
                counts.get(name, {}).get(status, 0) for status in ("pending", "sending")
            ),
            "failed": counts.get(name, {}).get("failed", 0),
        }
        for name, channel in settings.channels.items()
    ]
    columns = ["channel", "kind", "recipients", "hours", "state", "waiting", "failed"]
    show_rows(rows, columns, as_json=as_json, empty="No channels: see docs/configuration.md")


def _state(known: channels.Condition | None, channel: Channel) -> str:
    """Why nothing is sent there, or what its owners were told; ok for most."""
    if known is not None and known.closed(channel.place()):
        return f"closed: {known.closed_by}"
    return "ok" if known is None or known.health is None else f"{known.health}: {known.detail}"


def _hours(channel: Channel) -> str:
    return f"not {channel.quiet}" if channel.quiet else "always"


@app.command(name="test")
def try_(
    context: typer.Context,
    channel: Annotated[str, typer.Argument(help="Its name in monitor.yaml.")],
    as_json: AsJson = False,
) -> None:
    """Send a test alert now, whatever the channel's hours, and say what the server answered.

    It is not kept in the archive. The exit status is 0 only where every recipient's was taken.

    Example: monitor channel test mail
    """
    config = context.ensure_object(Context).config()
    answers = asyncio.run(_tried(config, channel_named(config.channels, channel)))
    if as_json:
        show_json(answers)
    else:
        for answer in answers:
            to = f" ({answer['recipient']})" if answer["recipient"] else ""
            verb = "took it" if answer["taken"] else "did not take it"
            said = one_line(f"{channel}{to} {verb}: {answer['said']}")
            out.print(said, markup=False, soft_wrap=True)
    if not all(answer["taken"] for answer in answers):
        raise typer.Exit(1)


@app.command()
def enable(
    context: typer.Context,
    channel: Annotated[str, typer.Argument(help="Its name in monitor.yaml.")],
    as_json: AsJson = False,
) -> None:
    """Send to a channel again whose receiver answered 410 Gone.

    What was given up meanwhile goes out with `monitor delivery retry --channel`.

    Example: monitor channel enable hook
    """
    called = context.ensure_object(Context)
    channel_named(called.settings().channels, channel)
    with called.store() as store, store.write() as tx:
        opened = channels.open_(tx, channel)
    if as_json:
        show_json({"opened": opened})
    else:
        said = "is sent to again" if opened else "was not closed"
        out.print(f"{channel} {said}", markup=False)


def channel_named(channels: Mapping[str, Channel], name: str) -> Channel:
    """Raises NotFoundError."""
    if name in channels:
        return channels[name]
    close = get_close_matches(name, channels, n=1)
    guess = f", did you mean {close[0]}?" if close else ":"
    raise NotFoundError(f"no channel {name!r}{guess} see `monitor channel list`")


async def _tried(config: Config, channel: Channel) -> Sequence[dict[str, Any]]:
    fetcher = house.make_fetcher(config.settings.fetch)
    try:
        outlets = Outlets(fetcher, sys.stdout, config.home, house.utc_now())
        return [await _answer(channel, to, outlets) for to in channel.recipients()]
    finally:
        await fetcher.aclose()


async def _answer(channel: Channel, recipient: str, outlets: Outlets) -> dict[str, Any]:
    try:
        with contained(DeliveryError, "the test alert"):
            said = await channel.send(_test_alert(outlets), outlets, recipient=recipient)
    except DeliveryError as error:
        return {"recipient": recipient, "taken": False, "said": str(error)}
    return {"recipient": recipient, "taken": True, "said": said}


def _test_alert(outlets: Outlets) -> Message:
    """One that nobody has seen: a receiver that drops repeats drops none."""
    article = Article(
        url="https://example.com/a-test-of-the-china-laos-monitor",
        title=_TITLE,
        source="China–Laos monitor",
        updated=outlets.now.replace(microsecond=0),
        body=_BODY,
        language="en",
        site="example.com",
    )
    start = _BODY[1].index("railway")
    span = Span("body", 1, start, start + len("railway"), "railway", "railway")
    return Message(
        id=f"msg_{uuid.uuid4().hex}",
        rule="test",
        label="Test",
        reason="a test: nothing has happened",
        correction=False,
        first_id=None,
        story=0,
        revision=1,
        source="China–Laos monitor",
        article=article,
        match=Match("test", (span,)),
        created_at=outlets.now,
    )
