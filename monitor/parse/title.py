"""The headline: the printed heading that another place echoes, else a vote of the places.

No single place is right on more than three pages of four: ``<h1>`` may be the site's name,
``<title>`` carries the site's name behind a separator, ``og:title`` may be a teaser. But what a
reader sees is the headline, so a heading that the metadata is plainly about goes first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from monitor.parse.address import spells
from monitor.parse.kicker import SEPARATOR, count_parts, resembles, with_kicker, without_kicker
from monitor.parse.letters import fold

_SEPARATOR = re.compile(
    r"\s+[|\-–—_:·•»«/]\s+|\s*[|_｜ㅣ]\s*|\s+[|–—]|\s*(?:--|——)\s*|：(?=\S{2,12}$)"
    r"|(?<=[\u3000-\u9fff])-(?=[\u3000-\u9fff])"
)
_NAME = 30  # letters of a site's name
_LINE = 9  # letters: what is shorter may be printed by chance
_HYPHEN, _COLONS = re.compile("-"), re.compile(r"\s*::\s*")
_FRONT = re.compile(r"([^|:：_｜–—-]{2,40})(?:[|:：_｜–—]|\s-\s)\s*(?=\S)")
_ALWAYS = frozenset({"|", "_", "｜", "ㅣ", "--", "——"})  # no headline has them
LONGEST = 500
_HEADINGS = 10  # a page of more <h1> than that says nothing by them
_HEADING, _GUESS, _DATA, _SHARED, _TITLE, _HALF = 2.0, 1.5, 2.5, 2.0, 1.0, 1.0
_SITE_SHARE = 0.55  # a site's name is seldom longer than half the title
_FULL = 0.8  # of a headline's letters: what has fewer of them is a shortened one


def vote(
    headings: Sequence[str],
    shared: Sequence[str],
    data: Sequence[str],
    head: str,
    site_names: Sequence[str],
    printed_lines: Collection[str] = (),
    address: str = "",
    sure: bool = True,
) -> str | None:
    """The headline, as the strongest of the places that have it prints it.

    ``headings`` are the page's ``<h1>``, ``shared`` what it tells to social networks (og:title …),
    ``data`` what its structured data says (JSON-LD headline …), ``head`` its ``<title>``,
    ``site_names`` what else may stand in those places, ``printed_lines`` the page's short lines,
    ``address`` where it stands; ``sure`` says that the headings are such by their markup.
    """
    names = {fold(name) for name in site_names if name} - {""}
    lines = {fold(line) for line in printed_lines} - {""}
    head = head if len(head) <= LONGEST else ""
    names |= _site_in(head, {fold(text) for text in headings}, lines - names)
    families = [
        (_HEADING if sure else _guess(headings, head), headings[:_HEADINGS]),
        (_DATA, data),
        (_SHARED, shared),
        (_TITLE, [head]),
    ]
    whole = {fold(text) for _, texts in families for text in texts}
    whole |= {line for line in lines if len(line) > _LINE and line in fold(head)} - names
    printed: dict[str, str] = {}
    ballots: list[tuple[float, list[str]]] = []
    for weight, texts in families:
        keys = []
        for text in texts:
            if 0 < len(text) <= LONGEST:
                whole_too = ballots and fold(text) in ballots[0][1]  # the heading prints all of it
                title = strip_site(text, names, set() if whole_too else whole - {fold(text)})
                key = fold(title)
                if key and key not in names:
                    keys.append(key)
                    printed[key] = max(printed.get(key, ""), title, key=count_parts)
        ballots.append((weight, keys))
    others = [key for _, keys in ballots[1:] for key in keys]
    chosen = _echoed(ballots[0][1], others)
    chosen = chosen and with_kicker(chosen, others)
    chosen = chosen or _elected(ballots)
    if chosen is None:
        return None
    told = [printed[key] for key in ballots[2][1]]
    spelled = _spelled(printed[chosen], told[0], head, address) if told else None
    return spelled or without_kicker(printed[chosen], told)


def _spelled(title: str, told: str, head: str, address: str) -> str | None:
    """What the page tells others, where its address is made of that headline, not of ``title``.

    With its ``<title>`` three places agree to the letter: that is no teaser, and what is printed
    may be. What is cut short is none, unless a kicker is what is cut.
    """
    ours, theirs = fold(title), fold(told)
    cut = len(theirs) < _FULL * len(ours) and resembles(ours, theirs)
    three = not cut and (theirs in fold(head) or len(ours) <= _LINE)
    if ours == theirs or not (three or ours.endswith(theirs)):
        return None
    return told if spells(address, told) and not spells(address, title) else None


def _guess(headings: Sequence[str], head: str) -> float:
    """What a line without a heading's markup counts: little beside a ``<title>`` that says more."""
    return _GUESS if headings and len(headings[0]) > len(head) else _GUESS / 3


def _site_in(head: str, headings: set[str], lines: set[str]) -> set[str]:
    """The names of the site in a ``<title>``: a heading beside a line that the page prints too."""
    parts = [fold(part) for part in SEPARATOR.split(head)]
    longest = max((len(part) for part in parts if part in lines - headings), default=0)
    return {part for part in parts if part in headings and len(part) < min(longest, _NAME)}


def _echoed(headings: Sequence[str], others: Sequence[str]) -> str | None:
    """The first heading that another place's title resembles."""
    exact = (heading for heading in headings if heading in others)
    alike = (h for h in headings if any(resembles(h, other) for other in others))
    return next(exact, None) or next(alike, None)


def _elected(ballots: Iterable[tuple[float, Sequence[str]]]) -> str | None:
    scores: dict[str, float] = {}
    for weight, keys in ballots:
        for key in dict.fromkeys(keys):
            scores[key] = scores.get(key, 0.0) + weight / len(set(keys))
    for key in scores:
        # A shortened headline still speaks for the full one.
        scores[key] += sum(
            _HALF for other in scores if other != key and len(other) > 8 and other in key
        )
    return max(scores, key=lambda key: scores[key]) if scores else None


def strip_site(text: str, names: set[str], others: set[str]) -> str:
    """``text`` without the site's name or section behind (or before) a separator."""
    cuts = list(_SEPARATOR.finditer(text))[:8]
    for cut in [
        *cuts,
        *_HYPHEN.finditer(text),
        *_COLONS.finditer(text),
    ]:  # a part that another place prints whole is it
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
        sign, tail = cut.group().strip(), fold(text[cut.end() :])
        short = len(tail) < _SITE_SHARE * len(text)
        related = any(name in tail or (tail in name and tail) for name in names)
        if short and (related or sign in _ALWAYS):
            return text[: cut.start()].strip()
    return text.strip()
