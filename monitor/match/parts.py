"""What an article prints, in the pieces that no phrase runs out of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from monitor.match.canonical import BREAK
from monitor.models import Article


class Part(NamedTuple):
    """The title, a paragraph, or a piece of what stands beside them."""

    field: str
    number: int  # of the paragraph, of the author
    text: str


def joined(*texts: str) -> str:
    """With a break between each two, and none inside one."""
    joined = BREAK.join(texts)
    if joined.count(BREAK) == len(texts) - 1:
        return joined
    return BREAK.join(text.replace(BREAK, " ") for text in texts)


def parts_beside(article: Article) -> Iterator[Part]:
    """What a page says of its story."""
    dateline = article.dateline.place if article.dateline else None
    given = (
        *(("source", article.source), ("site", article.site)),
        *(("dateline", dateline), ("section", article.section)),
    )
    for field, text in given:
        if text:
            yield Part(field, 0, text.replace(BREAK, " "))
    for index, author in enumerate(article.authors):
        if author:
            yield Part("author", index, author.replace(BREAK, " "))


def covers(field: str | None, part: Part) -> bool:
    if field is None:
        return part.field in ("title", "body")
    if field == "lead":
        return part.field == "body" and part.number == 0
    return part.field == field
