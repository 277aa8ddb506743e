"""What stands around the alerts that go out together: who else carries their stories, how many
alerts there were lately, and which sources are ill.

It changes from hour to hour. It is taken once, when the bundle is first taken to be sent, and kept
with it (``bundles.background``), so that every attempt and every recipient is shown the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

DAYS = 14  # of which volumes are shown, the day of the edition being the last


class _Kept(BaseModel):
    """Frozen. Keys of a later version are passed over, so that a downgrade still sends."""

    model_config = ConfigDict(frozen=True)


class Carrier(_Kept):
    """A site that carries a story, and where."""

    site: str
    url: str
    title: str


class Carried(_Kept):
    """Who carries a story."""

    first: int  # the id of its first telling: the same for all tellings of one story
    carriers: tuple[Carrier, ...] = ()  # one a site, the first telling's before the others


class Volume(_Kept):
    """How many alerts a rule raised on each of the last ``DAYS`` days."""

    rule: str
    days: tuple[int, ...]


class Ill(_Kept):
    """A source that is not well."""

    source: str
    name: str
    health: str
    since: dt.datetime | None
    detail: str


class Background(_Kept):
    zone: str = "UTC"  # of the channel: in it the days are counted
    carried: Mapping[int, Carried] = {}  # by the id of the telling that an alert speaks of
    volumes: tuple[Volume, ...] = ()
    ill: tuple[Ill, ...] = ()
    watched: int = 0  # sources

    def local(self, moment: dt.datetime) -> dt.datetime:
        return moment.astimezone(ZoneInfo(self.zone))


NO_BACKGROUND = Background()
