"""Channels as a configuration makes them, and what they send through."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from monitor.deliver import AnyChannel, Channel, Outlets, Told
from monitor.deliver.email import EmailChannel
from monitor.deliver.webhook import WebhookChannel
from monitor.errors import DeliveryError
from monitor.models import About, Collection, ConfigNotice, Health, Message, Notice
from tests.builders import NOW, article, message
from tests.fetch.tools import make_fetcher
from tests.servers import LOOPBACK

SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PASSWORD = "hunter2-and-more"

_channel: TypeAdapter[Channel] = TypeAdapter(AnyChannel)


def make(kind: str, **settings: Any) -> Channel:
    return _channel.validate_python({"kind": kind, **settings})


def email(port: int = 1, **settings: Any) -> EmailChannel:
    said: dict[str, Any] = {
        "host": LOOPBACK,
        "port": port,
        "security": "none",
        "sender": "monitor@embassy.example",
        "to": ["analyst@embassy.example"],
        "timeout": 5.0,
    }
    channel = make("email", **(said | settings))
    assert isinstance(channel, EmailChannel)
    return channel


def webhook(url: str, **settings: Any) -> WebhookChannel:
    channel = make("webhook", url=url, **({"secret": SECRET} | settings))
    assert isinstance(channel, WebhookChannel)
    return channel


def notice(**changes: Any) -> Notice:
    """A word on a source that has been failing for six hours."""
    said: dict[str, Any] = {
        "id": "msg_" + "fedcba9876543210" * 2,
        "source": "laostimes",
        "name": "The Lao Times",
        "url": "https://laostimes.example/feed",
        "health": Health.FAILING,
        "recovered": False,
        "detail": "failed 4 times in a row: laostimes.example: timed out;"
        " try: monitor source try laostimes",
        "since": NOW - timedelta(hours=6),
        "created_at": NOW,
    }
    return Notice(**(said | changes))


def config_notice(**changes: Any) -> ConfigNotice:
    """An edit of the rules is wrong."""
    said: dict[str, Any] = {
        "id": "msg_" + "0f1e2d3c4b5a6978" * 2,
        "folder": "config",
        "right": False,
        "problems": (
            "config/rules.yaml:7: rules.railway.query: a parenthesis is not closed",
            "config/concepts/own.yaml:3: concepts.rail.kind: 'ghost', allowed: person",
        ),
        "since": NOW,
        "created_at": NOW,
    }
    return ConfigNotice(**(said | changes))


def channel_notice(**changes: Any) -> Notice:
    """A word on a channel whose receiver is gone."""
    said = {"source": "hook", "name": "hook", "url": "", "health": Health.GONE}
    return notice(
        **(said | {"about": About.CHANNEL, "detail": "it answers that it is gone"} | changes)
    )


def collection(*alerts: Message, **changes: Any) -> Collection:
    """A digest, of two alerts where none are given."""
    first = message(article=article(title="First train"))
    second = message(rule="debt", label="Debt", article=article(title="Second train"), story=8)
    said: dict[str, Any] = {
        "id": "msg_" + "00112233445566778899aabbccddeeff",
        "kind": "digest",
        "alerts": alerts or (first, second),
        "created_at": NOW,
        "due": NOW + timedelta(hours=1),
    }
    return Collection(**(said | changes))


def chat(base: str, path: str = "hook", scheme: str = "json", **settings: Any) -> Channel:
    """To a receiver on loopback, by one of Apprise's schemes."""
    return make("chat", url=f"{scheme}://{base.removeprefix('http://')}/{path}", **settings)


async def send(
    channel: Channel,
    told: Told | None = None,
    *,
    console: Any = None,
    directory: Path = Path("/nowhere"),
    now: datetime = NOW,
) -> str:
    async with make_fetcher() as http:
        out = Outlets(http, console or io.StringIO(), directory, now)
        return await channel.send(told or message(), out)


async def refused(channel: Channel, told: Told | None = None, **out: Any) -> DeliveryError:
    """The error of a delivery that must fail: one line of printable text without secrets."""
    with pytest.raises(DeliveryError) as caught:
        await send(channel, told, **out)
    said = str(caught.value)
    assert said.isprintable()
    assert len(said) <= 600
    assert not any(secret in said for secret in (SECRET, SECRET[6:], PASSWORD))
    return caught.value
