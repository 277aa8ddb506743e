"""One item of an ordinary feed, element by element, as feedparser takes them.

Of titles the first counts, of links, dates and authors the last, and a summary before contents.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from lxml import etree

from monitor.discover.feeddates import known_moment, moment
from monitor.discover.feeddoubts import Doubt, UnsureError
from monitor.discover.feedfaults import joined, mended, mended_address, mended_link
from monitor.discover.feeditem import Item, author_of, text_of
from monitor.discover.feednames import Attributes, language_in, name_of
from monitor.models import Moment

_IS_HTML = {"text": False, "plain": False, "text/plain": False, "html": True, "text/html": True}
_XHTML = {"xhtml", "application/xhtml+xml"}
_LEADS_TO_HTML = {"html", "text/html", *_XHTML}
_PARTS_OF_AUTHOR = {"name", "email", "uri", "url", "homepage"}
# What an xml:base leaves as it is.
_ABSOLUTE = re.compile(
    r"https?://[\w.-]+(?::\d+)?/[\w!$%&'()*+,./:=@~-]*(?:\?[^?#]+)?|(?:tag|urn):.*"
)

# Takes the text of an element, the element, and its attributes.
Handler = Callable[["Entry", str, Any, Attributes], None]


class Ways(NamedTuple):
    """How the items of a feed are read."""

    zone: ZoneInfo | None  # of times without an offset
    mend: bool  # take what can be had where others are not sure
    based: bool  # an xml:base somewhere, which feedparser forgets too late
    careful: bool  # with HTML that is odd
    spoilt: bool = True  # maybe characters that ``mended`` mends


class Entry:
    """What is known of an item so far; ``around`` is the language of elements that name none.

    Every method raises UnsureError.
    """

    link: str | None = None
    original: str | None = None
    id: str | None = None
    stands_in: bool | None = None
    title: tuple[str, bool] | None = None  # and whether it is HTML
    title_language: str | None = None
    title_is_final = updated_is_final = has_inner_title = has_content = False
    published: Moment | None = None
    updated: Moment | None = None
    summary: tuple[str, bool | None] | None = None  # None: XHTML, which feedparser prints
    author = language = ""

    def __init__(self, ways: Ways, around: str | None) -> None:
        self.ways, self.around = ways, around

    def item(self) -> Item:
        """Everything once the item has been read."""
        if self.has_inner_title:
            raise UnsureError(Doubt.PLACE)
        title, title_is_html = self.title or ("", False)
        summary, summary_is_html = self.summary or ("", False)
        if summary_is_html is None:
            raise UnsureError(Doubt.TYPE)
        return Item(
            self.link,
            bool(self.stands_in) and self.link == self.id,
            self.original,
            self.id,
            text_of(title, is_html=title_is_html, careful=self.ways.careful),
            self.published,
            self.updated,
            text_of(summary, is_html=summary_is_html, careful=self.ways.careful),
            author_of(self.author) if self.author else None,
            self.language or self.title_language,
        )

    # --- what an element says ---------------------------------------------------------------------

    def take_attributes(self, element: etree._Element, said: Attributes) -> None:
        """Of the item itself: rdf:about of RSS 1.0, HREF and LASTMOD of CDF."""
        self.around = language_in(said, self.around)
        self.id = said.get("rdf:about") or None
        if "lastmod" in said:
            self.updated, self.updated_is_final = self._date(mended(said["lastmod"].strip())), True
        if "href" in said:
            self.link = mended_link(self._address(mended(said["href"].strip()), element))

    def take_title(self, text: str, element: etree._Element, said: Attributes) -> None:
        is_html = _is_html(said, default=False) if said else False
        if self.title_is_final:
            return
        self.title, self.title_language = (text, is_html), language_in(said, self.around)
        self.title_is_final, self.has_inner_title = bool(text), False

    def take_inner_title(self, text: str, element: etree._Element, said: Attributes) -> None:
        """Of a picture or a film: never final."""
        was_final = self.title_is_final
        self.take_title(text, element, said)
        self.title_is_final = was_final

    def take_link(self, text: str, element: etree._Element, said: Attributes) -> None:
        if "href" not in said:
            address = self._address(text, element)
            self.link = mended_link(address) if "&" in address else address
        elif _leads_to_the_story(said):
            self.link = self._address(said["href"], element)
        if "url" in said or "uri" in said:
            raise UnsureError(Doubt.ADDRESS)

    def take_id(self, text: str, element: etree._Element, said: Attributes) -> None:
        is_address = said.get("ispermalink", "true") == "true"
        self.id = self._address(text, element) if is_address else text
        if self.stands_in is None:
            self.stands_in = is_address and self.link is None
        if is_address and self.link is None:
            self.link = self.id

    def take_original(self, text: str, element: etree._Element, said: Attributes) -> None:
        self.original = None if said else text  # with attributes, feedparser loses it

    def take_published(self, text: str, element: etree._Element, said: Attributes) -> None:
        self.published = self._date(text)

    def take_updated(self, text: str, element: etree._Element, said: Attributes) -> None:
        updated = self._date(text)
        if not self.updated_is_final:
            self.updated = updated

    def take_language(self, text: str, element: etree._Element, said: Attributes) -> None:
        self.language = text

    def take_summary(self, text: str, element: etree._Element, said: Attributes) -> None:
        self._take_summary(text, _is_html(said, default=False) if said else False)

    def take_description(self, text: str, element: etree._Element, said: Attributes) -> None:
        self._take_summary(text, _is_html(said, default=True) if said else True)

    def _take_summary(self, text: str, is_html: bool) -> None:
        if self.summary is not None and not self.has_content:
            self.has_content = True  # feedparser files a second summary under contents
        else:
            self.summary = text, is_html

    def take_abstract(self, text: str, element: etree._Element, said: Attributes) -> None:
        self.summary = text, _is_html(said, default=False)

    # --- what an element with others in it says ---------------------------------------------------

    def take_author(self, text: str, element: etree._Element, said: Attributes) -> None:
        if not len(element):
            self.author = text
            return
        found = {_part_of_author(part): part.text for part in element.iterchildren()}
        name, mail = (found.get("name") or "").strip(), (found.get("email") or "").strip()
        if element.text and not element.text.isspace():
            raise UnsureError(Doubt.MARKUP)
        if self.author and ("@" in self.author or not name):  # feedparser mixes the two
            raise UnsureError(Doubt.MARKUP)
        self.author = f"{name} ({mail})" if name and mail else name or mail

    def take_content(self, text: str, element: etree._Element, said: Attributes) -> None:
        self._take_content(text, element, {"type": "text", **said})

    def take_encoded(self, text: str, element: etree._Element, said: Attributes) -> None:
        self._take_content(text, element, {"type": "html", **said})

    def _take_content(self, text: str, element: etree._Element, said: Attributes) -> None:
        kind = said["type"].lower()
        self.has_content = True
        content: tuple[str, bool | None] | None = None  # a picture, or another file
        if self.ways.mend and len(element):
            content = self.inside(element), False
        elif kind in _XHTML:
            if not is_quiet(element):
                raise UnsureError(Doubt.PLACE)
            content = "", None
        elif len(element):
            raise UnsureError(Doubt.MARKUP)
        elif kind in _IS_HTML and self.summary is None:
            content = text, _is_html(said, default=False)
        self.summary = self.summary or content

    def pass_source(self, text: str, element: etree._Element, said: Attributes) -> None:
        """Whence the item came; after it feedparser takes a second title."""
        inside = map(handler_of, element.iterdescendants())
        if Entry.pass_source in inside or not is_harmless(element):
            raise UnsureError(Doubt.PLACE)
        self.title_is_final = False

    def pass_image(self, text: str, element: etree._Element, said: Attributes) -> None:
        """After which feedparser takes a second title, too."""
        if not is_quiet(element):
            raise UnsureError(Doubt.PLACE)
        self.title_is_final = False

    def pass_text(self, text: str, element: etree._Element, said: Attributes) -> None:
        """A text that is of no use here."""
        is_xhtml = said.get("type", "").lower() in _XHTML
        if len(element) and not (is_xhtml and is_quiet(element)):
            raise UnsureError(Doubt.PLACE)

    def refuse(self, text: str, element: etree._Element, said: Attributes) -> None:
        raise UnsureError(Doubt.NAME)

    def look_inside(self, element: etree._Element) -> None:
        """Of what says nothing itself, such as media:content."""
        for inside in element.iterdescendants():
            handler = handler_of(inside)
            if handler is Entry.take_inner_title:
                self.has_inner_title = not self.title_is_final
            elif handler:
                raise UnsureError(Doubt.PLACE)

    # --- texts, addresses and dates ---------------------------------------------------------------

    def inside(self, element: etree._Element) -> str:
        """The text of an element that should have no others in it."""
        if not self.ways.mend:
            raise UnsureError(Doubt.MARKUP)
        return mended("".join(map(str, element.itertext())).strip())

    def _address(self, value: str, element: etree._Element) -> str:
        if self.ways.based and not _ABSOLUTE.fullmatch(value):
            if not self.ways.mend:
                raise UnsureError(Doubt.ADDRESS)
            value = joined(element.base or "", value)
        return mended_address(value) if ":///" in value else value

    def _date(self, printed: str) -> Moment | None:
        known = known_moment(printed, self.ways.zone)
        if known or not printed:
            return known
        if not self.ways.mend:
            raise UnsureError(Doubt.DATE)
        return moment(printed, None, self.ways.zone)


def _is_html(said: Attributes, *, default: bool) -> bool:
    kind = said.get("type")
    is_html = default if kind is None else _IS_HTML.get(kind.lower())
    if is_html is None or said.get("mode", "xml") not in ("xml", "escaped"):
        raise UnsureError(Doubt.TYPE)
    return is_html


def _leads_to_the_story(said: Attributes) -> bool:
    relation, kind = said.get("rel", "alternate"), said.get("type", "text/html")
    return relation.lower() == "alternate" and kind.lower() in _LEADS_TO_HTML


def _part_of_author(part: etree._Element) -> str:
    """``name``, ``email``, or what is of no use; nothing that feedparser takes for a name."""
    kind, tail = name_of(part), part.tail
    stray = (tail and not tail.isspace()) or (kind not in _PARTS_OF_AUTHOR and part.text)
    if stray or len(part) or kind in HANDLERS:
        raise UnsureError(Doubt.MARKUP)
    return kind


# --- which element says what ----------------------------------------------------------------------

_SAID_BY: dict[Handler, str] = {
    Entry.take_title: "title dc_title",
    Entry.take_inner_title: "media_title",
    Entry.take_link: "link",
    Entry.take_original: "feedburner_origlink",
    Entry.take_id: "id guid",
    Entry.take_published: "pubdate published issued dcterms_issued",
    Entry.take_updated: "updated modified lastbuilddate dc_date dcterms_modified",
    Entry.take_author: "author managingeditor dc_author dc_creator itunes_author",
    Entry.take_summary: "summary itunes_summary",
    Entry.take_abstract: "abstract",
    Entry.take_description: "description dc_description media_description",
    Entry.take_content: "content",
    Entry.take_encoded: "content_encoded fullitem",
    Entry.take_language: "language dc_language",
    Entry.pass_source: "source",
    Entry.pass_image: "image textinput",
    Entry.pass_text: "subtitle itunes_subtitle tagline rights dc_rights copyright info"
    " feedburner_browserfriendly",
    # What nests, and names under which feedparser keeps what it makes of other elements.
    Entry.refuse: "item entry channel feed rss body xhtml_body svg date links authors guidislink",
}
HANDLERS = {name: handler for handler, names in _SAID_BY.items() for name in names.split()}
NESTED = {  # of whose elements others may stand in
    *(Entry.take_author, Entry.take_content, Entry.take_encoded, Entry.pass_source),
    *(Entry.pass_image, Entry.pass_text, Entry.refuse),
}
_OF_ITEMS_ALONE = (
    *(Entry.refuse, Entry.take_language),
    *(Entry.take_summary, Entry.take_content, Entry.take_encoded),  # the next item feels them
)
_TEXTS = (
    *(Entry.take_title, Entry.take_inner_title, Entry.take_summary, Entry.take_description),
    *(Entry.take_abstract, Entry.pass_text),
)


def handler_of(element: etree._Element) -> Handler | None:
    """Who takes this element; None for what says nothing that we use."""
    name = name_of(element)
    kept = name.endswith(("_detail", "_parsed"))
    return Entry.refuse if kept else HANDLERS.get(name)


def is_quiet(element: etree._Element) -> bool:
    """Whether nothing inside says anything of the item."""
    return HANDLERS.keys().isdisjoint(map(name_of, element.iterdescendants()))


def is_harmless(element: etree._Element) -> bool:
    """Whether feedparser makes the same of items with this element beside them or about them."""
    handlers = ((inside, handler_of(inside)) for inside in element.iter())
    return not any(
        handler in _OF_ITEMS_ALONE or (handler in _TEXTS and len(inside))
        for inside, handler in handlers
    )
