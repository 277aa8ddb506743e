"""How soon somebody is told."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Severity(StrEnum):
    """How much an alert matters to whoever gets it."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"  # goes out at once: no hours, windows and limits of a channel hold it


class When(StrEnum):
    """Whether an alert goes out by itself."""

    NOW = "now"
    DIGEST = "digest"  # with its channel's next digest


class Escalation(BaseModel):
    """Who hears of an alert that does not reach whom it should."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    after: dt.timedelta  # it was to go out
    to: tuple[str, ...]  # channels
