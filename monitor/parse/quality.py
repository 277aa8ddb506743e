"""How sure it is that an Article is the story, and all of it: rules that one can read.

Each doubt multiplies the quality by less than one. What is low stands in ``models``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_SHORT, _BRIEF = 150, 400  # characters of a body, a Han character counting three
_LITTLE, _HALF = 0.25, 0.5  # of the page's running text
_LINKED = 0.3  # of the body's characters


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a page shows of how well it was read."""

    length: int  # of the body, in characters, a Han character counting three
    running: int  # of all running text on the page, likewise
    linked: float  # share of the body's characters in links
    places: int  # that name a headline
    agreeing: int  # of those, the ones that have the chosen one
    printed: bool  # the headline stands above the body
    dated: bool
    disagree: str  # another day that the page names, and where
    way: str  # of the body: profile, text, script
    sure: bool = False  # the site's profile selects the body
    walled: bool = False  # the text breaks off where readers are asked to log in


def judge(seen: Evidence) -> tuple[float, tuple[str, ...]]:
    """The quality, from 0 to 1 with two decimals, and why it is not 1."""
    quality, doubts = 1.0, []
    for factor, doubt in _doubts(seen):
        quality *= factor
        doubts.append(doubt)
    return round(quality, 2), tuple(doubts)


def _doubts(seen: Evidence) -> Iterator[tuple[float, str]]:
    yield from _of_text(seen)
    yield from _of_places(seen)


def _of_text(seen: Evidence) -> Iterator[tuple[float, str]]:
    if seen.length < _SHORT:
        yield 0.5, f"very short: {seen.length} characters"
    elif seen.length < _BRIEF:
        yield 0.8, f"short: {seen.length} characters"
    share = seen.length / max(seen.running, seen.length, 1)
    if not seen.sure and share < _HALF:
        factor = 0.5 if share < _LITTLE else 0.8
        yield factor, f"only {share:.0%} of the page's running text was taken"
    if seen.linked > _LINKED:
        yield 0.6, f"{seen.linked:.0%} of the text stands in links"
    if seen.walled:
        yield 0.6, "breaks off where readers are asked to log in"
    if seen.way == "script":
        yield 0.8, "the text stands in a script alone"


def _of_places(seen: Evidence) -> Iterator[tuple[float, str]]:
    if seen.places > 1 and seen.agreeing <= 1:
        yield 0.7, "the page's places for a headline disagree"
    elif not seen.printed:
        yield 0.9, "the headline is not printed above the text"
    if not seen.dated:
        yield 0.7, "the page shows no date"
    elif seen.disagree:
        yield 0.9, f"the page names another date too: {seen.disagree}"
