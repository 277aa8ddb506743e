"""Alerts as lines on the terminal."""

from __future__ import annotations

from typing import Literal

from monitor.deliver.base import Channel, Outlets
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
            f"  {article.source or article.site}, {when}, {article.url}",
        )
        out.console.write("".join(f"{line[:2]}{one_line(line[2:])}\n" for line in lines))
        out.console.flush()
        return "printed"
