"""The one walk over the lxml tree: elements in, ``Page`` out.

No recursion, and nothing looks below or above an element, so time is linear in the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any, TypeAlias, cast

from lxml import etree

from monitor.errors import ParseError
from monitor.parse.hints import (
    CENTERED,
    CLIPPED,
    DROP_ROLES,
    DROP_TAGS,
    HEADINGS,
    HIDDEN,
    INLINE,
    KINDS,
    NO_HINTS,
    SKIP,
    is_unseen,
    read_names,
)
from monitor.parse.page import SEAM, Block, Box, Page
from monitor.parse.pick import Picked, pick
from monitor.parse.profile import Profile
from monitor.parse.roles import role_of
from monitor.parse.rows import join_rows
from monitor.parse.tree import read_tree

_ENDS = tuple('.!?。！？…”"’」』:：;；)）')
_INDENT = re.compile("^[ \t\r\n]*(?:[\u3000\u2003]|\xa0{2})")
_LABEL = re.compile(
    r"(?:source|updated|published|来源|發布|发布|更新|作者|责任编辑|ແຫຼ່ງ).{0,12}[:：]", re.IGNORECASE
)
_PICTURE = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:$|[?#])", re.IGNORECASE)
_PROPS = frozenset(
    {"headline", "datePublished", "dateModified", "author", "articleSection", "name", "articleBody"}
)
_DOUBTFUL = frozenset({"span", "nav", "aside"})  # some are not read
_BOLD = frozenset({"b", "strong"})
_GAPS = (SEAM, " ", "\n")
_Line: TypeAlias = tuple[str, int, bool, bool]  # text, link chars, indented, strong
_Attributes: TypeAlias = dict[str, str]
_EMPTY: _Line = ("", 0, False, False)
_BEFORE = 4  # pieces of text before a <time> in which its label stands
_LABEL_LENGTH = 60  # characters of a piece
_NAMES = 400  # characters of class and id, or of style, that are looked at
_MOST_SCRIPTS = 50  # of JSON-LD
_TITLE_LONGEST = 2_000  # characters of <title>; whoever compares them need not mind their number
_MOST_LINES = 12_000  # of plain text, or blocks; the fullest of 1,465 pages has 6,169
_FIGURED = frozenset({"cell", "blockquote"})  # what a <figure> may hold that is no caption
_HEADLINE = 12  # characters of a line that is a link
_EDGES = f" \u200b\xad{SEAM}"


# What an element is to the walk; what is not named below opens a block-level box.
_BOX, _MARKING, _INLINE, _BREAK, _META, _LINK, _TITLE, _SKIPPED = range(8)
_PARTS = {
    **dict.fromkeys(INLINE, _INLINE),
    **dict.fromkeys({"a", *_BOLD}, _MARKING),  # inline too, and until its end something holds
    **dict.fromkeys(SKIP, _SKIPPED),
    "br": _BREAK,
    "meta": _META,
    "link": _LINK,
    "title": _TITLE,
}


def read_page(html: bytes, profile: Profile | None = None, url: str = "") -> Page:
    """Parse markup (see ``read_markup``) once, pick what ``profile`` selects, and walk it once."""
    root = read_tree(html)
    if root is None:
        return Page()
    picked = pick(root, profile, url) if profile else Picked()
    return _Walk(picked, preformatted=b"<" not in html).run(root)


class _Walk:
    """The state of one walk: open boxes, the line being gathered, lines since the last boundary."""

    def __init__(self, picked: Picked, *, preformatted: bool) -> None:
        self.page = Page(picked, boxes=[Box("html", -1, "div")])
        self.story = picked.story
        self.open = [0]
        self.leads: list[bool] = []  # by open <a>
        self.parts: list[str] = []
        self.lines: list[_Line] = []
        self.linked = self.bold = self.pre = self.links = self.strong = 0
        self.preformatted = preformatted
        self.breaks = 0  # lines of preformatted text

    def run(self, root: etree._Element) -> Page:
        self.walk(root)
        self.flush()
        if len(self.page.blocks) > _MOST_LINES:
            raise _too_many("paragraphs")
        join_rows(self.page)
        return self.page

    def walk(self, root: etree._Element) -> None:
        walker = etree.iterwalk(root, events=("start", "end"))
        enter, leave, add, story = self.enter, self.leave, self.add, self.story
        skipped = None  # the last one that was: its end is what comes next
        says: _Attributes  # all attributes at once, for lxml takes as long for one of them
        for event, element in cast("Iterable[tuple[str, Any]]", walker):
            part = _PARTS.get(tag := element.tag, _BOX)
            if story and part <= _INLINE and element in story:
                part = _BOX
            if event == "end":
                if part <= _MARKING and element is not skipped:
                    leave(tag, part)
                if text := element.tail:
                    add(text)
                continue
            says = dict(element.items()) if part != _SKIPPED else {}
            if part == _SKIPPED or (tag in _DOUBTFUL and self.is_unread(element, tag, says)):
                self.skip(element, tag)
                walker.skip_subtree()
                skipped = element
                continue
            enter(element, tag, part, says)
            if (text := element.text) and part != _TITLE:
                add(text)

    def is_unread(self, element: etree._Element, tag: str, says: _Attributes) -> bool:
        """Whether a <nav> or the like holds no text, or a <span> says that nobody sees it."""
        if tag != "span":
            return next(element.iter("p", "h1", "time", "dd"), None) is None
        linked = self.linked > 0
        if (names := says.get("class")) and is_unseen(names[:_NAMES], linked=linked):
            return True
        if not (style := says.get("style")):
            return False
        style = style[:_NAMES]
        return bool(HIDDEN.search(style) or (linked and CLIPPED.search(style)))

    def skip(self, element: etree._Element, tag: str) -> None:
        if tag == "input":
            self.page.passwords += (element.get("type") or "").lower() == "password"
        if tag != "script" or len(self.page.json_ld) == _MOST_SCRIPTS or not element.text:
            return
        if "ld+json" in (element.get("type") or "").lower():
            self.page.json_ld.append(element.text)

    def enter(self, element: etree._Element, tag: str, part: int, says: _Attributes) -> None:
        if part == _BOX:
            self.enter_box(element, tag, says)
        elif part <= _INLINE:
            self.enter_inline(element, tag, says)
        elif part == _BREAK:
            self.line()
        elif part == _META:
            self.meta(element, says)
        elif part == _LINK:
            self.link(says)
        else:
            # An <svg> may have a title too, but it is skipped whole.
            title = (element.text or "")[:_TITLE_LONGEST]
            self.page.head_title = self.page.head_title or _collapse(title)

    def enter_inline(self, element: etree._Element, tag: str, says: _Attributes) -> None:
        if tag == "a":
            self.leads.append(not _is_anchor(says))
            self.linked += self.leads[-1]
        elif tag in _BOLD:
            self.bold += 1
        elif tag == "img":
            self.page.pictures.append(len(self.page.blocks))
            if self.linked and _is_button(element):
                self.page.buttons.append(len(self.page.blocks))
        if says:
            self.name(element, tag, says)
        if self.parts and not self.parts[-1].endswith(_GAPS):
            self.parts.append(SEAM)

    def name(self, element: etree._Element, tag: str, says: _Attributes) -> None:
        """Note what the attributes of an inline element say that it is."""
        if tag == "a" and "author" in says.get("rel", ""):
            self.page.authors.append(_inner(element))
        elif tag == "time" and (time := says.get("datetime")):
            self.page.times.append((time, *self.here()))
        names = says.get("class")
        role = role_of(names[:_NAMES]) if names else ""
        if not role and tag == "a" and "/author" in says.get("href", ""):
            role = "author"
        if role:
            text = (tag == "abbr" and says.get("title")) or _inner(element)
            self.page.named.append((role, text, *self.here()))
        if prop := says.get("itemprop"):
            self.prop(element, prop, says)

    def here(self) -> tuple[int, str]:
        """The index of the block to come, and the text that stands before it there."""
        before = (part[-_LABEL_LENGTH:] for part in self.parts[-_BEFORE:])
        return len(self.page.blocks), "".join(before)

    def enter_box(self, element: etree._Element, tag: str, says: _Attributes) -> None:
        if self.parts or self.lines:
            self.flush()
        if tag == "html":
            self.page.lang = says.get("lang") or says.get("xml:lang") or ""
        elif tag == "pre":
            self.pre += 1
        boxes, around = self.page.boxes, self.open[-1]
        above = boxes[around]
        kind = _kind(KINDS.get(tag, "div"), above.kind)
        drop = tag in DROP_TAGS or ("-" in tag and read_names(tag[:_NAMES])[0])  # <x-navigation>
        box = Box(tag, around, kind, drop)
        if self.story:
            box.story = above.story or element in self.story
        if says:
            if tag not in {"html", "body"}:
                _judge(box, says)
            if prop := says.get("itemprop"):
                self.prop(element, prop, says)
        self.open.append(len(boxes))
        boxes.append(box)

    def leave(self, tag: str, part: int) -> None:
        if part == _MARKING:
            if tag == "a":
                self.linked -= self.leads.pop()
            else:
                self.bold -= 1
            return
        if self.parts or self.lines:
            self.flush()
        self.open.pop()
        self.pre -= tag == "pre"

    def add(self, text: str) -> None:
        if self.pre or self.preformatted:
            self.breaks += text.count("\n")
            if self.breaks > _MOST_LINES:
                raise _too_many("lines of plain text")
            first, *rest = text.split("\n")
            self.piece(first)
            for line in rest:
                self.line()
                self.piece(line)
        elif self.parts or not (text.isspace() and text.isascii()):
            self.piece(text)

    def piece(self, text: str) -> None:
        self.parts.append(text)
        if self.linked > 0 or self.bold > 0:
            size = len(text.strip())
            self.links += size if self.linked > 0 else 0
            self.strong += size if self.bold > 0 else 0

    def line(self) -> None:
        """Close the line being gathered; an empty one marks the end of a paragraph."""
        whole = "".join(self.parts)
        text = _collapse(whole)
        if text:
            strong = self.strong > 0 and self.strong >= 0.9 * len(text.replace(" ", ""))
            links = min(self.links, len(text)) if self.links else 0
            indented = not whole.isascii() and _INDENT.match(whole) is not None
            self.lines.append((text, links, indented, strong))
        else:
            self.lines.append(_EMPTY)
        self.parts, self.links, self.strong = [], 0, 0

    def flush(self) -> None:
        """A block boundary: make blocks of the lines gathered since the last one."""
        if self.parts:
            self.line()
        if not self.lines:
            return
        lines, self.lines = self.lines, []
        box = self.open[-1]
        kind = self.page.boxes[box].kind
        alone = len(lines) == 1 and lines[0] is not _EMPTY  # as most are: no need to group
        for text, links, _, strong in lines if alone else _paragraphs(lines, kind):
            self.page.blocks.append(Block(text, box, links, kind, strong))

    def meta(self, element: etree._Element, says: _Attributes) -> None:
        if prop := says.get("itemprop"):
            self.prop(element, prop, says)
        if content := says.get("content"):
            for attribute in ("name", "property", "http-equiv"):
                if name := says.get(attribute):
                    self.page.metas[name.strip().lower()].append(content)

    def link(self, says: _Attributes) -> None:
        if not self.page.canonical and says.get("rel", "").lower() == "canonical":
            self.page.canonical = says.get("href", "").strip()

    def prop(self, element: etree._Element, names: str, says: _Attributes) -> None:
        for name in names.split():
            if name in _PROPS:
                said = says.get("content") or says.get("datetime")
                said = said or (element.tag == "abbr" and says.get("title")) or _inner(element)
                self.page.props[name].append(said)


@cache
def _kind(own: str, above: str) -> str:
    """What a box is, given what it stands in: a <div> in a list's item is of the item."""
    if above == "div" or own == "caption":
        return own
    if above in HEADINGS:
        return own if own == "p" else above
    if above in {"caption", "li"}:
        return own if above == "caption" and own in _FIGURED else above
    return above if own == "div" and above in {"p", "blockquote"} else own


def _judge(box: Box, said: _Attributes) -> None:
    """Set the box's hints from its attributes."""
    box.names = said.get("class", "")
    names = f"{box.names} {said.get('id', '')} {said.get('itemprop', '')}"
    if len(names) > 2 and (found := read_names(names[:_NAMES])) is not NO_HINTS:
        side, box.comment, box.body, box.meta = found
        box.drop = box.drop or side
    if said.get("role") in DROP_ROLES:
        box.drop = True
    if "hidden" in said:
        box.hidden = True
    if said.get("align", "").lower() == "center":
        box.centered = True
    if style := said.get("style"):
        box.hidden = box.hidden or HIDDEN.search(style, 0, _NAMES) is not None
        box.centered = box.centered or CENTERED.search(style, 0, _NAMES) is not None


def _paragraphs(lines: Sequence[_Line], kind: str) -> Iterator[_Line]:
    """The lines of one box, those of a paragraph joined to one."""
    groups: list[list[_Line]] = []
    fresh = True
    for line in lines:
        if not line[0]:
            fresh = fresh or kind not in HEADINGS
        elif fresh or _parts(groups[-1], line, kind):
            groups.append([line])
            fresh = False
        else:
            groups[-1].append(line)
    return (group[0] if len(group) == 1 else _joined(group) for group in groups)


def _parts(above: Sequence[_Line], line: _Line, kind: str) -> bool:
    """Whether a single line break between ``above`` and ``line`` parts paragraphs."""
    if kind in HEADINGS:
        return False
    text, _, indented, _ = line
    if kind in {"div", "cell", "pre"} or indented:
        return True
    if kind == "li" and _is_link(above[-1]) != _is_link(line):
        return True  # the headline of another story, and what it is about
    first, last = above[0][0], above[-1][0]
    return last.endswith(_ENDS) or bool(_LABEL.match(text)) or bool(_LABEL.match(first))


def _is_link(line: _Line) -> bool:
    text, links, _, _ = line
    return len(text) >= _HEADLINE and links >= 0.9 * len(text)


def _too_many(what: str) -> ParseError:
    return ParseError(f"the page has more than {_MOST_LINES:,} {what}; no story has so many")


def _joined(lines: Sequence[_Line]) -> _Line:
    texts, links, indented, strong = zip(*lines, strict=True)
    return " ".join(texts), sum(links), indented[0], all(strong)


def _is_anchor(says: _Attributes) -> bool:
    """Whether an <a> leads nowhere, but is a place that links lead to."""
    return "href" not in says and (says.get("name") or says.get("id")) is not None


def _is_button(picture: etree._Element) -> bool:
    """Whether a picture is a link, to something else than a larger one."""
    above = picture.getparent()
    href = above.get("href") if above is not None and above.tag == "a" else None
    return bool(href and not _PICTURE.search(href[-_NAMES:]))


def _collapse(text: str) -> str:
    return " ".join(text.split()).strip(_EDGES)


def _inner(element: etree._Element) -> str:
    """The text inside a small element; bounded, since anything may carry an attribute."""
    texts: list[str] = []
    for event, node in islice(etree.iterwalk(element, events=("start", "end")), 24):
        text = node.text if event == "start" else node.tail if node is not element else None
        if isinstance(text, str):
            texts.append(text[:300])
    return _collapse(" ".join(texts))[:300]
