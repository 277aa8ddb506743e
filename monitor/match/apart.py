"""How far apart the places stand that a query wants together."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from monitor.match.naming import Hit
from monitor.match.nodes import Near, Within
from monitor.match.printing import as_query
from monitor.match.story import Story
from monitor.match.telling import listed, place_name, sentence_name, words
from monitor.match.window import Window, in_order, windows

_MOST_UNITS = 100  # places of which the sentences are named


def how_apart(story: Story, node: Near | Within, groups: Sequence[list[Hit]]) -> str:
    """Why places of all ``groups`` are not together as ``node`` wants them, in words."""
    closest = smallest_window(story, groups)
    if closest is None:
        return f"never in one paragraph: {_listed(story, node, groups, sentences=False)}"
    if isinstance(node, Within):
        return _sentences_apart(story, node, groups)
    where = place_name(story, story.part_of(closest.hits[0].start))
    if not node.ordered:
        return f"{words(closest.words)} between them in {where}, at most {node.words} asked for"
    before = smallest_in_order(story, groups)
    if before is None:
        if smallest_in_order(story, groups[::-1]) is None:
            return f"only inside or across each other in {where}"
        return f"only in the other order: {words(closest.words)} between them in {where}"
    where = place_name(story, story.part_of(before.hits[0].start))
    return f"{words(before.words)} between them in {where}, at most {node.words} asked for"


def smallest_window(story: Story, groups: Sequence[list[Hit]]) -> Window | None:
    """Where all groups are closest; None where they share no paragraph."""
    return min(windows(story, groups), key=attrgetter("gap"), default=None)


def smallest_in_order(story: Story, groups: Sequence[list[Hit]]) -> Window | None:
    """As ``smallest_window``, of two groups, the first before the second."""
    return min(in_order(story, groups), key=attrgetter("gap"), default=None)


def _sentences_apart(story: Story, node: Within, groups: Sequence[list[Hit]]) -> str:
    shared = set.intersection(*({story.part_of(hit.start) for hit in group} for group in groups))
    part = min(shared)
    inside = [[hit for hit in group if story.part_of(hit.start) == part] for group in groups]
    where = _listed(story, node, inside, sentences=True)
    return f"in one paragraph, but in different sentences: {where}"


def _listed(
    story: Story, node: Near | Within, groups: Sequence[list[Hit]], *, sentences: bool
) -> str:
    """``China in the title, paragraph 2; Laos in paragraph 3``"""
    told = []
    for child, group in zip(node.children, groups, strict=True):
        if sentences:
            units = [sentence_name(story, hit.start) for hit in group[:_MOST_UNITS]]
        else:
            units = [place_name(story, story.part_of(hit.start)) for hit in group]
        told.append(f"{as_query(child)} in {listed(list(dict.fromkeys(units)))}")
    return "; ".join(told)
