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
    rf"(?P<place>{_UPPER}(?:[ -]{_UPPER}){{0,2}}):\s+(?=[\"“‘']?(?:{_CASED}[a-z]|A\s))"
)
# (Xinhua) BEIJING --  and  (KPL) Vientiane:
_AGENCY_FIRST = re.compile(
    rf"\((?P<agency>[A-Z][\w .]{{1,20}})\)\s*(?:{_DASH}\s*)?(?P<place>{_WORD}(?:\s{_WORD}){{0,3}})"
    rf"(?:\s*,\s*(?i:{_DAY}))?\s*(?:{_DASH}|:)"
)
# 新华社万象11月3日电（记者…）   本报万象11月3日电   中新社北京电   中新网11月3日电
# but no sentence on 南方电网, a company, nor on 3日电量, a measure
_HAN = re.compile(
    r"[（(【\[]?\s*(?:据)?(?P<agency>[\u4e00-\u9fff]{1,8}?(?:社|(?<!电|電|联|聯)[网網]|报|報|台|客户端)"
    r"(?:[\u4e00-\u9fff]{0,4}(?:新闻|客户端|频道|快讯))?)"
    r"\s?(?P<place>(?!记者|記者)[\u4e00-\u9fff·／/]{2,12}?)??\s?"
    r"(?:(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日(?:[专專]?[电電]|[讯訊])"
    r"(?![力網网量视視信话話影站商子脑腦缆纜池压壓价價气氣车車台费費息号號问問])"
    r"|[专專]?[电電讯訊](?=[\s（(【\[）)】\]：:—-]|$))"
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
_LAO_ALONE = re.compile(
    r"(?![\u0e81-\u0eae]{2,5}[\s—–-])(?P<place>[\u0e00-\u0eff]{3,20})\s*(?:--+|[—–])\s"
)
# ຂປລ. : of abbreviations, most are offices and ranks
_LAO_AGENCY_ALONE = re.compile(rf"(?P<agency>ຂປລ|ຂສປລ|ຊິນຮວາ)\s*(?:[.:]|{_DASH})\s")
_FORMS = (
    _AGENCY_FIRST, _CAPITALS, _MIXED, _COLON, _HAN, _HAN_REPORTER, _HAN_PLACE, _LAO, _LAO_FIRST,
    _LAO_ALONE, _LAO_AGENCY_ALONE,
)  # fmt: skip
_NO_PLACE = re.compile(
    # institutions and words that go round the world in capitals
    r"(?:asean|apec|nato|brics|rcep|opec|un(?:esco|icef|dp|ep|hcr|fpa|odc|ido|ctad|escap)|nasa|covid|bri|aids|imf|wto|who|adb|aiib|mrc"
    r"|fao|wfp|ilo|iaea|interpol|edl|kpl|fifa|uefa|aff|gdp|gst|vat|fdi|sez|pm|ceo|faq|usaid|opinion"
    r"|(?:exclusive|watch|photo|video|note|editorial|live|read|correction|listen|explainer|warning"
    r"|factbox|tip|step|part|chapter|summary|caption|source|advisory|alert|weather|sports?)s?"
    r"|analysis|question|answer|important)(?: .*)?"
    r"|.*\b(?:(?<!west )bank|airlines?|airways|police|army|ministry|minister|government|parliament"
    r"|cabinet|governor|president|director|chair(?:man|woman)|secretary|ambassador|mayor|chief"
    r"|professor|engineer|spokes(?:man|woman|person)|officials?|company|corporation|news|breaking"
    r"|updated?|report|agency|committee|commission|association|federation)\b.*"
)
_GOES_ON = re.compile(r"\s*[a-z]+\b")
_ASIDE = re.compile(rf"[^.!?]{{1,60}}\s{_DASH}\s")
_LANDS = re.compile(
    r"(?:laos|lao pdr|china|thailand|vietnam|viet nam|cambodia|myanmar|malaysia|indonesia|india"
    r"|japan|russia|russland|france|germany|yunnan|老挝|中国|泰国|越南|ລາວ|ຈີນ|ໄທ)",
    re.IGNORECASE,
)
_COMPANY = re.compile(r"^[社业業]|公司|集团|集團|[向与與在对對将將的了]")
_HEAD = 160  # a dateline that begins later is a sentence
_LOOK = 2  # a summary or a subhead may stand first


def find_dateline(body: tuple[str, ...], story: Moment | None) -> Dateline | None:
    """The dateline of the first paragraph that has one; ``story`` is the story's own date."""
    for paragraph in body[:_LOOK]:
        for form in _FORMS:
            match = form.match(paragraph[:_HEAD])
            if match and _plausible(form, match, paragraph[match.end() : _HEAD]):
                return _dateline(match, story)
    return None


def _plausible(form: re.Pattern[str], match: re.Match[str], rest: str) -> bool:
    """``Wait -- there is more`` has a dash too: without capitals, more must be there."""
    groups = match.groupdict()
    place = groups.get("place") or ""
    if form in (_CAPITALS, _MIXED, _COLON):
        if _NO_PLACE.fullmatch(place.replace(",", " ").casefold()) or _is_short(match):
            return False
        # "ASEAN — the bloc of eleven — met"
        if not (groups.get("month") or groups.get("month2")) and _GOES_ON.match(rest):
            return False
    if form is _CAPITALS:
        # One short word of capitals and a dash may be a heading: "NOTE -- ".
        more = any(value for name, value in groups.items() if name != "place")
        return len(place) > 2 and (more or not _ASIDE.match(rest))
    if form is _COLON:
        return len(place) > 4  # GDP: The
    if form is _MIXED:
        return bool(groups["country"] or groups["agency"] or groups["month"] or groups["month2"])
    # 中国网电视 names a company; 新华社北京电 has a place, 中新网11月3日电 a day.
    return form is not _HAN or (bool(place or groups["day"]) and not _COMPANY.search(place))


def _is_short(match: re.Match[str]) -> bool:
    """Whether what looks like an agency is a name's letters: Mekong Rice Union (MRU) –"""
    groups = match.groupdict()
    initials = "".join(word[0] for word in re.split(r"[\s-]+", groups["place"]) if word)
    return len(initials) > 1 and initials == groups.get("agency")


def _dateline(match: re.Match[str], story: Moment | None) -> Dateline:
    groups = {name: value.strip() for name, value in match.groupdict().items() if value}
    for name in ("place", "agency", "month", "day"):  # a group may stand only once in a pattern
        groups.setdefault(name, groups.get(f"{name}2", ""))
    if _LANDS.fullmatch(groups["agency"]):  # Boten (Laos) -
        groups["agency"] = ""
    date = None
    if story is not None and groups["day"]:
        month = _month(groups["month"]) if groups["month"] else None
        date = nearest(month, int(groups["day"]), story)
    return Dateline(place=groups["place"] or None, date=date, agency=groups["agency"] or None)


def _month(name: str) -> int:
    return int(name) if name.isdecimal() else month_of(name) or 0
