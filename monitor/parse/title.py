"""The headline, by a vote of the places that claim to hold it.

No single place is right on more than three pages of four: ``<h1>`` may be the site's name,
``<title>`` carries the site's name behind a separator, ``og:title`` may be a teaser.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.match import fold as canonical

_SEPARATOR = re.compile(
    r"\s+[|\-–—_:·»«/]\s+|\s*[|_｜]\s*|\s+[|–—]|\s*(?:--|——)\s*|：(?=\S{2,12}$)|(?<=[\u3000-\u9fff])-(?=[\u3000-\u9fff])"
)
_FRONT = re.compile(r"([^|:：_｜–—-]{2,40})(?:[|:：_｜–—]|\s-\s)\s*(?=\S)")
_ALWAYS = frozenset({"|", "_", "｜", "--", "——"})  # no headline has them
LONGEST = 500
_HEADINGS = 10  # a page of more <h1> than that says nothing by them
_H1, _STATED, _TITLE, _HALF = 3.0, 2.5, 1.5, 1.0
_SITE_SHARE = 0.55  # a site's name is seldom longer than half the title


def fold(text: str) -> str:
    """``text`` without what differs between two printings of one headline."""
    return "".join(char for char in canonical(text) if char.isalnum())


def vote(
    headings: Sequence[str], stated: Sequence[str], head: str, site_names: Sequence[str]
) -> str | None:
    """The title that most places agree on, as the strongest of them prints it.

    ``headings`` are the page's ``<h1>``, ``stated`` what its metadata says (og:title, JSON-LD
    headline …), ``head`` its ``<title>``, ``site_names`` what else may stand in those places.
    """
    headings = headings[:_HEADINGS]
    names = {fold(name) for name in site_names if name} - {""}
    ballots = [(text, _H1 / max(1, len(headings))) for text in headings]
    ballots += [(text, _STATED) for text in stated]
    ballots += [(head, _TITLE)]
    ballots = [(text, weight) for text, weight in ballots if 0 < len(text) <= LONGEST]
    whole = {fold(text) for text, _ in ballots}
    scores: dict[str, float] = {}
    printed: dict[str, str] = {}
    for text, weight in ballots:
        title = strip_site(text, names, whole - {fold(text)})
        key = fold(title)
        if key and key not in names:
            scores[key] = scores.get(key, 0.0) + weight
            printed.setdefault(key, title)
    for key in scores:
        # A shortened headline still speaks for the full one.
        scores[key] += sum(
            _HALF for other in scores if other != key and len(other) > 8 and other in key
        )
    return printed[max(scores, key=lambda key: scores[key])] if scores else None


def strip_site(text: str, names: set[str], others: set[str]) -> str:
    """``text`` without the site's name or section behind (or before) a separator."""
    cuts = list(_SEPARATOR.finditer(text))[:8]
    for cut in cuts:  # a part that another place prints whole is the headline
        for part in (text[: cut.start()], text[cut.end() :]):
            if fold(part) in others and fold(part) not in names and len(fold(part)) > 4:
                return part.strip()
    for cut in cuts:
        if fold(text[cut.end() :]) in names:
            return strip_site(text[: cut.start()].strip(), names, others)
    front = _FRONT.match(text)
    if front and fold(front[1]) in names:
        return text[front.end() :].strip()
    return _strip_tail(text, cuts, names)


def _strip_tail(text: str, cuts: list[re.Match[str]], names: set[str]) -> str:
    """Cut at separators that headlines do not use, while the rest is the longer part."""
    for cut in cuts:
        sign, tail = cut.group().strip(), text[cut.end() :]
        short = len(tail) < _SITE_SHARE * len(text)
        related = any(name in fold(tail) or (fold(tail) in name and tail) for name in names)
        if short and (related or sign in _ALWAYS or (sign == "-" and cut is cuts[-1])):
            return text[: cut.start()].strip()
    return text.strip()
