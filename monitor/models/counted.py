"""What a rule says of how many stories come, and the stories that it counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class VolumeKind(StrEnum):
    """What a rule waits for, that tells of numbers and not of single stories."""

    SPIKE = "spike"  # many more than usual
    SILENCE = "silence"  # none at all
    COUNT = "count"  # so many


@dataclass(frozen=True, slots=True)
class Volume:
    """The condition of such a rule; ``volume.py`` reads it, writes it and judges by it."""

    kind: VolumeKind
    window: timedelta  # to compare with (spike), without a story (silence), with so many (count)
    factor: float = 1.0  # of a spike: so many times what is usual
    least: int = 0  # of a count


@dataclass(frozen=True, slots=True)
class CountedStory:
    """A story behind a number, as an alert tells of it."""

    story: int
    title: str
    url: str
    source: str  # the name of the source that announced it
    seen_at: datetime
