"""Alerts as lines on the terminal."""

from __future__ import annotations

from typing import Literal

from monitor.deliver.base import Channel, Outlets
from monitor.errors import DeliveryError
from monitor.models import Message
from monitor.text import one_line


class ConsoleChannel(Channel):
    """Three lines an alert on standard output: what, why, where."""

    kind: Literal["console"]

    async def send(self, message: Message, out: Outlets) -> str:
        article = message.article
        when = article.updated or article.published or "undated"
        lines = (
            f"ALERT [{message.label}] {article.title}",
            f"  {message.reason}; matched {', '.join(message.match.terms)}",
            f"  {article.source or message.source}, {when}, {article.url}",
        )
        text = "".join(f"{line[:2]}{one_line(line[2:])}\n" for line in lines)
        encoding = out.console.encoding or "utf-8"
        try:
            out.console.write(text.encode(encoding, "replace").decode(encoding))
            out.console.flush()
        except (OSError, ValueError) as error:  # ValueError: it was closed
            raise DeliveryError(one_line(f"cannot print: {error}", 200)) from error
        return "printed"
