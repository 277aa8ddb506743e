"""Which concepts a story names, each by itself, and what holds names back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.match.concepts import Concepts
from monitor.match.evaluate import Reading
from monitor.match.lexicon import Concept
from monitor.match.naming import Guarded, Hit, is_one, outermost
from monitor.match.nodes import Leaf, Term
from monitor.match.printing import label
from monitor.match.story import Story
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
    found = _hits(concept.names, story)
    names = outermost(hit for hit in found if _is_one(hit, story))
    if not names:
        return Mentioned(concept, (), ())
    held_back = _hits(concept.guards, story, overlapping=True)
    guarded = Guarded((hit.start, hit.end) for hit in held_back)
    alone = bool(concept.company) and not any(map(reading.holds, concept.company))
    spans, held = list[Span](), list[Held]()
    for hit in names:
        span = story.span((hit.start, hit.end), _written(hit.leaf), concept.id)
        guard = guarded.around((hit.start, hit.end))
        if guard is None and not alone:
            spans.append(span)
        else:
            held.append(Held(span, guard and story.span(guard, "")))
    return Mentioned(concept, tuple(spans), tuple(held))


def _is_one(hit: Hit, story: Story) -> bool:
    return not isinstance(hit.leaf, Term) or is_one((hit.start, hit.end), hit.leaf, story)


def _hits(terms: Sequence[Term], story: Story, *, overlapping: bool = False) -> Iterator[Hit]:
    for term in terms:
        if story.present is None or term.needle in story.present:
            places = story.places(term, overlapping=overlapping)
            yield from (Hit(start, end, term) for start, end in places)


def _written(name: Leaf) -> str:
    """A name as packs write it."""
    is_exact = isinstance(name, Term) and name.form == "exact"
    return f"!{label(name)}" if is_exact else label(name)
