"""The kicker: the line above a headline that some places print before it, and others leave out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.parse.letters import fold

SEPARATOR = re.compile(r"\s*[|_｜ㅣ–—«»·•]\s*|\s+[-:]\s+|:\s+|\s*::\s*")
_ECHO = 0.3  # of a heading's letter triples that stand in another place's title too
_TAIL = 20  # letters of a headline that two places print below a kicker of their own


def count_parts(title: str) -> int:
    """More where no kicker runs into the headline, as it does in an element of its own."""
    return title.count(":") + sum(any(map(str.isalnum, word)) for word in title.split())


def with_kicker(heading: str, others: Sequence[str]) -> str:
    """``heading`` with or without the kicker above it, as most of the metadata has it."""
    if heading in others:
        return heading
    for other in others:
        if len(other) > 12 and (heading.endswith(other) or other.endswith(heading)):
            return other
    return heading


def without_kicker(title: str, told: Sequence[str]) -> str:
    """``title`` without its kicker, in the place of which others have another one."""
    ours, theirs = _kickers(title), [_kickers(other) for other in told]
    for tail, kicker in ours.items():
        others = [kickers[tail] for kickers in theirs if tail in kickers]
        if others and not any(resembles(fold(kicker), fold(other)) for other in others):
            return title[len(kicker) :].lstrip(" -–—:|")
    return title


def _kickers(title: str) -> dict[str, str]:
    """What stands before a separator, by the letters of what follows, the longer part."""
    cuts = list(SEPARATOR.finditer(title))[:8]
    parts = ((title[: cut.start()], title[cut.end() :]) for cut in cuts)
    return {fold(tail): front for front, tail in parts if len(tail) > max(_TAIL, len(front))}


def resembles(heading: str, other: str) -> bool:
    """Whether two titles, as letters alone, share words; the heading may be the shorter one."""
    if heading == other:
        return True
    own, theirs = _triples(heading), _triples(other)
    shorter = min(len(own), len(theirs))
    return shorter > 0 and len(own & theirs) >= _ECHO * shorter and len(own) > 0.3 * len(theirs)


def _triples(key: str) -> set[str]:
    return {key[i : i + 3] for i in range(len(key) - 2)}
