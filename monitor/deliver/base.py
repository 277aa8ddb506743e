"""What every channel is, and what it is given to work with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TextIO

from monitor.models import ConfigNotice, Message, Notice, Value

# What goes out: an alert, or a word on a source or on the configuration.
Told = Message | Notice | ConfigNotice


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
    """A way out: the settings of one entry under ``channels:``, and how to send there."""

    kind: str

    @abstractmethod
    async def send(self, told: Told, out: Outlets) -> str:
        """Hand ``told`` over and say in a few words what the other side answered.

        Raises DeliveryError.
        """
