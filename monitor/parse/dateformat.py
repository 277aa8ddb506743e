"""Dates in a form of the site's own: ``%d.%m.%y %H:%M``, in the letters of ``strptime``.

Unlike ``strptime`` the form is looked for within a text, months have their Lao names too, digits
may be Lao, and years Buddhist.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from functools import lru_cache

from monitor.parse.months import EN_MONTHS, LO_MONTHS

_MONTHS = EN_MONTHS | LO_MONTHS
_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_LETTERS = {
    "Y": r"\d{4}",
    "y": r"\d{2}",
    "m": r"\d{1,2}",
    "d": r"\d{1,2}",
    "B": _NAMES,
    "b": _NAMES,
    "A": r"[^\W\d_]+",
    "a": r"[^\W\d_]+",
    "H": r"\d{1,2}",
    "I": r"\d{1,2}",
    "M": r"\d{2}",
    "S": r"\d{2}",
    "p": r"[ap]\.?m\.?",
    "z": r"Z|[+-]\d{2}:?\d{2}",
}
_ALLOWED = ", ".join(f"%{letter}" for letter in _LETTERS)
_PARTS = re.compile(r"%(.?)|\s+|[^%\s]+")
_CENTURY = 69  # as strptime: 68 is 2068, 69 is 1969
_BUDDHIST, _BUDDHIST_FROM = 543, 2500


@lru_cache(maxsize=256)
def pattern_of(form: str) -> re.Pattern[str]:
    """Raises ValueError, with the reason, for what is no form of a date."""
    pieces: list[str] = []
    for part in _PARTS.finditer(form):
        letter = part[1]
        if letter is None:
            pieces.append(r"\s*" if part[0].isspace() else re.escape(part[0]))
        elif letter == "%":
            pieces.append("%")
        elif letter in _LETTERS:
            pieces.append(f"(?P<{letter}>{_LETTERS[letter]})")
        else:
            raise ValueError(f"not a form of a date: %{letter} is unknown, allowed: {_ALLOWED}")
    try:
        pattern = re.compile(rf"(?<!\d){''.join(pieces)}(?!\d)", re.IGNORECASE)
    except re.error as error:  # a letter that stands there twice
        raise ValueError(f"not a form of a date: {error.msg}") from error
    has = pattern.groupindex.keys()
    if not ({"Y", "y"} & has and {"m", "B", "b"} & has and "d" in has):
        raise ValueError("not a form of a date: it needs a year, a month and a day: %d.%m.%Y")
    return pattern


def as_iso(text: str, forms: Iterable[str]) -> str | None:
    """The first date in ``text`` of one of the ``forms``, in ISO 8601 and no more precise."""
    for form in forms:
        for match in pattern_of(form).finditer(text):
            try:
                return _iso({name: part for name, part in match.groupdict().items() if part})
            except ValueError:  # the 31st of February
                continue
    return None


def _iso(parts: dict[str, str]) -> str:
    day = dt.date(_year(parts), _month(parts), int(parts["d"]))
    if not {"H", "I"} & parts.keys():
        return day.isoformat()
    hour = int(parts.get("H") or parts["I"])
    if "I" in parts and "p" in parts:
        hour = hour % 12 + (12 if parts["p"][0] in "pP" else 0)
    time = dt.time(hour, int(parts.get("M", 0)), int(parts.get("S", 0)))
    return f"{day.isoformat()}T{time.isoformat()}{parts.get('z', '')}"


def _year(parts: dict[str, str]) -> int:
    if "y" in parts and "Y" not in parts:
        year = int(parts["y"])
        return year + (2000 if year < _CENTURY else 1900)
    year = int(parts["Y"])
    return year - _BUDDHIST if year >= _BUDDHIST_FROM else year


def _month(parts: dict[str, str]) -> int:
    name = parts.get("B") or parts.get("b")
    return _MONTHS[name.lower()] if name else int(parts["m"])
