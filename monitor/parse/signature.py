"""The agency that signs a story: ``(Xinhua)``, in a line of its own or behind the last sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.parse.page import Page

# Those that the region's papers print, by the names under which they do.
_AGENCIES = (
    r"Xinhua(?: ?net| News(?: Agency)?)?|KPL(?: News)?|(?:KPL )?Lao News Agency|CNS"
    r"|China News(?: Service)?|China Daily|chinadaily\.com\.cn|CGTN|CCTV|CRI|Global Times"
    r"|People[’']s Daily(?: Online)?|Vientiane Times"
    r"|(?:The )?Laotian Times|Lao National (?:Radio|TV)|ANN|Asia News Network|Reuters|Bloomberg"
    r"|(?:The )?(?:Associated Press|AP)|AFP|Agence France-Presse|dpa|EFE|UPI|TASS|Sputnik|PTI|ANI"
    r"|IANS|Kyodo(?: News)?|Jiji(?: Press)?|Yonhap|Bernama|Antara|TNA|MCOT|NNT|VNA|VNS|VOV"
    r"|TTXVN|Vietnam\+|VietnamPlus|VnExpress|AKP|MNA|Tân Hoa [Xx]ã|(?:News |Wire )?Agencies"
    r"|新[华華]社|新[华華][网網]|中新社|中新[网網]|中[国國]新[闻聞][网網]|人民[网網]|人民日[报報]|央[视視](?:新闻|[网網])"
    r"|[国國][际際]在[线線]|中[国國]日[报報][网網]?|[环環]球(?:[网網]|[时時][报報])|光明[网網]|中央社|法新社|路透社"
    r"|美[联聯]社|共同社|[韩韓][联聯]社|巴特寮通[讯訊]社|老[挝撾]通[讯訊]社"
    r"|ຂປລ|ຂສປລ|ຊິນຮວາ|ຊີນຮວາ|ຊິນຫົວ|ซินหัว"
)
# In brackets a paper signs that is not known here: (Mekong Times), （江报）
_PAPERS = (
    r"(?:[A-Z][\w.’'&-]{0,20} ){1,4}"
    r"(?:News(?: Agency| Service)?|Times|Post|Daily|Herald|Tribune|Press)"
    r"|[\u4e00-\u9fff]{2,8}(?:通[讯訊]社|日[报報]|晚[报報]|[时時][报報]|新[闻聞][网網])"
)
_JOINED = r"\s?(?:[/／、,;]|[–—-]|\band\b)\s?"
_MANY = rf"(?:{_AGENCIES})(?:{_JOINED}(?:{_AGENCIES}|{_PAPERS})){{0,2}}"
_FROM = (
    r"(?:(?:[Tt]heo|[Ss]ource|[Ff]rom|[Vv]ia|(?:With )?(?:[Ii]nputs? from )?|With"
    r"|ສຳນັກຂ່າວ(?:ສານ)?|สำนักข่าว)[:\s]{0,2})?"
)
_OPEN, _CLOSE, _DASH = r"[(（\[【]\s?", r"\s?[.。]?[)）\]】]", r"[–—-]{1,3}\s?"
_LINE = re.compile(
    rf"(?:{_DASH})?{_OPEN}{_FROM}(?P<b>{_MANY}|{_PAPERS})[:：.。]?{_CLOSE}[.。]?"
    rf"|(?:{_DASH})?(?:Theo )?(?P<l>{_MANY})\.?"
    rf"|(?:[^\W\d_]{{1,15}}[ .]{{1,2}}){{1,5}}{_OPEN}{_FROM}(?P<n>{_MANY}){_CLOSE}\.?"  # Noy (KPL)
    rf"|(?:[^\W\d_]{{1,15}}[ .]{{1,2}}){{1,5}}[–—-]?\s?[Tt]heo (?P<t>{_MANY})\.?"
)
# … by the end of the year. (Xinhua)   … in Pakse." – KPL
_END = re.compile(
    rf"[.!?。！？][”\"’」』]?\s?(?:{_OPEN}{_FROM}(?P<b>{_MANY}){_CLOSE}|{_DASH}(?P<l>{_MANY}))[.。]?$"
)
_AGENCY = re.compile(_MANY)
_LONGEST = 80  # characters of a line; of a paragraph's end, in which one may stand
_BELOW = 2  # blocks after the story


def find_signature(page: Page, body: Sequence[int]) -> tuple[list[int], str | None]:
    """The ``body`` without a last line that is nothing but a signature, and who signs.

    Below the body a bare name may be the paper's own, so it takes brackets or a dash there.
    """
    last = body[-1]
    if len(body) > 1 and (line := _signed(page.blocks[last].text)):
        return list(body[:-1]), _named(line)
    below = [b for b in page.blocks[last + 1 : last + 1 + _BELOW] if b.kind != "caption"]
    lines = [line for b in below if not b.links and (line := _signed(b.text))]
    marks = [line for line in lines if not line[0][0].isalnum() or line["n"]]
    end = _END.search(page.blocks[last].text[-_LONGEST:])
    return list(body), next(map(_named, filter(None, (*marks, end))), None)


def signs(text: str) -> bool:
    """Whether a line is nothing but a signature."""
    return _signed(text) is not None


def is_agency(text: str) -> bool:
    return _AGENCY.fullmatch(text) is not None


def _signed(text: str) -> re.Match[str] | None:
    return _LINE.fullmatch(text.strip()) if len(text) <= _LONGEST else None


def _named(match: re.Match[str]) -> str:
    return next(value for value in match.groups() if value)
