"""What every kind of source has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints

from monitor.discover.admission import any_found
from monitor.fields import Backlog, HttpAddress, Pattern, Wait
from monitor.models import Fetched, Link, Value

# How a kind reads further pages: raises FetchError. The network is passed in.
Get = Callable[[str], Awaitable[Fetched]]


async def nothing_known(_: Sequence[str]) -> set[str]:
    return set()


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier looks at a source saw."""

    since: datetime | None = None  # the last look that worked; None at the first
    known: Callable[[Sequence[str]], Awaitable[set[str]]] = nothing_known  # which of these URLs


FIRST_LOOK = Past()

SourceId = Annotated[str, StringConstraints(pattern=r"^([a-z0-9][a-z0-9_-]*)?$")]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:
        # ZoneInfo opens a file of that name: a folder or an overlong name is an OSError.
        raise ValueError(
            "not a time zone, allowed: a name of the IANA database such as Asia/Vientiane"
        ) from error
    return name


class Source(Value, ABC):
    """One place where stories are announced; ``links`` reads what it answers with."""

    robots_hold: ClassVar[bool] = True  # for its own address, unless the key robots says otherwise
    shows_all: ClassVar[bool] = True  # what it announces at the time, known or not

    id: SourceId = Field(default="", description="its key in sources.yaml")
    kind: str
    url: HttpAddress = Field(description="the address that is looked at")
    name: str | None = Field(default=None, description="as alerts show it; else the key")
    enabled: bool = Field(default=True, description="false: kept, but not looked at")
    interval: Wait | None = Field(
        default=None, description="between two looks; else fetch.interval of monitor.yaml"
    )
    min_interval: Wait | None = Field(
        default=None, description="in its busy hours down to this; else interval where that is set"
    )
    max_interval: Wait | None = Field(
        default=None, description="in its quiet hours up to this; else interval where that is set"
    )
    timezone: Annotated[str, AfterValidator(_known_zone)] | None = Field(
        default=None, description="holds for times printed without an offset: Asia/Vientiane"
    )
    language: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$",
        description="BCP 47 tag of its stories: en, zh, lo",
    )
    tags: tuple[str, ...] = Field(default=(), description="words of your choice")
    unverified: bool = Field(default=False, description="nobody has seen it work yet")
    include: tuple[Pattern, ...] = Field(
        default=(), description="RE2: only links whose address or title one of these is found in"
    )
    exclude: tuple[Pattern, ...] = Field(
        default=(), description="RE2: no links whose address or title one of these is found in"
    )
    prefilter: Literal["title"] | None = Field(
        default=None,
        description="title: read only what meets the topic as it is announced, without its page",
    )
    alert_backlog: Backlog | None = Field(
        default=None,
        description="of the first look, alert on: none, so many of the newest, or what is newer"
        " than 2d; else alert_backlog of monitor.yaml",
    )
    max_age: Wait | None = Field(
        default=None, description="newest item older than this: frozen; else health.max_age"
    )
    archive: HttpAddress | None = Field(
        default=None, description="a sitemap or listing that fills gaps of this source"
    )
    robots: bool | None = Field(
        default=None,
        description="whether robots.txt holds for its address; else: not for feeds",
    )
    validators: Literal["both", "etag", "last-modified", "none"] = Field(
        default="both",
        description="what is sent to ask for changes, if the server answers falsely",
    )
    cookies: bool = Field(default=False, description="keep cookies during one look at this source")

    @property
    def obeys_robots(self) -> bool:
        """Whether robots.txt is asked before its own address is read."""
        return self.robots_hold if self.robots is None else self.robots

    @property
    def zone(self) -> ZoneInfo | None:
        """Where times hold that are printed without an offset."""
        return ZoneInfo(self.timezone) if self.timezone else None

    def admits(self, link: Link) -> bool:
        """Whether ``include`` and ``exclude`` let ``link`` through, by its address or its title."""
        texts = (link.url, link.title or "")
        if self.include and not any_found(self.include, texts):
            return False
        return not (self.exclude and any_found(self.exclude, texts))

    @abstractmethod
    async def links(self, page: Fetched, get: Get, past: Past = FIRST_LOOK) -> list[Link]:
        """The stories that ``page`` announces, in its order, each address once.

        ``past`` lets a kind leave out what it knows, or go further back where it knows nothing.

        Raises DiscoverError where the body is not what the kind says.
        """
