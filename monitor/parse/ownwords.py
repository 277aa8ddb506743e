"""Where a page tells its own story: from its printed headline to the headlines of others."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from monitor.parse.dates import find_stamp
from monitor.parse.hints import HEADINGS
from monitor.parse.letters import fold
from monitor.parse.page import LINKED, Block, Page

_SENTENCE = 60  # of a block that is one
_LINK = 30  # of a linked headline, of which others are told
_TITLE = 20  # of a headline; what is shorter may name a section
_PARAGRAPH = 100  # of a text that needs no other, where a date stands above it
_ENOUGH = 200  # of an article that needs nothing of the next
_FEWEST = 3  # linked headlines that are a list
_TOLD, _TEASER = 2, 400  # the most sentences of each, and the longest
_SURE = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|modal|pop-?up|(?:fact|info)-?box)(?=$|[\s_-])"
    r"|(?:^|\s)side-?bar(?=$|\s)",
    re.IGNORECASE,
)
_LIVE = re.compile(r"\blive\b|liveblog|直播", re.IGNORECASE)
_CLOCK = re.compile(r"\W*\d{1,2}[:.h]\d\d\D*")  # the time of an entry
_TIMES = 200  # <time> elements that are looked at
_LINE, _LINES = 80, 4  # of a line that may be a date; how many are looked at


@dataclass(frozen=True, slots=True)
class Own:
    page: Page
    headline: int | None  # the block that prints it
    last: list[int]  # by box: the last box within it

    def is_beside(self, box: int) -> bool:
        """Whether a side matter of much text stands apart from the headline and its story.

        Names mislead: only the plainest do, and those of boxes with headlines of others.
        """
        if not self._apart(box) or next(self._sentences([box]), None) is None:
            return False
        named = self.page.boxes[box]
        return named.tag == "aside" or bool(_SURE.search(named.names)) or self._lists(box)

    def is_told(self, boxes: Collection[int]) -> bool:
        """Whether the story of the headline, dated or of several sentences, is not in the boxes.

        What stands below the name of a section tells of the section.
        """
        if self.headline is None or self.page.blocks[self.headline].weight < _TITLE:
            return False
        own = list(islice(self._sentences(boxes), 2))
        long = sum(self.page.blocks[i].weight for i in own)
        return len(own) > 1 or (long >= _PARAGRAPH and self._is_dated(range(self.headline, own[0])))

    def later_articles(self) -> set[int]:
        """The articles below the headline's: each with a headline and a date of its own."""
        if self.headline is None or _LIVE.search(self.page.blocks[self.headline].text):
            return set()  # what follows a live blog's may be its entries
        within = self._articles()
        home = within[self.page.blocks[self.headline].box]
        texts: dict[int, list[int]] = defaultdict(list)
        for i, block in enumerate(self.page.blocks):
            texts[within[block.box]].append(i)
        if not home or not self._is_enough(texts[home]):
            return set()
        return {box for box in texts if box > home and self._is_another(texts[box])}

    def _articles(self) -> list[int]:
        """By box: the outermost article around it, 0 where there is none."""
        within = [0] * len(self.page.boxes)
        for i, box in enumerate(self.page.boxes[1:], 1):
            within[i] = within[box.parent] or (i if box.tag == "article" else 0)
        return within

    def flat_teasers(self) -> set[int]:
        """The boxes of linked headings, each with one text, that stand side by side in a box."""
        boxes, blocks = self.page.boxes, self.page.blocks
        runs: dict[int, list[list[int]]] = defaultdict(list)  # by the box around them
        for i, block in enumerate(blocks):
            around = boxes[block.box].parent
            if block.kind in HEADINGS and _is_link(block):
                runs[around].append([i])
            elif block.kind == "p" and around in runs:
                runs[around][-1].append(i)
        found = {
            blocks[i].box
            for lists in runs.values()
            if len(lists) >= _FEWEST and all(map(self._is_teaser, lists))
            for run in lists
            for i in run
        }
        return found if found and self.is_told(found) else set()

    def _is_teaser(self, run: list[int]) -> bool:
        texts = [block for block in (self.page.blocks[i] for i in run) if _is_sentence(block)]
        return len(texts) == 1 and texts[0].weight <= _TEASER and len(run) <= _LINES

    def _apart(self, box: int) -> bool:
        head = self.headline
        return head is not None and not box <= self.page.blocks[head].box <= self.last[box]

    def _sentences(self, but: Collection[int]) -> Iterator[int]:
        """The blocks below the headline that are sentences, up to a headline of others."""
        without = {i for box in but for i in range(box, self.last[box] + 1)}
        for i in range((self.headline or 0) + 1, len(self.page.blocks)):
            block = self.page.blocks[i]
            if block.box in without or self.page.boxes[block.box].drop:
                continue
            if _is_link(block):
                break
            if _is_sentence(block):
                yield i

    def _lists(self, box: int) -> bool:
        """Whether a box is made of linked headlines, each with a sentence or two."""
        inside = range(box, self.last[box] + 1)
        links = told = 0
        for block in self.page.blocks:
            if block.box not in inside:
                continue
            if _is_link(block):
                links, told = links + 1, 0
            elif _is_sentence(block):
                told += 1
                if told > _TOLD or block.weight > _TEASER:
                    return False
        return links >= _FEWEST

    def _is_enough(self, blocks: list[int]) -> bool:
        texts = (self.page.blocks[i] for i in blocks)
        return sum(block.weight for block in texts if _is_sentence(block)) >= _ENOUGH

    def _is_another(self, blocks: list[int]) -> bool:
        head = any(self.page.blocks[i].kind in HEADINGS for i in blocks[:_LINES])
        shown = {at for _, at, _ in self.page.times[:_TIMES]}
        timed = (self.page.blocks[i].text for i in blocks[: 2 * _LINES] if i in shown)
        day = any(len(text) <= _LINE and not _CLOCK.fullmatch(text) for text in timed)
        return head and (day or self._is_dated(blocks))

    def _is_dated(self, blocks: Iterable[int]) -> bool:
        lines = (self.page.blocks[i].text for i in blocks if i != self.headline)
        return any(len(line) <= _LINE and find_stamp(line) for line in islice(lines, 2 * _LINES))


def _is_link(block: Block) -> bool:
    return block.weight >= _LINK and block.links > LINKED * len(block.raw)


def _is_sentence(block: Block) -> bool:
    linked = block.links > LINKED * len(block.raw)
    return not linked and block.weight >= _SENTENCE and block.kind not in HEADINGS


def find_own(page: Page) -> Own:
    last = list(range(len(page.boxes)))
    for i in range(len(last) - 1, 0, -1):
        parent = page.boxes[i].parent
        if last[i] > last[parent]:
            last[parent] = last[i]
    return Own(page, _headline(page), last)


def _headline(page: Page) -> int | None:
    """The heading that the page's title repeats, else its only <h1>."""
    headings = [i for i, block in enumerate(page.blocks) if block.kind in {"h1", "h2"}]
    title = fold(page.head_title)
    said = [
        i
        for i in headings
        if not page.blocks[i].links
        and page.blocks[i].weight >= _TITLE
        and page.blocks[i].key in title
    ]
    first = [i for i in headings if page.blocks[i].kind == "h1"]
    return said[0] if said else first[0] if len(first) == 1 else None
