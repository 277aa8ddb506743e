"""How soon somebody is told."""

from __future__ import annotations

from enum import StrEnum


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
