"""Alerts and notices as lines on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from monitor.deliver.base import Channel, Outlets, Told
from monitor.deliver.marks import in_words
from monitor.errors import DeliveryError
from monitor.models import Collection, ConfigNotice, Notice, VolumeAlert
from monitor.text import one_line

_TIME = "%Y-%m-%d %H:%M UTC"


class ConsoleChannel(Channel):
    """Three lines an alert on standard output: what, why, where; one line a notice."""

    kind: Literal["console"]

    async def send(self, told: Told, out: Outlets, *, recipient: str = "") -> str:
        text = "".join(f"{line}\n" for line in lines(told))
        encoding = out.console.encoding or "utf-8"
        try:
            out.console.write(text.encode(encoding, "replace").decode(encoding))
            out.console.flush()
        except (OSError, ValueError) as error:  # ValueError: it was closed
            raise DeliveryError(one_line(f"cannot print: {error}", 200)) from error
        return "printed"


def lines(told: Told) -> Iterator[str]:
    if isinstance(told, ConfigNotice):
        yield f"CONFIGURATION {'right again' if told.right else 'wrong, the one before stays'}"
        for problem in () if told.right else told.problems:
            yield "  " + one_line(problem)
        return
    if isinstance(told, Notice):
        state = "recovered" if told.recovered else told.health.value
        yield one_line(f"{told.about.upper()} [{told.name}] {state}: {told.detail}")
        return
    if isinstance(told, Collection):
        yield one_line(f"{told.kind.upper()} of {told.size} alerts")
        every: tuple[Told, ...] = (*told.volumes, *told.alerts)
        for alert in every:
            yield from ("  " + line for line in lines(alert))
        return
    if isinstance(told, VolumeAlert):
        yield one_line(f"ALERT [{told.label}] {told.reason}")
        yield "  " + one_line(f"{told.kind.value}: {told.condition}; since {told.since:{_TIME}}")
        for story in told.stories:
            yield "  " + one_line(f"{story.title}, {story.source}, {story.url}")
        if told.more:
            yield f"  and {told.more} more"
        return
    article = told.article
    when = article.updated or article.published or "undated"
    yield one_line(f"ALERT [{told.label}] {article.title}")
    yield "  " + one_line(f"{told.reason}; matched {in_words(told.match)}")
    yield "  " + one_line(f"{article.source or told.source}, {when}, {article.url}")
