"""What every channel is, and what it is given to work with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol, TextIO
from zoneinfo import ZoneInfo

from pydantic import Field

from monitor.deliver.templating import BUILT_IN, Templates
from monitor.hours import EVERY_DAY, Clock, Hours, QuietHours, WorkingDays, Zone
from monitor.models import Collection, ConfigNotice, Message, Notice, Value, VolumeAlert
from monitor.routing import Edition, Policy

# What goes out: an alert on a story, on how many came, or several; or a word on a source or on the
# configuration.
Told = Message | VolumeAlert | Collection | Notice | ConfigNotice


class Answer(Protocol):
    """What an HTTP endpoint said to a POST."""

    @property
    def status(self) -> int: ...
    @property
    def reason(self) -> str: ...
    @property
    def retry_after(self) -> float | None: ...


class Poster(Protocol):
    """The way out over HTTP; raises FetchError only where there was no answer.

    Who must send by a client of his own asks for the ``addresses`` that he may dial (FetchError
    where there is none), or goes by the ``proxy``, where there is one.
    """

    @property
    def proxy(self) -> str | None: ...

    async def addresses(self, host: str, port: int) -> list[str]: ...

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
    templates: Templates = BUILT_IN


class DigestSettings(Value):
    """When a channel's digests come out, and how they look."""

    at: Clock = Field(
        default=Edition().clock,
        description="the local time",
        json_schema_extra={"default": f"{Edition().clock:%H:%M}"},
    )
    days: WorkingDays = Field(
        default=EVERY_DAY,
        description="on which days; one of them, such as mon, for a weekly digest",
        json_schema_extra={"default": "mon-sun"},
    )
    by: Literal["rule", "topic", "none"] = Field(
        default="rule",
        description="stories in groups: by the rule that found them, by the concept that several"
        " of them name, or not at all",
    )
    empty: Literal["skip", "say"] = Field(
        default="skip", description="with nothing found: no digest, or one that says so"
    )
    dates: Literal["en", "zh", "lo"] = Field(
        default="en", description="the language in which dates are written"
    )


class Channel(Value, ABC):
    """A way out: the settings of one entry under ``channels:``, and how to send there."""

    kind: str
    timezone: Zone | None = Field(
        default=None, description="of the keys below; else monitor.yaml's timezone"
    )
    quiet: QuietHours | None = Field(
        default=None, description="hours in which nothing goes out, but what is urgent"
    )
    days: WorkingDays = Field(
        default=EVERY_DAY,
        description="on which anything goes out; on others, what is urgent",
        json_schema_extra={"default": "mon-sun"},
    )
    throttle: int | None = Field(
        default=None,
        ge=1,
        le=10_000,
        description="alerts an hour at most; the surplus goes out as one, an hour later",
    )
    digest: DigestSettings = DigestSettings()

    @abstractmethod
    async def send(self, told: Told, out: Outlets, *, recipient: str = "") -> str:
        """Hand ``told`` over and say in a few words what the other side answered.

        ``recipient`` is one of ``recipients``. Raises DeliveryError.
        """

    def recipients(self) -> tuple[str, ...]:
        """Each gets deliveries of its own; "" where the channel leads to one place alone."""
        return ("",)

    def place(self) -> str:
        """What stands for where it leads: one that was closed goes on when that has changed."""
        return ""

    def policy(self, zone: ZoneInfo) -> Policy:
        """When what goes out here; ``zone`` counts where the channel sets none."""
        return Policy(
            hours=Hours(self.timezone or zone, self.quiet, self.days),
            throttle=self.throttle,
            edition=Edition(self.digest.at, self.digest.days),
            recipients=self.recipients(),
        )
