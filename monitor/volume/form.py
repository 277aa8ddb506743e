"""The conditions of volume rules as they are written, and their figures in words."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from monitor.models import Volume, VolumeKind
from monitor.volume.judge import Verdict, window
from monitor.volume.usual import DAY

_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_FORMS = {
    VolumeKind.SPIKE: re.compile(r"(\d{1,3}(?:\.\d{1,2})?)x over (\d{1,6})([mhdw])", re.ASCII),
    VolumeKind.SILENCE: re.compile(r"(none) for (\d{1,6})([mhdw])", re.ASCII),
    VolumeKind.COUNT: re.compile(r">= ?(\d{1,6}) in (\d{1,6})([mhdw])", re.ASCII),
}
ALLOWED = {
    VolumeKind.SPIKE: "3x over 28d (1.1x to 100x, over 14d to 90d)",
    VolumeKind.SILENCE: "none for 5d (1h to 90d)",
    VolumeKind.COUNT: '">= 10 in 24h" (1 to 100000, in 10m to 90d)',
}
_SHORTEST = {
    VolumeKind.SPIKE: 14 * DAY,
    VolumeKind.SILENCE: timedelta(hours=1),
    VolumeKind.COUNT: timedelta(minutes=10),
}
_LONGEST = 90 * DAY


def parse_volume(kind: VolumeKind, text: Any) -> Volume:
    """``3x over 28d``, ``none for 5d`` or ``>= 10 in 24h``. Raises ValueError."""
    if isinstance(text, Volume):
        return text
    found = _FORMS[kind].fullmatch(" ".join(text.split())) if isinstance(text, str) else None
    volume = _volume(kind, found[1], int(found[2]) * _UNITS[found[3]]) if found else None
    if volume is None:
        raise ValueError(f"allowed: {ALLOWED[kind]}")
    return volume


def _volume(kind: VolumeKind, amount: str, window: timedelta) -> Volume | None:
    """None where something is too small or too large."""
    if not _SHORTEST[kind] <= window <= _LONGEST:
        return None
    if kind is VolumeKind.SPIKE:
        factor = float(amount)
        return Volume(kind, window, factor=factor) if 1.1 <= factor <= 100 else None
    if kind is VolumeKind.SILENCE:
        return Volume(kind, window)
    least = int(amount)
    return Volume(kind, window, least=least) if 1 <= least <= 100_000 else None


def written(volume: Volume) -> str:
    """As a rule writes it, without the key; in days rather than weeks."""
    if volume.window > DAY and volume.window % DAY == timedelta():
        length = f"{volume.window // DAY}d"
    elif volume.window % _UNITS["h"] == timedelta():
        length = f"{volume.window // _UNITS['h']}h"
    else:
        length = f"{volume.window // _UNITS['m']}m"
    if volume.kind is VolumeKind.SPIKE:
        return f"{volume.factor:g}x over {length}"
    if volume.kind is VolumeKind.SILENCE:
        return f"none for {length}"
    return f">= {volume.least} in {length}"


def told(volume: Volume, verdict: Verdict, now: datetime) -> str:
    """``spike: 14 stories in 24 h, 3 expected``"""
    expected = "" if verdict.expected is None else f", {figure(verdict.expected)} expected"
    stories = "1 story" if verdict.number == 1 else f"{verdict.number} stories"
    length = _length(window(volume))
    if volume.kind is VolumeKind.SILENCE:
        stories = "no story" if not verdict.number else stories
        length = _length(now - verdict.since)
    return f"{volume.kind.value}: {stories} in {length}{expected}"


def figure(number: float) -> str:
    """``3``, ``2.4``, ``0.04``"""
    return f"{number:.1f}".removesuffix(".0") if number >= 1 or not number else f"{number:.1g}"


def _length(length: timedelta) -> str:
    """``24 h``, ``5 days``"""
    hours = round(length / timedelta(hours=1))
    if hours < 1:
        return f"{round(length / timedelta(minutes=1))} min"
    return f"{hours} h" if hours <= 48 else f"{length / DAY:.1f} days".replace(".0 ", " ")
