"""How far apart the places stand that a query wants together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from monitor.match.measure import WORD
from monitor.match.naming import Hit
from monitor.match.nodes import Near, Within
from monitor.match.printing import as_query
from monitor.match.story import Story
from monitor.match.telling import listed, place_name, sentence_name, words

_MOST_UNITS = 100  # places of which the sentences are named


class Window(NamedTuple):
    """A place of each group, in one paragraph or the title."""

    gap: int  # units between them
    hits: tuple[Hit, ...]

    @property
    def words(self) -> int:
        """Words between them, rounded up: so many NEAR would have to allow."""
        return max(0, -(-self.gap // WORD))


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
        return f"only in the other order: {words(closest.words)} between them in {where}"
    where = place_name(story, story.part_of(before.hits[0].start))
    return f"{words(before.words)} between them in {where}, at most {node.words} asked for"


def smallest_window(story: Story, groups: Sequence[list[Hit]]) -> Window | None:
    """Where all groups are closest; None where they share no paragraph."""
    events = [(hit, number) for number, group in enumerate(groups) for hit in group]
    events.sort(key=lambda event: event[0][:2])
    last: dict[int, Hit] = {}
    part, best = -1, None
    for hit, number in events:
        if (here := story.part_of(hit.start)) != part:
            part, last = here, {}
        last[number] = hit
        if len(last) == len(groups):
            window = Window(
                story.measure.gap([(each.start, each.end) for each in last.values()]),
                tuple(last.values()),
            )
            best = window if best is None or window.gap < best.gap else best
    return best


def smallest_in_order(story: Story, groups: Sequence[list[Hit]]) -> Window | None:
    """As ``smallest_window``, of two groups, the first before the second."""
    events = [(hit.end, 0, hit) for hit in groups[0]] + [(hit.start, 1, hit) for hit in groups[1]]
    events.sort(key=lambda event: event[:2])
    first, best = None, None
    for _, number, hit in events:
        if number == 0:
            first = hit
        elif first and story.part_of(first.start) == story.part_of(hit.start):
            gap = story.measure.between(first.end, hit.start)
            best = Window(gap, (first, hit)) if best is None or gap < best.gap else best
    return best


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
