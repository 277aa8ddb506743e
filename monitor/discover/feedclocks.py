"""Clocks, zones and years, in the words that feeds have for them."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

LONGEST = 100  # characters of a printed time
_UTC = {"GMT", "UTC", "UT", "Z"}
# In the east of Asia, where names have one meaning; CST has three.
_OFFSETS = {
    "HKT": "+8",
    "ICT": "+7",
    "JST": "+9",
    "KST": "+9",
    "MYT": "+8",
    "SGT": "+8",
    "WIB": "+7",
}
_BUDDHIST, _ERAS_APART = re.compile(r"(?<![\d.+:])25\d\d(?![\d:])"), 543
_COMMON = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_WEEKDAY = re.compile(r"[(（]?(?:星期|周|週)[一二三四五六日天][)）]?")
_EARLY, _LATE = "上午|早上|早晨|清晨|凌晨", "中午|下午|傍晚|晚上"
_CLOCK = re.compile(
    rf"(?:(?P<early>{_EARLY})|(?P<late>{_LATE}))?\s?(?P<H>\d\d?)\s?[:：时時点點]"
    r"\s?(?P<M>\d\d)?(?:分|[:：](?=\d))?(?P<S>\d\d)?秒?"
)


def in_figures(printed: str) -> str:
    """``2026年11月28日 15:30 +0800`` and ``3:30 PM`` for what Chinese and JavaScript print."""
    if printed.endswith(")"):  # what a comment says of the offset
        printed = printed.rpartition("(")[0].rstrip()
    if printed.isascii() or len(printed) > LONGEST:
        return printed
    figures = _CLOCK.sub(_clock, _WEEKDAY.sub(" ", printed), 1)
    return " ".join(figures.replace("CST", "+0800").split())


def _clock(found: re.Match[str]) -> str:
    hour, minute, second = (found[part] or "00" for part in "HMS")
    half = " AM" if found["early"] else " PM" if found["late"] else ""
    return f" {hour}:{minute}:{second}{half}"


def in_common_era(printed: str) -> str:
    """Years of the Buddhist era, which Laos and Thailand print too, are 543 ahead."""
    if _COMMON.search(printed):
        return printed
    return _BUDDHIST.sub(lambda year: str(int(year[0]) - _ERAS_APART), printed)


def with_offset(time: dt.datetime, printed: str | None) -> dt.datetime | None:
    """``time`` at GMT, Z, +0700, +7, GMT+8, or where it is called so; None for other names."""
    if not printed or time.tzname() == printed:
        return time
    if printed in _UTC:
        return time.replace(tzinfo=dt.UTC)
    offset = _OFFSETS.get(printed, printed.removeprefix("GMT").removeprefix("UTC"))
    return time.replace(tzinfo=_offset(offset)) if offset[0] in "+-" else None


@lru_cache(maxsize=128)
def _offset(printed: str) -> dt.timezone:
    """Raises ValueError for more than a day."""
    figures = printed[1:].replace(":", "")
    hours, minutes = (figures[:-2], figures[-2:]) if len(figures) > 2 else (figures, "0")
    length = dt.timedelta(hours=int(hours), minutes=int(minutes))
    return dt.timezone(-length if printed[0] == "-" else length)
