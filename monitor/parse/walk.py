"""The one walk over a page: elements and text in, as the parser meets them, ``Page`` out.

No tree is built where no profile needs one, no recursion, and nothing looks below or above an
element, so time is linear in the page.
"""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import suppress

from monitor.parse.boxes import NAMES, PICKED, Attributes, judge, place
from monitor.parse.hearing import ASIDES, Enters, Hearing, Inner, Leaves, TooDeepError
from monitor.parse.hints import CLIPPED, HIDDEN, INLINE, SKIP, is_unseen
from monitor.parse.lines import collapse
from monitor.parse.page import SEAM, Box, Page
from monitor.parse.pick import Picked, pick
from monitor.parse.profile import Profile
from monitor.parse.roles import role_of
from monitor.parse.rows import join_rows
from monitor.parse.tree import read_into, read_tree, replay

_PICTURE = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:$|[?#])", re.IGNORECASE)
_PROPS = frozenset(
    {"headline", "datePublished", "dateModified", "author", "articleSection", "name", "articleBody"}
)
_GAPS = (SEAM, " ", "\n")
_MOST_SCRIPTS = 50  # of JSON-LD
_TITLE_LONGEST = 2_000  # characters of <title>; whoever compares them need not mind their number
_DATA = "ld+json"
_PICKED_INLINE = frozenset(PICKED + tag for tag in INLINE)


def read_page(html: bytes, profile: Profile | None = None, url: str = "") -> Page:
    """The page whose markup is ``html`` (see ``read_markup``), with what ``profile`` picks."""
    preformatted = b"<" not in html
    if profile is None:
        walk = Walk(Picked(), preformatted=preformatted)
        with suppress(TooDeepError):
            read_into(walk, html)
        return walk.finish()
    root = read_tree(html)
    if root is None:
        return Page()
    walk = Walk(pick(root, profile, url), preformatted=preformatted)
    replay(root, walk, walk.page.picked.story)
    return walk.finish()


class Walk(Hearing):
    """What each element of a page does to the lines, boxes and lists of ``Page``."""

    def __init__(self, picked: Picked, *, preformatted: bool) -> None:
        page = Page(picked, boxes=[Box("html", -1, "div", drop=False, story=False)])
        super().__init__(page, _ENTERS, _LEAVES, preformatted=preformatted)
        self.leads: list[tuple[bool, int, str]] = []  # by open <a>: whether, its depth, where to
        # as of Page; some of what is said has yet to come
        self.named: list[tuple[str, str | Inner, int, str]] = []
        self.authors: list[Inner] = []
        self.props: dict[str, list[str | Inner]] = defaultdict(list)

    def finish(self) -> Page:
        self.last_flush()
        page = self.page
        page.named = [(role, str(said), at, before) for role, said, at, before in self.named]
        page.authors = [str(said) for said in self.authors]
        for name, values in self.props.items():
            page.props[name] = [str(said) for said in values]
        join_rows(page)
        del self.page  # lxml's parser, which is in a cycle, holds us until Python collects those
        return page

    # --- boxes ---------------------------------------------------------------------------------

    def enter_box(self, tag: str, says: Attributes) -> None:
        if self.parts or self.lines:
            self.flush()
        boxes, around = self.page.boxes, self.open[-1]
        above = boxes[around]
        box = Box(tag, around, *place(tag, above.kind), above.story)
        self.open.append(len(boxes))
        boxes.append(box)
        if says:
            judge(box, says)
            if "itemprop" in says:
                self.prop(tag, says)

    def leave_box(self, tag: str) -> None:
        if self.parts or self.lines:
            self.flush()
        self.open.pop()

    def enter_root(self, tag: str, says: Attributes) -> None:
        if len(self.page.boxes) == 1:  # a second one stands behind </html>, of another page
            self.page.lang = says.get("lang") or says.get("xml:lang") or ""
        self.enter_box(tag, says)

    def enter_pre(self, tag: str, says: Attributes) -> None:
        self.enter_box(tag, says)
        self.pre += 1

    def leave_pre(self, tag: str) -> None:
        self.leave_box(tag)
        self.pre -= 1

    def enter_picked(self, tag: str, says: Attributes) -> None:
        """An inline element that is the story is a box."""
        tag = tag.removeprefix(PICKED)
        if tag == "span" and self.is_unseen(says):
            self.skip(tag, says)
        else:
            self.enter_box(tag, says)

    # --- inline elements -----------------------------------------------------------------------

    def enter_inline(self, tag: str, says: Attributes) -> None:
        if says:
            self.name(tag, says)
        if self.parts and not self.parts[-1].endswith(_GAPS):
            self.parts.append(SEAM)

    def enter_link(self, tag: str, says: Attributes) -> None:
        leads = not _is_anchor(says)
        self.leads.append((leads, self.depth, says.get("href", "")))
        self.linked += leads
        self.enter_inline(tag, says)

    def leave_link(self, tag: str) -> None:
        self.linked -= self.leads.pop()[0]

    def enter_bold(self, tag: str, says: Attributes) -> None:
        self.bold += 1
        self.enter_inline(tag, says)

    def leave_bold(self, tag: str) -> None:
        self.bold -= 1

    def enter_span(self, tag: str, says: Attributes) -> None:
        if says and self.is_unseen(says):
            self.skip(tag, says)
        else:
            self.enter_inline(tag, says)

    def is_unseen(self, says: Attributes) -> bool:
        """Whether a <span> says that nobody sees it."""
        linked = self.linked > 0
        if (names := says.get("class")) and is_unseen(names[:NAMES], linked=linked):
            return True
        if not (style := says.get("style")):
            return False
        style = style[:NAMES]
        return bool(HIDDEN.search(style) or (linked and CLIPPED.search(style)))

    def enter_picture(self, tag: str, says: Attributes) -> None:
        self.page.pictures.append(len(self.page.blocks))
        if self.linked and self.is_button():
            self.page.buttons.append(len(self.page.blocks))
        self.enter_inline(tag, says)

    def is_button(self) -> bool:
        """Whether a picture is a link, to something else than a larger one."""
        _, depth, href = self.leads[-1]
        return depth == self.depth - 1 and bool(href and not _PICTURE.search(href[-NAMES:]))

    def break_line(self, tag: str, says: Attributes) -> None:
        self.line()

    # --- what is said of the page and its parts ------------------------------------------------

    def name(self, tag: str, says: Attributes) -> None:
        """Note what the attributes of an inline element say that it is."""
        if tag == "a" and "author" in says.get("rel", ""):
            self.authors.append(self.inner())
        elif tag == "time" and (time := says.get("datetime")):
            self.page.times.append((time, *self.here()))
        names = says.get("class")
        role = role_of(names[:NAMES]) if names else ""
        if not role and tag == "a" and "/author" in says.get("href", ""):
            role = "author"
        if role:
            said = (tag == "abbr" and says.get("title")) or self.inner()
            self.named.append((role, said, *self.here()))
        if "itemprop" in says:
            self.prop(tag, says)

    def prop(self, tag: str, says: Attributes) -> None:
        stated = says.get("content") or says.get("datetime")
        stated = stated or (says.get("title") if tag == "abbr" else None)
        for name in _PROPS.intersection(says["itemprop"].split()):
            self.props[name].append(stated or self.inner())

    def meta(self, tag: str, says: Attributes) -> None:
        if "itemprop" in says:
            self.prop(tag, says)
        if content := says.get("content"):
            for attribute in ("name", "property", "http-equiv"):
                if name := says.get(attribute):
                    self.page.metas[name.strip().lower()].append(content)

    def link(self, tag: str, says: Attributes) -> None:
        if not self.page.canonical and says.get("rel", "").lower() == "canonical":
            self.page.canonical = says.get("href", "").strip()

    def enter_script(self, tag: str, says: Attributes) -> None:
        self.skip(_DATA if _DATA in says.get("type", "").lower() else tag, says)

    def enter_input(self, tag: str, says: Attributes) -> None:
        self.page.passwords += says.get("type", "").lower() == "password"
        self.skip(tag, says)

    def end_skipped(self, name: str, text: str) -> None:
        page = self.page
        if name == _DATA and text and len(page.json_ld) < _MOST_SCRIPTS:
            page.json_ld.append(text)
        elif name == "title":  # an <svg> may have one too, but it is skipped whole
            page.head_title = page.head_title or collapse(text[:_TITLE_LONGEST])


def _is_anchor(says: Attributes) -> bool:
    """Whether an <a> leads nowhere, but is a place that links lead to."""
    return "href" not in says and (says.get("name") or says.get("id")) is not None


_ENTERS: Enters = {
    **dict.fromkeys(INLINE, Walk.enter_inline),
    **dict.fromkeys(_PICKED_INLINE, Walk.enter_picked),
    **dict.fromkeys({*SKIP, "title"}, Walk.skip),
    **dict.fromkeys(ASIDES, Walk.enter_aside),
    "html": Walk.enter_root,
    "pre": Walk.enter_pre,
    "a": Walk.enter_link,
    "b": Walk.enter_bold,
    "strong": Walk.enter_bold,
    "span": Walk.enter_span,
    "img": Walk.enter_picture,
    "br": Walk.break_line,
    "meta": Walk.meta,
    "link": Walk.link,
    "script": Walk.enter_script,
    "input": Walk.enter_input,
}
_LEAVES: Leaves = {
    **dict.fromkeys({*INLINE, "br", "meta", "link"}),
    "pre": Walk.leave_pre,
    "a": Walk.leave_link,
    "b": Walk.leave_bold,
    "strong": Walk.leave_bold,
}
