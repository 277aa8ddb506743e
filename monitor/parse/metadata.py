"""What stands beside the body: dates, authors, section, keywords, image."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urljoin

from monitor.parse import jsonld
from monitor.parse.page import Page

_SECTIONS = (
    "article:section", "section", "parsely-section", "category", "channel", "columnname",
)  # fmt: skip
_KEYWORDS = ("news_keywords", "keywords", "article:tag")
_IMAGES = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
# Countries of one zone, and languages of one.
ZONES = {
    **dict.fromkeys(("cn", "zh"), "Asia/Shanghai"),
    **dict.fromkeys(("la", "lo"), "Asia/Vientiane"),
    "th": "Asia/Bangkok", "vn": "Asia/Ho_Chi_Minh", "vi": "Asia/Ho_Chi_Minh",
    "kh": "Asia/Phnom_Penh", "km": "Asia/Phnom_Penh", "mm": "Asia/Yangon",
    "my": "Asia/Kuala_Lumpur",
    "sg": "Asia/Singapore", "ph": "Asia/Manila", "hk": "Asia/Hong_Kong", "mo": "Asia/Macau",
    "tw": "Asia/Taipei", "jp": "Asia/Tokyo", "ja": "Asia/Tokyo", "kr": "Asia/Seoul",
    "ko": "Asia/Seoul", "in": "Asia/Kolkata", "bd": "Asia/Dhaka", "np": "Asia/Kathmandu",
    "uk": "Europe/London", "ie": "Europe/Dublin", "de": "Europe/Berlin", "at": "Europe/Vienna",
    "ch": "Europe/Zurich", "fr": "Europe/Paris", "it": "Europe/Rome", "nl": "Europe/Amsterdam",
    "be": "Europe/Brussels", "pl": "Europe/Warsaw", "cz": "Europe/Prague", "hu": "Europe/Budapest",
    "dk": "Europe/Copenhagen", "se": "Europe/Stockholm", "no": "Europe/Oslo",
    "fi": "Europe/Helsinki", "tr": "Europe/Istanbul",
}  # fmt: skip
_NATIONAL = frozenset({"zh", "lo", "th", "vi", "km", "ja", "ko"})  # spoken in one zone, or nearly
_SECTION_LONGEST = 60
_HAN_WORD = re.compile("[\u4e00-\u9fff]{1,8}$")


def zone_of(site: str, languages: Sequence[str], timezone: str | None) -> str | None:
    """The zone of times printed without an offset: as told, the country's, a language's.

    ``languages`` are that of the text and that of the page round it.
    """
    country = site.partition(":")[0].rpartition(".")[2]
    zones = (ZONES.get(language[:2].lower()) for language in languages if language in _NATIONAL)
    return timezone or ZONES.get(country) or next(filter(None, zones), None)


def find_section(page: Page, story: dict[str, Any]) -> tuple[str | None, str]:
    """The section, and the way it came."""
    for text in page.picked["section"]:
        if len(text) <= _SECTION_LONGEST:
            return text, "profile"
    for text in jsonld.texts(story.get("articleSection")):
        return text, "json-ld"
    return page.meta(*_SECTIONS), "meta"


def find_keywords(page: Page, story: dict[str, Any]) -> tuple[tuple[str, ...], str]:
    """Each keyword once, in the order of the page, and the way they came."""
    stated = [value for name in _KEYWORDS for value in page.metas.get(name, ())]
    lists = stated or jsonld.texts(story.get("keywords"))
    words = (word.strip() for text in lists for word in _words(text))
    return tuple(dict.fromkeys(word for word in words if word)), "meta" if stated else "json-ld"


def _words(text: str) -> list[str]:
    words = re.split("[,;，；、|]", text)
    if len(words) == 1 and all(map(_HAN_WORD.match, text.split())):
        return text.split()  # Chinese has no spaces within words
    return words


def find_image(page: Page, story: dict[str, Any], url: str) -> tuple[str | None, str]:
    """The absolute address of the page's own picture of the story, and the way it came."""
    shared = page.meta(*_IMAGES)
    image = shared or jsonld.link(story.get("image"))
    try:
        return urljoin(url, image) if image else None, "meta" if shared else "json-ld"
    except ValueError:  # not an address
        return None, ""
