"""Where a page stands: its site, and the address that it names as its own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from monitor.parse.letters import fold
from monitor.parse.page import Page

# What stands before the name of a site whose pages are made for small screens too.
_TWIN = re.compile(r"^(?:(?:www\d?|m|mobile|amp|wap|3g|touch)\.)+(?=[^.]+\.)")
# One in a language of several is a home page too: /en/
_HOME = re.compile(
    r"^/*(?:[a-z]{2,3}(?:[-_][a-z]{2,4})?(?:/+|$))?(?:(?:index|default|home)(?:\.\w+)?/*)?$",
    re.IGNORECASE,
)
_LONGEST = 2000  # characters
_SPELLED = 20  # letters of a headline, below which an address may have them by chance
# How addresses write the letters of German and the North that English has not.
_TWO_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "œ": "oe"}
)
_ONE_LETTER = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})


def site_of(url: str) -> str:
    """The host of ``url`` without ``www.``; a port of its own makes a site of its own."""
    try:
        place = urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:  # urllib on "http://["
        return ""
    return place.removesuffix(":80").removesuffix(":443").removeprefix("www.")


def find_canonical(page: Page, url: str, hosts: Sequence[str] = ()) -> tuple[str | None, str]:
    """The address that the page names as its own, where that may be believed, and who names it.

    Not where it leads to a home page from a page that is none, nor to another site; ``hosts`` are
    those that count as one.
    """
    for way, stated in (("rel=canonical", page.canonical), ("og:url", page.meta("og:url") or "")):
        address = stated and _joined(url, stated)
        if address and _believable(urlsplit(address), urlsplit(url), hosts):
            return address, way
    return None, ""


def _joined(url: str, stated: str) -> str | None:
    try:
        address = urljoin(url, stated)
        split = urlsplit(address)
        usable = split.scheme in {"http", "https"} and split.hostname and split.port != 0
    except ValueError:  # not an address
        return None
    return address if usable and len(address) <= _LONGEST and address.isprintable() else None


def _believable(stated: SplitResult, own: SplitResult, hosts: Sequence[str]) -> bool:
    if _is_home(stated) and not _is_home(own):
        return False
    theirs, ours = stated.hostname or "", own.hostname or ""
    return _related(theirs, ours) or all(_under(host, hosts) for host in (theirs, ours))


def _is_home(split: SplitResult) -> bool:
    return not split.query and _HOME.match(split.path) is not None


def _related(one: str, other: str) -> bool:
    """Whether two hosts are one site's: ``m.`` and ``www.``, or one below the other."""
    one, other = _TWIN.sub("", one), _TWIN.sub("", other)
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _under(host: str, hosts: Sequence[str]) -> bool:
    return any(host == one or host.endswith(f".{one}") for one in hosts)


def spells(url: str, text: str) -> bool:
    """Whether ``url`` has all letters of ``text`` in a row, and so is made of them."""
    letters = fold(text)
    if len(letters) < _SPELLED:
        return False
    path = _plain(fold(unquote(url[: 2 * _LONGEST])))
    return any(form in path for form in (_plain(letters), _plain(letters.translate(_TWO_LETTERS))))


def _plain(letters: str) -> str:
    """``letters`` without marks above or below them, as addresses have them."""
    parts = unicodedata.normalize("NFD", letters.translate(_ONE_LETTER))
    return "".join(part for part in parts if not unicodedata.combining(part))
