"""Names of months in the languages that news is written in, and patterns of them and of days."""

from __future__ import annotations

import unicodedata

WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
WEEKDAY_OR_SHORT = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"


def _numbered(*months: str) -> dict[str, int]:
    return {name: number for number, names in enumerate(months, 1) for name in names.split()}


EN_MONTHS = _numbered(
    "january jan", "february feb", "march mar", "april apr", "may", "june jun",
    "july jul", "august aug", "september sept sep", "october oct", "november nov",
    "december dec",
)  # fmt: skip
LO_MONTHS = _numbered(
    "ມັງກອນ", "ກຸມພາ", "ມີນາ", "ເມສາ", "ພຶດສະພາ", "ມິຖຸນາ",
    "ກໍລະກົດ", "ສິງຫາ", "ກັນຍາ", "ຕຸລາ", "ພະຈິກ", "ທັນວາ",
)  # fmt: skip
TH_MONTHS = _numbered(
    "มกราคม ม.ค", "กุมภาพันธ์ ก.พ", "มีนาคม มี.ค", "เมษายน เม.ย", "พฤษภาคม พ.ค", "มิถุนายน มิ.ย",
    "กรกฎาคม ก.ค", "สิงหาคม ส.ค", "กันยายน ก.ย", "ตุลาคม ต.ค", "พฤศจิกายน พ.ย", "ธันวาคม ธ.ค",
)  # fmt: skip
_DE = _numbered(
    "januar jänner", "februar", "märz mär mrz", "april", "mai", "juni", "juli", "august",
    "september", "oktober okt", "november", "dezember dez",
)  # fmt: skip
_FR = _numbered(
    "janvier janv", "février févr", "mars", "avril avr", "mai", "juin", "juillet juil",
    "août", "septembre", "octobre", "novembre", "décembre déc",
)  # fmt: skip
_ES = _numbered(
    "enero ene", "febrero", "marzo", "abril abr", "mayo", "junio", "julio", "agosto ago",
    "septiembre setiembre", "octubre", "noviembre", "diciembre dic",
)  # fmt: skip
_IT = _numbered(
    "gennaio gen", "febbraio", "marzo", "aprile", "maggio mag", "giugno giu", "luglio lug",
    "agosto", "settembre set", "ottobre ott", "novembre", "dicembre",
)  # fmt: skip
_PT = _numbered(
    "janeiro", "fevereiro fev", "março", "abril", "maio", "junho", "julho", "agosto",
    "setembro", "outubro out", "novembro", "dezembro",
)  # fmt: skip
_NL = _numbered(
    "januari", "februari", "maart mrt", "april", "mei", "juni", "juli", "augustus",
    "september", "oktober", "november", "december",
)  # fmt: skip
_NORDIC = _numbered(
    "januari", "februari", "marts", "april", "maj", "juni", "juli", "augusti",
    "september", "oktober", "november", "desember des",
)  # fmt: skip
_RU = _numbered(
    "января янв", "февраля фев", "марта мар", "апреля апр", "мая май", "июня июн", "июля июл",
    "августа авг", "сентября сен сент", "октября окт", "ноября ноя нояб", "декабря дек",
)  # fmt: skip
_UK = _numbered(
    "січня", "лютого", "березня", "квітня", "травня", "червня", "липня", "серпня", "вересня",
    "жовтня", "листопада", "грудня",
)  # fmt: skip
_PL = _numbered(
    "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia",
    "września", "października", "listopada", "grudnia",
)  # fmt: skip
_CS = _numbered(
    "ledna", "února", "března", "dubna", "května", "června", "července", "srpna", "září",
    "října", "listopadu", "prosince",
)  # fmt: skip
_HU = _numbered(
    "január", "február", "március", "április", "május", "június", "július", "augusztus",
    "szeptember", "október", "november", "december",
)  # fmt: skip
_RO = _numbered(
    "ianuarie", "februarie", "martie", "aprilie", "mai", "iunie", "iulie", "august",
    "septembrie", "octombrie", "noiembrie", "decembrie",
)  # fmt: skip
_TR = _numbered(
    "ocak", "şubat", "mart", "nisan", "mayıs", "haziran", "temmuz", "ağustos", "eylül", "ekim",
    "kasım", "aralık",
)  # fmt: skip
_ID = _numbered(
    "januari", "februari", "maret", "april", "mei", "juni", "juli", "agustus", "september",
    "oktober", "november", "desember",
)  # fmt: skip
_AR = _numbered(
    "يناير", "فبراير", "مارس", "أبريل ابريل", "مايو", "يونيو", "يوليو", "أغسطس اغسطس", "سبتمبر",
    "أكتوبر اكتوبر", "نوفمبر", "ديسمبر",
)  # fmt: skip
# In the Levant and in Iraq, as far as they are of one word.
_LEVANT = {
    "شباط": 2, "آذار": 3, "نيسان": 4, "أيار": 5, "ايار": 5, "حزيران": 6, "تموز": 7, "أيلول": 9,
    "ايلول": 9,
}  # fmt: skip
_ALL = (
    EN_MONTHS, LO_MONTHS, TH_MONTHS, _DE, _FR, _ES, _IT, _PT, _NL, _NORDIC, _RU, _UK, _PL, _CS,
    _HU, _RO, _TR, _ID, _AR, _LEVANT,
)  # fmt: skip

# A word that may be a month's name; Lao and Thai vowel signs are no letters to a pattern.
NAME = r"(?:[\u0e00-\u0eff][\u0e00-\u0eff.]{2,12}|[^\W\d_\u0e00-\u0eff]{3,12})"


def _bare(name: str) -> str:
    """``name`` in small letters without marks above them: readers leave them out."""
    if name.isascii() or name[0] >= "\u0e00":
        return name.lower()
    return "".join(
        char
        for char in unicodedata.normalize("NFD", name.lower().replace("ı", "i"))
        if not unicodedata.combining(char)
    )


_MONTHS = {_bare(name): number for months in _ALL for name, number in months.items()}


def month_of(name: str) -> int | None:
    """The number of the month of that name, in any of the languages."""
    return _MONTHS.get(_bare(name.rstrip(".")))
