"""From a byline to people's names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.parse.months import EN_MONTHS, WEEKDAY_OR_SHORT
from monitor.parse.page import SEAM

_LONGEST_LINE = 1_000  # characters
_LONGEST = 60
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HAN_PERSON = re.compile(
    r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,10}(?:[·・．][\u4e00-\u9fff]{1,10})+"
)
_HAN_ROLE = r"(?:(?:本报|本報|首席|特派|特约|见习|实习)*(?:记者|記者|通讯员|通訊員|实习生|特派员))"
_BY = re.compile(
    r"^\W*(?:(?:(?:written|posted|authored|story|text|words|analysis|review|opinion)\s+)?by|von|par|por|作者|[\u4e00-\u9fff]{0,6}记者|文"
    r"|(?:ຂຽນ|ສົ່ງ|ຮຽບຮຽງ)?ໂດຍ|(?:เขียน|เรียบเรียง)?โดย)[\s:：]+",
    re.IGNORECASE,
)
_AND = re.compile(
    rf"\s*[,;、，；|](?!\s*[JS]r\b)\s*(?:(?:and|und|et|y|og|och|&)\s+)?|\s+(?:and|und|et|y|og|och|e|&|ແລະ|และ)\s+|\s*{_HAN_ROLE}\s*",
    re.IGNORECASE,
)
_DAY_OR_MONTH = (
    rf"(?:{WEEKDAY_OR_SHORT}|(?:" + "|".join(sorted(EN_MONTHS, key=len, reverse=True)) + r"))\b"
)
_CUT = re.compile(
    r"[|｜•·⋅●〓【\[（(/]|\s[–—-]\s|\s+(?:in|for|at|from|on)\s+(?=[A-Z])|\s(?:出自|出版|发表于|发自)"
    # Noy Sample, Tuesday, November 3
    rf"|(?:(?:^|[\s,]{{1,3}})(?i:on|at|{_DAY_OR_MONTH})\.?){{0,4}}[\s,]{{0,3}}\d"
    r"|\s(?i:leave a (?:comment|reply)|(?:no )?comments?\b)"
    r"|\s(?i:(?:last |first )?(?:updated|published|posted)\b)"
    r"|\W{1,3}(?i:(?:medically |fact[- ])?(?:reviewed|checked) by\b)"
    r"|\s(?i:(?:more|other) (?:posts|articles|stories)\b)"
)
_DOTTED = re.compile(r"\w[\s.,]+(?:[JS]r|[^\W\d_])\.$")  # Noy Sample Jr., Noy S., Verein e.V.
_KOREAN_ROLE = re.compile(r"(?<=[\uac00-\ud7a3])\s(?:선임|수습)?(?:기자|특파원)$")
_MORE = re.compile(r"\s(?:and|&)\s")
_DAY = re.compile(_DAY_OR_MONTH, re.IGNORECASE)
_ROLE = re.compile(
    r"^(?:staff|reporter|editor|correspondent|senior|in\b|for\b|updated|published)|^$",
    re.IGNORECASE,
)
_OFFICE = re.compile(r"\b(?:correspondent|columnist|reporter|editor|director|writer)s?$")
_ORGANISATION = re.compile(
    r"\b(?:news|service|agency|press|times|post|herald|daily|media|bureau|desk|department|ministry"
    r"|publishers?|team|columnists?|today|cent(?:er|re))\b|(?:集团|集團|网|網|报社|日报|晚报|通讯社|电视台|频道|传媒|公司"
    r"|编辑部|出版社|期刊|在线|财经)$",
    re.IGNORECASE,
)
_DEGREE = re.compile(
    r"(?:M\.?D|Ph\.?D|D\.?V\.?M|R\.?[DN]|M\.?[AS]c?|B\.?[AS]|M\.?B\.?A|LL\.?[BM]|J\.?D|[A-Z]{3,6})\.?"
)
_NOBODY = re.compile(
    r"^(?:admin(?:istrator)?|editor(?:ial)?|staff|web-?master|web ?admin|super ?user|root|none|null"
    r"|author|unknown|guest|(?:[\w ]+ )?reporters)$|^สำนักข่าว|https?:|www\.|@",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(r"[a-z0-9_.-]+")


def is_account(name: str) -> bool:
    """Whether a name is one that people type to log in."""
    return _ACCOUNT.fullmatch(name) is not None


def is_organisation(name: str) -> bool:
    return _ORGANISATION.search(name) is not None


def people(text: str) -> list[str]:
    """The people whom a text names that says nothing but names."""
    found = list(_people(_BY.sub("", _spaced(text))))
    persons = [name for name in found if not _DEGREE.fullmatch(name)]
    return persons or found


def printed_people(text: str) -> list[str]:
    """The people of a line that goes on: with a place, a date, their paper."""
    line = _BY.sub("", _spaced(text))
    cut = _CUT.search(line)
    found = people(line[: cut.start()] if cut else line) if not cut or cut.start() else []
    if " in " in line or " at " in line:
        found = [name for part in _AND.split(line) for name in people(_before(part))]
    found = [name for name in found if not _DAY.fullmatch(name.rstrip("."))]
    persons = [name for name in _before_places(line, found) if not is_organisation(name)]
    return [name for name in persons or found if not _HAN.search(name) or _is_han_person(name)]


def _before_places(line: str, names: list[str]) -> list[str]:
    """``names`` without where a paper is at home: Noy Sample, Mekong Post, Vientiane."""
    paper = next((at for at, name in enumerate(names) if at and is_organisation(name)), len(names))
    more = len(_MORE.findall(line)) > 0
    return [*names[:paper], *(name for name in names[paper:] if more and " " in name)]


def _before(text: str) -> str:
    cut = _CUT.search(text)
    return text[: cut.start()] if cut else text


def _is_han_person(name: str) -> bool:
    return _HAN_PERSON.fullmatch(name) is not None


def _spaced(text: str) -> str:
    return " ".join(text.replace(SEAM, " ").split())[:_LONGEST_LINE]


def _people(line: str) -> Iterator[str]:
    for place, name in enumerate(_AND.split(line)):
        if place and _OFFICE.search(name):
            continue
        for person in _apart(_bare(name)):
            if (
                1 < len(person) <= _LONGEST
                and any(map(str.isalpha, person))
                and not _NOBODY.search(person)
                and not _ROLE.search(person)
            ):
                yield person


def _bare(name: str) -> str:
    """``name`` without the marks round it and the reporter's title behind it."""
    name = name.strip("()（）[]【】 ·•,，")
    return _KOREAN_ROLE.sub("", name if _DOTTED.search(name) else name.strip("()（）[]【】. ·•,，"))


def _apart(name: str) -> list[str]:
    """Chinese names parted by spaces; one whose characters are parted is joined."""
    words = name.split()
    if len(words) > 1 and all(map(_HAN.match, words)):
        if all(len(word) == 1 for word in words):
            return ["".join(words)]
        if all(map(_is_han_person, words)):
            return words
    return [" ".join(words)]
