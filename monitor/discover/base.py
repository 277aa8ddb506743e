"""What every kind of source has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints

from monitor.fields import Duration, HttpAddress
from monitor.models import Fetched, Link, Value

# How a kind reads further pages: raises FetchError. The network is passed in.
Get = Callable[[str], Awaitable[Fetched]]

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

    obeys_robots: ClassVar[bool] = True  # robots.txt holds for its own address too

    id: SourceId = Field(default="", description="its key in sources.yaml")
    kind: str
    url: HttpAddress = Field(description="the address that is looked at")
    name: str | None = Field(default=None, description="as alerts show it; else the key")
    enabled: bool = Field(default=True, description="false: kept, but not looked at")
    interval: Duration | None = Field(
        default=None, description="between two looks; else fetch.interval of monitor.yaml"
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

    @abstractmethod
    async def links(self, page: Fetched, get: Get) -> list[Link]:
        """The stories that ``page`` announces, in its order, each address once.

        Raises DiscoverError where the body is not what the kind says.
        """
