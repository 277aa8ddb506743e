"""The ways out for alerts and notices. To add one: a file here, and a row of ``CHANNELS``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Union

from pydantic import Discriminator

from monitor.deliver.base import Channel, Outlets, Told
from monitor.deliver.chat import ChatChannel
from monitor.deliver.console import ConsoleChannel
from monitor.deliver.email import EmailChannel
from monitor.deliver.feed import FeedChannel
from monitor.deliver.file import FileChannel
from monitor.deliver.payload import notice_payload, payload
from monitor.deliver.webhook import WebhookChannel

CHANNELS: dict[str, type[Channel]] = {
    "chat": ChatChannel,
    "console": ConsoleChannel,
    "email": EmailChannel,
    "feed": FeedChannel,
    "file": FileChannel,
    "webhook": WebhookChannel,
}

# An entry of ``channels:`` is whatever its ``kind`` says; only the registry knows the kinds.
if TYPE_CHECKING:
    AnyChannel = Channel
else:
    AnyChannel = Annotated[Union[tuple(CHANNELS.values())], Discriminator("kind")]  # noqa: UP007

__all__ = ["CHANNELS", "AnyChannel", "Channel", "Outlets", "Told", "notice_payload", "payload"]
