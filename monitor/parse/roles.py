"""What a class says of the small text inside it: a date, a name, a source."""

from __future__ import annotations

import re
from functools import lru_cache

from monitor.parse.credits import labels_update
from monitor.parse.page import Page

_TOLD = re.compile(r"\w{3}[.!?]\s?$")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT = re.compile(
    r"updat|modif|chang|aktualis|event|expir|valid|birth|calendar|comment|related|teaser|archive"
    r"|widget|footer|picker|avatar|image|photo|img|caption|bio(?:$|-)|desc|list(?:$|-)|count"
)
_ROLES = {
    "date": r"date|datum|fecha|pub-?(?:date|time)|publi(?:shed?|cation|shdate)?|posted|submitted"
    r"|timestamp|datetime|pubtime|date-?time|time|riqi|post-?date|date-?header",
    "author": r"authors?|by-?line|autor(?:en)?|writer|reporter|zuozhe|author-?name|auteur|username",
    "source": r"source|laiyuan|ly|news-?source|source-?name",
}
_WORDS = {
    role: re.compile(
        rf"(?:^|-)(?:{words})(?=$|\s|-(?:name|text|time|stamp|line|link|info|value|display-single|header|\d+)(?:$|\s))"
    )
    for role, words in _ROLES.items()
}


@lru_cache(maxsize=16384)
def role_of(names: str) -> str:
    """date, author or source; "" for other classes."""
    words = _CAMEL.sub("-", names).lower().replace("_", "-").split()
    words = [word for word in words if not _NOT.search(word)]
    for role, pattern in _WORDS.items():
        if any(pattern.search(word) for word in words):
            return role
    return ""


def said(page: Page, role: str, indices: range) -> list[str]:
    """What the elements of that role say that stand in one of the blocks."""
    inline = [
        text
        for kind, text, at, before in page.named
        if kind == role
        and at in indices
        and not labels_update(before)
        and not (kind == "source" and _TOLD.search(before))  # the credit of a picture
    ]
    blocks = page.blocks[indices.start : indices.stop]
    names = ((block.raw, page.boxes[block.box].names) for block in blocks)
    return inline + [raw for raw, classes in names if classes and role_of(classes) == role]
