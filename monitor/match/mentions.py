"""Which concepts a story names, each by itself, and what holds names back."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from monitor.match.concepts import Concept, Concepts
from monitor.match.evaluate import Reading
from monitor.match.nodes import Term
from monitor.match.story import Place, Story
from monitor.models import Article, Span


@dataclass(frozen=True, slots=True)
class Held:
    """A name that does not count: it stands inside ``guard``, or none of only_with is there."""

    span: Span
    guard: Span | None = None


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A concept of which a story holds names; those of narrower concepts are not among them."""

    concept: Concept
    spans: tuple[Span, ...]  # in reading order; ``term`` is the name as its pack writes it
    held: tuple[Held, ...]


def mentions(article: Article, concepts: Concepts) -> list[Mentioned]:
    """The concepts that title and body name, in their packs' order.

    A name inside another of its concept counts as that other alone.
    """
    story = Story(article)
    story.present = concepts.lexicon.present(story.text.encode())
    reading = Reading(story, concepts)
    found = (_mentioned(concept, reading) for concept in concepts.values())
    return [each for each in found if each.spans or each.held]


def _mentioned(concept: Concept, reading: Reading) -> Mentioned:
    story = reading.story
    names = list(_outermost(_places(concept.names, story)))
    if not names:
        return Mentioned(concept, (), ())
    found = _places(concept.guards, story, overlapping=True)
    guards = _Guarded([place for place, _ in found])
    alone = bool(concept.company) and not any(map(reading.holds, concept.company))
    spans, held = list[Span](), list[Held]()
    for place, name in names:
        span = story.span(place, _written(name), concept.id)
        guard = guards.around(place)
        if guard is None and not alone:
            spans.append(span)
        else:
            held.append(Held(span, guard and story.span(guard, "")))
    return Mentioned(concept, tuple(spans), tuple(held))


def _places(
    terms: Sequence[Term], story: Story, *, overlapping: bool = False
) -> Iterator[tuple[Place, Term]]:
    for term in terms:
        if story.present is None or term.needle in story.present:
            yield from ((place, term) for place in story.places(term, overlapping=overlapping))


def _longer(one: Place, other: Place) -> Place:
    """That which ends last."""
    return one if one[1] >= other[1] else other


def _outermost(found: Iterator[tuple[Place, Term]]) -> Iterator[tuple[Place, Term]]:
    reach = -1
    for place, term in sorted(found, key=lambda each: (each[0][0], -each[0][1])):
        if place[1] > reach:
            reach = place[1]
            yield place, term


class _Guarded:
    """Guarded places, among which the one around another is found at once."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._starts = sorted(place[0] for place in places)
        self._furthest = list(accumulate(sorted(places), _longer))

    def around(self, place: Place) -> Place | None:
        number = bisect_right(self._starts, place[0]) - 1
        guard = self._furthest[number] if number >= 0 else None
        return guard if guard is not None and place[1] <= guard[1] else None


def _written(name: Term) -> str:
    """A name as packs write it."""
    before, after = {"exact": ("!", ""), "prefix": ("", "*")}.get(name.form, ("", ""))
    return f"{before}{name.written}{after}"
