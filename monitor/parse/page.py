"""One HTML page as a flat list of text blocks, and what its markup declares.

The page is walked once and not kept: everything later decides on these lists. ``Block.box`` and
``Box.parent`` are indices into ``Page.boxes``; a parent always stands before its children.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from monitor.parse.letters import fold, weigh
from monitor.parse.pick import Picked

# Stands in a block's raw text where two inline elements touch without a space between them.
SEAM = "\x02"
LINKED = 0.5  # share of a block in links, from which it is one


class Box:
    """A block-level element: where its text stands, and what its class, id and role hint at."""

    __slots__ = (
        "body",
        "centered",
        "comment",
        "drop",
        "hidden",
        "kind",
        "meta",
        "names",
        "parent",
        "story",
        "tag",
    )

    def __init__(self, tag: str, parent: int, kind: str, drop: bool, story: bool) -> None:
        self.tag = tag
        self.parent = parent
        self.kind = kind  # the nearest of p, h1 … h6, li, caption, cell … around it; else "div"
        self.drop = drop  # the element calls itself navigation, related, share, comment …
        self.story = story  # it is what the profile selects as the story, or stands in it
        self.names = ""  # its class, as written
        self.body = False  # the element calls itself the article's body
        self.meta = False  # the element calls itself byline, date, source …
        self.comment = self.hidden = self.centered = False


@dataclass(slots=True, init=False)
class Block:
    """A run of text between two block boundaries, or between two ``<br>``."""

    raw: str  # whitespace collapsed; SEAM where inline elements touch
    box: int
    links: int  # characters that stand in links
    kind: str
    strong: bool  # all of it in <b> or <strong>
    text: str = field(init=False)  # as printed
    weight: int = field(init=False)  # how much it says: see weigh
    _key: str | None = field(init=False)

    def __init__(self, raw: str, box: int, links: int, kind: str, strong: bool) -> None:
        self.raw = raw
        self.box = box
        self.links = links
        self.kind = kind
        self.strong = strong
        self.text = " ".join(raw.replace(SEAM, "").split()) if SEAM in raw else raw
        self.weight = weigh(raw)
        self._key = None

    @property
    def key(self) -> str:
        """Its letters, for comparison."""
        if self._key is None:
            self._key = fold(self.raw)
        return self._key


@dataclass(slots=True)
class Page:
    """What one walk over the tree found, in document order."""

    picked: Picked = field(default_factory=Picked)  # by the site's profile
    boxes: list[Box] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    # <meta> by lower-case name, property or http-equiv; itemprop values by name
    metas: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    props: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    json_ld: list[str] = field(default_factory=list)
    # <time datetime>: its value, the index of its block, the text that stands before it there
    times: list[tuple[str, int, str]] = field(default_factory=list)
    # inline elements whose class says what they are (roles.py): role, what they say, block, before
    named: list[tuple[str, str, int, str]] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)  # rel=author
    pictures: list[int] = field(default_factory=list)  # by <img>, the index of the block to come
    buttons: list[int] = field(default_factory=list)  # of these, those that lead elsewhere
    passwords: int = 0  # fields that ask for one
    head_title: str = ""
    canonical: str = ""  # <link rel=canonical>, as written
    lang: str = ""

    def meta(self, *names: str) -> str | None:
        """The first non-empty value of the first of the names that the page has."""
        for name in names:
            for value in self.metas.get(name, ()):
                if value.strip():
                    return value.strip()
        return None

    def with_body(self, other: Page) -> Page:
        """This page's head with the boxes and blocks of another."""
        return replace(
            self,
            boxes=other.boxes,
            blocks=other.blocks,
            times=[],
            named=[],
            pictures=other.pictures,
            buttons=other.buttons,
        )
