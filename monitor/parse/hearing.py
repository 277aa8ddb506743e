"""What lxml's parser tells, piece by piece: what is read of it, what is skipped, what must wait.

Nothing is known of what is yet to come, and nothing kept of what was. So what a small element says
is gathered while it comes (``Inner``), and a <nav> or <aside> is held back until it shows whether
it is read.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from monitor.parse.boxes import PICKED, Attributes
from monitor.parse.lines import Lines, collapse
from monitor.parse.page import Page

ASIDES = frozenset({"nav", "aside"})
_READ = frozenset({"p", "h1", "time", PICKED + "time", "dd"})  # what those hold that are read
_UNREAD = "template"  # as which an aside is walked that stands in another
_DEEPEST = 2_048  # elements one in another, as libxml2 has it where it builds a tree
_INNER_TAGS, _INNER_LONGEST = 24, 300  # of the text of a small element: tags, characters

# What begins, with its attributes; what ends, with None; a text, under "".
_Held: TypeAlias = tuple[str, Attributes | str | None]
Enters: TypeAlias = Mapping[str, Callable[[Any, str, Attributes], None]]
Leaves: TypeAlias = Mapping[str, Callable[[Any, str], None] | None]  # None: nothing is to be done


class TooDeepError(Exception):
    """What comes is left out."""


class Inner:
    """The text inside a small element; bounded, since anything may carry an attribute."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.left = _INNER_TAGS
        self.texts: list[str] = []

    def __str__(self) -> str:
        return collapse(" ".join(self.texts))[:_INNER_LONGEST]

    def goes_on(self, depth: int) -> bool:
        """Whether what stands behind one more tag, of an element at ``depth``, is inside."""
        self.left -= 1
        return self.left > 0 and depth > self.depth


class Hearing(Lines, ABC):
    """A target of lxml's parser, or of ``replay``; who walks the page says what each tag does."""

    def __init__(self, page: Page, enters: Enters, leaves: Leaves, *, preformatted: bool) -> None:
        super().__init__(page, preformatted=preformatted)
        self.enters = enters  # what is not named is a block-level box
        self.leaves = leaves
        self.texts: list[str] = []  # the pieces of one text: the parser parts it at entities
        self.data = self.texts.append
        self.depth = 0  # open elements
        self.inners: list[Inner] = []  # that are open
        self.within = ""  # what has begun, and is not read, or not yet
        self.edge = 0  # its depth
        self.unread = ""  # the text in it
        self.held: list[_Held] = []  # of an aside
        self.asides: list[int] = []  # where those begin that are open
        self.released = False

    def start(self, tag: str, says: Attributes) -> None:
        if self.texts:
            self.settle()
        self.depth += 1
        if self.depth > _DEEPEST:
            raise TooDeepError
        if self.inners:
            self.heed()
        if self.within:
            self.start_within(tag, says)
        elif enter := self.enters.get(tag):
            enter(self, tag, says)
        else:
            self.enter_box(tag, says)

    def end(self, tag: str) -> None:
        if self.texts:
            self.settle()
        if self.inners:
            self.heed()
        if self.within:
            self.end_within(tag)
        elif tag not in self.leaves:
            self.leave_box(tag)
        elif leave := self.leaves[tag]:
            leave(self, tag)
        self.depth -= 1

    def close(self) -> None:
        pass

    def settle(self) -> None:
        """Take in a text whose pieces have all come."""
        texts = self.texts
        text = texts[0] if len(texts) == 1 else "".join(texts)
        texts.clear()
        if self.inners:
            for inner in self.inners:
                inner.texts.append(text[:_INNER_LONGEST])
        if self.within:
            self.add_within(text)
        elif self.pre:
            self.add_lines(text)
        elif self.parts or not (text.isspace() and text.isascii()):
            self.piece(text)

    def inner(self) -> Inner:
        """What the element says that begins here."""
        if not (self.inners and self.inners[-1].depth == self.depth):
            self.inners.append(Inner(self.depth))
        return self.inners[-1]

    def heed(self) -> None:
        self.inners = [inner for inner in self.inners if inner.goes_on(self.depth)]

    @abstractmethod
    def enter_box(self, tag: str, says: Attributes) -> None:
        """A block-level element begins."""

    @abstractmethod
    def leave_box(self, tag: str) -> None:
        """A block-level element ends."""

    # --- what is not read, or not yet ----------------------------------------------------------

    def skip(self, tag: str, says: Attributes) -> None:
        self.within, self.edge, self.unread = tag, self.depth, ""

    @abstractmethod
    def end_skipped(self, name: str, text: str) -> None:
        """What was skipped under ``name`` has ended; ``text`` is the first in it."""

    def enter_aside(self, tag: str, says: Attributes) -> None:
        if self.released:
            self.enter_box(tag, says)
        else:
            self.skip(tag, says)
            self.asides.append(0)
            self.held.append((tag, says))

    def start_within(self, tag: str, says: Attributes) -> None:
        if not self.held:
            return
        if tag in ASIDES:
            self.asides.append(len(self.held))
        self.held.append((tag, says))
        if tag in _READ:
            self.release()

    def add_within(self, text: str) -> None:
        if self.held:
            self.held.append(("", text))
        else:
            self.unread = self.unread or text

    def end_within(self, tag: str) -> None:
        if self.held:
            self.held.append((tag, None))
            if tag in ASIDES:
                self.end_unread(self.asides.pop())
        elif self.depth == self.edge:
            name, self.within = self.within, ""
            self.end_skipped(name, self.unread)

    def end_unread(self, at: int) -> None:
        """Forget the aside held back since ``at``; one in another is skipped when that is read."""
        if at:
            self.held[at] = (_UNREAD, self.held[at][1])
        else:
            self.held.clear()
            self.within = ""

    def release(self) -> None:
        """Walk what was held back: all asides that are open are read."""
        held, self.held = self.held, []
        inners, self.inners = self.inners, []  # which have heard it
        self.asides.clear()
        self.within, self.depth, self.released = "", self.edge - 1, True
        for tag, said in held:
            if said is None:
                self.end(tag)
            elif isinstance(said, str):
                self.data(said)
            else:
                self.start(tag, said)
        self.released = False
        self.inners += inners
