"""Which of a site's layouts a page has: layouts change, and old stories stay."""

from __future__ import annotations

import datetime as dt

from lxml import etree

from monitor.parse.dates import as_date, find_moment, from_url
from monitor.parse.found import DATES, FIELDS, data_of, texts_of
from monitor.parse.profile import Layout, Profile
from monitor.parse.selector import select


def layout_of(root: etree._Element, profile: Profile, url: str) -> Layout | None:
    """The layout of ``profile`` that holds for the page; None where none does.

    The story's day decides: that of its address, else the one that the layout's own selectors find.
    Where several hold, or the day is not known, it is the one that finds most; the first of equals.
    """
    if not (profile.layouts or profile.valid_from or profile.valid_until):
        return profile
    stated = from_url(url)
    zone = profile.timezone
    holding = [
        layout
        for layout in (profile, *profile.layouts)
        if _holds(layout, stated or _printed(root, layout, zone))
    ]
    return max(holding, key=lambda layout: _finds(root, layout, zone), default=None)


def _holds(layout: Layout, day: dt.date | None) -> bool:
    if day is None:
        return True
    start, end = layout.valid_from or dt.date.min, layout.valid_until or dt.date.max
    return start <= day <= end


def _printed(root: etree._Element, layout: Layout, zone: str | None) -> dt.date | None:
    data = data_of(root, layout)
    for name in DATES:
        for text in texts_of(root, layout, data, name, zone):
            if moment := find_moment(text, zone, layout.dates):
                return as_date(moment)
    return None


def _finds(root: etree._Element, layout: Layout, zone: str | None) -> int:
    """How many of its fields the layout finds anything for."""
    data = data_of(root, layout)
    found = sum(bool(texts_of(root, layout, data, name, zone)) for name in FIELDS)
    return found + sum(bool(s and select(root, s)) for s in (layout.body, layout.next))
