"""Datelines: where, when and by whom a story was filed, read from its first paragraphs."""

from __future__ import annotations

import re

from monitor.models import Dateline, Moment
from monitor.parse.dates import nearest
from monitor.parse.months import EN_MONTHS, LO_MONTHS, TH_MONTHS, month_of

_EN = "|".join(sorted(EN_MONTHS, key=len, reverse=True))
_LO = "|".join(re.escape(name) for name in (*LO_MONTHS, *TH_MONTHS))
_DASH = r"(?:--+|[—–―]+|-(?=\s)|－+)"
_CASED = r"[^\W\d_a-z\u0e00-\u0eff\u3400-\u9fff]"  # a capital; other scripts have none
_UPPER = rf"{_CASED}(?:{_CASED}|[.'’])+"  # a word of capitals: BEIJING, ST., XI'AN
_WORD = rf"{_CASED}[\w.'’-]*"
_COUNTRY = rf",\s*(?!(?i:{_EN})\b){_WORD}(?:\s{_WORD}){{0,2}}"
_DAY = (
    rf"(?:(?P<month>{_EN})\.?\s+(?P<day>\d{{1,2}})|(?P<day2>\d{{1,2}})\s+(?P<month2>{_EN}))"
    r"\.?(?:,?\s+\d{4})?"
)
_AGENCY = r"\((?P<agency>[^()]{2,40})\)"

# VIENTIANE, Nov. 3 (Xinhua) --   BEIJING --   LUANG PRABANG, Laos (KPL) –
_CAPITALS = re.compile(
    rf"(?P<place>{_UPPER}(?:[ /-]{_UPPER}){{0,4}}(?:{_COUNTRY})?)"
    rf"(?:\s*,\s*(?i:{_DAY}))?(?:\s*,?\s*{_AGENCY})?\s*{_DASH}"
)
# Vientiane, Laos —   Vientiane (KPL) –   Vientiane, Nov. 3 --
_MIXED = re.compile(
    rf"(?P<place>{_WORD}(?:[ -]{_WORD}){{0,3}}(?P<country>{_COUNTRY})?)"
    rf"(?:\s*,\s*(?i:{_DAY}))?(?:\s*,?\s*{_AGENCY})?\s+{_DASH}"
)
# CHIANG RAI: Traders
_COLON = re.compile(
    r"(?!(?i:update|exclusive|watch|breaking|photos?|video|note|opinion|editorial|analysis|live|read"
    r"|correction|listen|explainer|factbox|warning|tip|step|part|chapter)s?\b)"
    rf"(?P<place>{_UPPER}(?:[ -]{_UPPER}){{0,2}}):\s+(?={_CASED}[a-z])"
)
# (Xinhua) BEIJING --  and  (KPL) Vientiane:
_AGENCY_FIRST = re.compile(
    rf"\((?P<agency>[A-Z][\w .]{{1,20}})\)\s*(?:{_DASH}\s*)?(?P<place>{_WORD}(?:\s{_WORD}){{0,3}})"
    rf"(?:\s*,\s*(?i:{_DAY}))?\s*(?:{_DASH}|:)"
)
# 新华社万象11月3日电（记者…）   本报万象11月3日电   中新社北京电   中新网11月3日电
_HAN = re.compile(
    r"[（(【\[]?\s*(?:据)?(?P<agency>[\u4e00-\u9fff]{1,8}?(?:社|网|網|报|報|台|客户端)"
    r"(?:[\u4e00-\u9fff]{0,4}(?:新闻|客户端|频道|快讯))?)"
    r"\s?(?P<place>(?!记者|記者)[\u4e00-\u9fff·]{2,12}?)??\s?"
    r"(?:(?P<month>\d{1,2})月(?P<day>\d{1,2})日)?(?:专|專)?[电電讯訊]"
)
# （中央社記者林可安永珍8日電）
_HAN_REPORTER = re.compile(
    r"[（(](?P<agency>[\u4e00-\u9fff]{1,5}[社网網报報])(?:记者|記者)[\u4e00-\u9fff]{2,3}"
    r"(?P<place>[\u4e00-\u9fff]{2,5})(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日[专專]?[电電]"
)
# （万象综合讯）
_HAN_PLACE = re.compile(
    r"[（(](?!本|综合|綜合)(?P<place>[\u4e00-\u9fff]{2,4}?)(?:综合|綜合)?[讯訊电電][）)]"
)
# ວຽງຈັນ, 3 ພະຈິກ (ຂປລ) -   เวียงจันทน์, 14 ก.ย. (ซินหัว) --
_LAO_PLACE = r"(?P<place>[\u0e00-\u0eff]{2,30}(?: [\u0e00-\u0eff]{2,20})?)"
_LAO_DAY = (
    rf"(?:ວັນທີ\s*)?(?P<day>[\d໐-໙]{{1,2}})\s*(?:ເດືອນ\s*)?(?P<month>{_LO})\.?"
    r"(?:\s*(?:ປີ\s*)?[\d໐-໙]{4})?"
)
_LAO_AGENCY = r"\((?P<agency>[^()]{2,30})\)"
_LAO = re.compile(
    rf"(?:{_LAO_PLACE}\s*,?\s*{_LAO_DAY}(?:\s*{_LAO_AGENCY})?"
    rf"|{_LAO_PLACE.replace('place', 'place2')}\s*,?\s*{_LAO_AGENCY.replace('agency', 'agency2')})"
    rf"\s*(?:{_DASH}|-|:)"
)
_LAO_FIRST = re.compile(
    rf"{_LAO_AGENCY}\s*(?:{_DASH}|-)?\s*{_LAO_PLACE}\s*,\s*{_LAO_DAY}\s*(?:{_DASH}|-|:)"
)
# ວຽງຈັນ —
_LAO_ALONE = re.compile(r"(?P<place>[\u0e00-\u0eff]{3,20})\s*(?:--+|[—–])\s")
# ຂປລ. : an abbreviation has no vowels
_LAO_AGENCY_ALONE = re.compile(r"(?P<agency>[\u0e81-\u0eae]{3,5})\.\s")
_FORMS = (
    _AGENCY_FIRST, _CAPITALS, _MIXED, _COLON, _HAN, _HAN_REPORTER, _HAN_PLACE, _LAO, _LAO_FIRST,
    _LAO_ALONE, _LAO_AGENCY_ALONE,
)  # fmt: skip
_HEAD = 160  # a dateline that begins later is a sentence
_LOOK = 2  # a summary or a subhead may stand first


def find_dateline(body: tuple[str, ...], story: Moment | None) -> Dateline | None:
    """The dateline of the first paragraph that has one; ``story`` is the story's own date."""
    for paragraph in body[:_LOOK]:
        for form in _FORMS:
            match = form.match(paragraph[:_HEAD])
            if match and _plausible(form, match):
                return _dateline(match, story)
    return None


def _plausible(form: re.Pattern[str], match: re.Match[str]) -> bool:
    """``Wait -- there is more`` has a dash too: without capitals, more must be there."""
    groups = match.groupdict()
    if form is _CAPITALS:
        # One short word of capitals and a dash may be a heading: "NOTE -- ".
        return len(groups["place"]) > 2
    if form is _COLON:
        return len(groups["place"]) > 4  # GDP: The
    if form is _MIXED:
        return bool(groups["country"] or groups["agency"] or groups["month"] or groups["month2"])
    # 中国网电视 names a company; 新华社北京电 has a place, 中新网11月3日电 a day.
    return form is not _HAN or bool(groups["place"] or groups["month"])


def _dateline(match: re.Match[str], story: Moment | None) -> Dateline:
    groups = {name: value.strip() for name, value in match.groupdict().items() if value}
    for name in ("place", "agency", "month", "day"):  # a group may stand only once in a pattern
        groups.setdefault(name, groups.get(f"{name}2", ""))
    date = None
    if story is not None and groups["day"]:
        month = _month(groups["month"]) if groups["month"] else None
        date = nearest(month, int(groups["day"]), story)
    return Dateline(place=groups["place"] or None, date=date, agency=groups["agency"] or None)


def _month(name: str) -> int:
    return int(name) if name.isdecimal() else month_of(name) or 0
