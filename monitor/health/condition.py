"""How a source is, what its owners know of that, and what they must hear.

What is told is few words: one when it falls ill, one when it recovers, none while it stays ill,
whatever it comes down with next; but that it is gone for good is always told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from monitor.health.signs import Limits, Signs
from monitor.health.symptoms import symptom
from monitor.models import Health

# A source that falls ill again within this time of its recovery must stay well for as long before
# the next recovery is told: one that comes and goes does not ring each time.
RELAPSE = timedelta(days=1)

# What is told of a recovery, by what it is from.
BETTER = {
    Health.FAILING: "answers again",
    Health.CHALLENGED: "gives the news again, without asking for a human",
    Health.GONE: "is there again",
    Health.QUIET: "publishes again",
    Health.FROZEN: "has new items again",
    Health.LAYOUT: "its stories come out as long as usual again",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """How a source is, and what its owners know of that."""

    health: Health = Health.OK
    since: AwareDatetime | None = None  # it is so since then
    detail: str = ""  # one line: what was seen, and what to do
    told: Health | None = None  # the illness that its owners know of
    ill_since: AwareDatetime | None = None  # when that began
    recovered_at: AwareDatetime | None = None  # when they were last told of a recovery

    def to_json(self) -> dict[str, Any]:
        """Plain values, for a column of the database."""
        kept: dict[str, Any] = _adapter.dump_python(self, mode="json")
        return kept

    @staticmethod
    def from_json(kept: object) -> Condition:
        """What ``to_json`` gave; a source in good health where that is missing or damaged."""
        try:
            return _adapter.validate_python(kept)
        except ValidationError:
            return Condition()


_adapter = TypeAdapter(Condition)


@dataclass(frozen=True, slots=True)
class Due:
    """What the owners of a source are to be told now."""

    health: Health  # what it has come down with, or recovered from
    recovered: bool
    detail: str
    since: datetime  # when it fell ill


def judge(before: Condition, signs: Signs, limits: Limits) -> tuple[Condition, Due | None]:
    """How a source is after a look, and what its owners are to be told of it."""
    return _tell(_examine(before, signs, limits), signs.now)


def _examine(before: Condition, signs: Signs, limits: Limits) -> Condition:
    found = symptom(signs, limits)
    if found is None:
        return before
    health, detail = found
    since = before.since if before.health is health and before.since else signs.now
    ill_since = before.ill_since or (None if health is Health.OK else signs.now)
    if (health, since, detail, ill_since) == (
        *(before.health, before.since, before.detail, before.ill_since),
    ):
        return before
    return replace(before, health=health, since=since, detail=detail, ill_since=ill_since)


def _tell(after: Condition, now: datetime) -> tuple[Condition, Due | None]:
    ill, told, since = after.health is not Health.OK, after.told, after.ill_since or now
    if ill and (told is None or after.health is Health.GONE is not told):
        return replace(after, told=after.health), Due(after.health, False, after.detail, since)
    if ill or told is None or not _settled(after, since, now):
        return after, None
    well = replace(after, told=None, ill_since=None, recovered_at=now)
    return well, Due(told, True, BETTER[told], since)


def _settled(after: Condition, ill_since: datetime, now: datetime) -> bool:
    """Whether a recovery can be believed."""
    relapse = after.recovered_at is not None and ill_since - after.recovered_at < RELAPSE
    return not relapse or now - (after.since or now) >= RELAPSE
