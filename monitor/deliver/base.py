"""What every channel is, and what it is given to work with."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TextIO

from monitor.models import Message, Value
from monitor.text import storable

_LINE_ENDS = {ord(c): f"\\u{ord(c):04x}" for c in "\x85\u2028\u2029"}


class Answer(Protocol):
    """What an HTTP endpoint said to a POST."""

    @property
    def status(self) -> int: ...
    @property
    def reason(self) -> str: ...
    @property
    def retry_after(self) -> float | None: ...


class Poster(Protocol):
    """The way out over HTTP; raises FetchError only where there was no answer."""

    async def post(
        self, url: str, *, body: bytes, headers: Mapping[str, str], timeout: float | None = None
    ) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Outlets:
    """The ways out of the process, passed in by ``app.py``."""

    http: Poster
    console: TextIO
    directory: Path  # relative paths of the configuration start here
    now: datetime  # of this attempt


class Channel(Value, ABC):
    """Where alerts go: the settings of one entry under ``channels:``, and how to send there."""

    kind: str

    @abstractmethod
    async def send(self, message: Message, out: Outlets) -> str:
        """Hand ``message`` over and say in a few words what the other side answered.

        Raises DeliveryError.
        """


def to_json(value: dict[str, Any]) -> str:
    """``value`` as JSON in UTF-8, on one line whatever a reader takes for the end of a line."""
    return storable(json.dumps(value, ensure_ascii=False).translate(_LINE_ENDS))


def payload(message: Message) -> dict[str, Any]:
    """The alert and its Article for machines: the ``data`` of a webhook, a line of a file."""
    article = message.article
    return {
        "id": message.id,
        "rule": {"id": message.rule, "name": message.label},
        "reason": message.reason,
        "correction": message.correction,
        "created_at": message.created_at.isoformat(),
        "story": {"id": message.story, "revision": message.revision, "source": message.source},
        "match": {
            "terms": list(message.match.terms),
            "spans": [
                {
                    "field": span.field,
                    "paragraph": span.paragraph,
                    "start": span.start,
                    "end": span.end,
                    "term": span.term,
                    "text": span.text,
                }
                for span in message.match.spans
            ],
        },
        "article": article.model_dump(mode="json"),
    }
