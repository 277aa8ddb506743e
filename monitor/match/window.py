"""Places of several groups that stand close to each other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from monitor.match.measure import WORD
from monitor.match.naming import Hit
from monitor.match.story import Story


class Window(NamedTuple):
    """A place of each group, in one paragraph or the title."""

    gap: int  # units between them
    hits: tuple[Hit, ...]

    @property
    def words(self) -> int:
        """Words between them, rounded up: so many NEAR would have to allow."""
        return max(0, -(-self.gap // WORD))


def windows(story: Story, groups: Sequence[list[Hit]]) -> Iterator[Window]:
    """For each place, the others' before it that end last."""
    events = [(hit, number) for number, group in enumerate(groups) for hit in group]
    events.sort(key=lambda event: event[0][:2])
    last: dict[int, Hit] = {}
    part = -1
    for hit, number in events:
        if (here := story.part_of(hit.start)) != part:
            part, last = here, {}
        before = last.get(number)
        last[number] = hit
        if len(last) == len(groups):
            hits = tuple(last.values())
            yield Window(story.measure.gap([each[:2] for each in hits]), hits)
        if before is not None and before.end > hit.end:
            last[number] = before


def in_order(story: Story, groups: Sequence[list[Hit]]) -> Iterator[Window]:
    """For each place of the second group, the first one's that ends last before it."""
    firsts, seconds = groups
    firsts = sorted(firsts, key=lambda hit: hit.end)
    ends = [hit.end for hit in firsts]
    for second in seconds:
        number = bisect_right(ends, second.start) - 1
        if number >= 0:
            first = firsts[number]
            if story.part_of(first.start) == story.part_of(second.start):
                yield Window(story.measure.between(first.end, second.start), (first, second))
