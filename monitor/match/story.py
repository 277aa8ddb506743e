"""A story as rules see it: canonical text made once, each term looked for at most once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from monitor.match.canonical import BREAK, canonical, splits_cluster
from monitor.match.offsets import Offsets
from monitor.models import Article, Span

# Places kept of one term in the title, and in the body: enough for any reader, and a bound on
# what a story of nothing but that term costs.
MAX_PLACES = 1_000

Places = tuple[list[int], list[int]]  # where a term starts: in the title, in the body
_NOWHERE: Places = ([], [])


class Story:
    """One article, ready to be searched for needles (see ``canonical.needle``)."""

    def __init__(self, article: Article) -> None:
        self._printed = [part.replace(BREAK, " ") for part in (article.title, *article.body)]
        self._text = canonical(BREAK.join(self._printed))
        self._body = self._text.find(BREAK) + 1 or len(self._text)
        self._found: dict[str, Places] = {}
        self._parts: list[int] = []  # where title and paragraphs start; made when first asked for
        self._offsets: dict[int, Offsets] = {}

    def has(self, needle: str, field: str | None) -> bool:
        title, body = self._places(needle)
        return bool(title and field != "body") or bool(body and field != "title")

    def spans(self, needle: str, field: str | None, term: str) -> Iterator[Span]:
        """The places of a needle in reading order, as printed, under the name ``term``."""
        title, body = self._places(needle)
        left, right = len(needle) - len(needle.lstrip(" ")), len(needle.rstrip(" "))
        for place in [*(title if field != "body" else ()), *(body if field != "title" else ())]:
            yield self._span(place + left, place + right, term)

    def _places(self, needle: str) -> Places:
        places = self._found.get(needle)
        if places is None:
            places = self._search(needle) if needle in self._text else _NOWHERE
            self._found[needle] = places
        return places

    def _search(self, needle: str) -> Places:
        title = self._search_part(needle, 0, self._body)
        return title, self._search_part(needle, self._body, len(self._text))

    def _search_part(self, needle: str, start: int, end: int) -> list[int]:
        """Places that do not overlap, from left to right."""
        text, places = self._text, list[int]()
        left, right = len(needle) - len(needle.lstrip(" ")), len(needle.rstrip(" "))
        place = text.find(needle, start, end)
        while place >= 0 and len(places) < MAX_PLACES:
            if splits_cluster(text, place + left) or splits_cluster(text, place + right):
                place = text.find(needle, place + 1, end)
            else:
                places.append(place)
                # Two hits may share the space between them.
                place = text.find(needle, place + right, end)
        return places

    def _span(self, start: int, end: int, term: str) -> Span:
        if not self._parts:
            self._parts = _starts_of_parts(self._text)
        part = bisect_right(self._parts, start) - 1
        if part not in self._offsets:
            self._offsets[part] = Offsets(self._printed[part])
        base = self._parts[part]
        first, last = self._offsets[part].printed(start - base, end - base)
        return Span(
            field="body" if part else "title",
            paragraph=max(part - 1, 0),
            start=first,
            end=last,
            term=term,
            text=self._printed[part][first:last],
        )


def _starts_of_parts(text: str) -> list[int]:
    starts = [0]
    while found := text.find(BREAK, starts[-1]) + 1:
        starts.append(found)
    return starts
