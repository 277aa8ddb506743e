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
from monitor.discover.feedfaults import mended, mended_address, mended_link
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

Handler = Callable[["Entry", Any, Attributes], None]


class Ways(NamedTuple):
    """How the items of a feed are read."""

    zone: ZoneInfo | None  # of times without an offset
    mend: bool  # take what can be had where others are not sure
    based: bool  # an xml:base somewhere, which feedparser forgets too late
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

    def __init__(self, feed: Ways, around: str | None) -> None:
        self.zone, self.mend, self.based, self.spoilt = feed
        self.around = around

    def item(self) -> Item:
        """Everything once the item has been read."""
        if self.has_inner_title and self.title is None:
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
            text_of(title, is_html=title_is_html),
            self.published,
            self.updated,
            text_of(summary, is_html=summary_is_html),
            author_of(self.author) if self.author else None,
            self.language or self.title_language,
        )

    # --- what an element says ---------------------------------------------------------------------

    def take_attributes(self, said: Attributes) -> None:
        """Of the item itself: rdf:about of RSS 1.0, HREF and LASTMOD of CDF."""
        self.around = language_in(said, self.around)
        self.id = said.get("rdf:about") or None
        if "lastmod" in said:
            self.updated, self.updated_is_final = self._date(mended(said["lastmod"].strip())), True
        if "href" in said:
            self.link = mended_link(self._address(mended(said["href"].strip())))

    def take_title(self, element: etree._Element, said: Attributes) -> None:
        text = self._text(element)
        is_html = _is_html(said, default=False)
        if self.title_is_final:
            return
        self.title, self.title_language = (text, is_html), language_in(said, self.around)
        self.title_is_final = bool(text)

    def take_inner_title(self, element: etree._Element, said: Attributes) -> None:
        """Of a picture or a film: never final."""
        was_final = self.title_is_final
        self.take_title(element, said)
        self.title_is_final = was_final

    def pass_source(self, element: etree._Element, said: Attributes) -> None:
        """Whence the item came; after it feedparser takes a second title."""
        inside = map(handler_of, element.iterdescendants())
        if Entry.pass_source in inside or not is_harmless(element):
            raise UnsureError(Doubt.PLACE)
        self.title_is_final = False

    def pass_image(self, element: etree._Element, said: Attributes) -> None:
        """After which feedparser takes a second title, too."""
        if not is_quiet(element):
            raise UnsureError(Doubt.PLACE)
        self.title_is_final = False

    def take_link(self, element: etree._Element, said: Attributes) -> None:
        if "url" in said or "uri" in said:
            raise UnsureError(Doubt.ADDRESS)
        if "href" not in said:
            text = self._address(self._text(element))
            self.link = mended_link(text) if "&" in text else text
        elif len(element):
            raise UnsureError(Doubt.MARKUP)
        elif _leads_to_the_story(said):
            self.link = self._address(said["href"])

    def take_id(self, element: etree._Element, said: Attributes) -> None:
        is_address = said.get("ispermalink", "true") == "true"
        value = self._text(element)
        self.id = self._address(value) if is_address else value
        if self.stands_in is None:
            self.stands_in = is_address and self.link is None
        if is_address and self.link is None:
            self.link = self.id

    def take_original(self, element: etree._Element, said: Attributes) -> None:
        text = self._text(element)
        self.original = None if said else text  # with attributes, feedparser loses it

    def take_published(self, element: etree._Element, said: Attributes) -> None:
        self.published = self._date(self._text(element))

    def take_updated(self, element: etree._Element, said: Attributes) -> None:
        updated = self._date(self._text(element))
        if not self.updated_is_final:
            self.updated = updated

    def take_language(self, element: etree._Element, said: Attributes) -> None:
        self.language = self._text(element)

    def take_author(self, element: etree._Element, said: Attributes) -> None:
        if not len(element):
            self.author = self._text(element)
            return
        if element.text and not element.text.isspace():
            raise UnsureError(Doubt.MARKUP)
        found = {"name": "", "email": ""}
        for part in element.iterchildren():
            found[_part_of_author(part)] = (part.text or "").strip()
        name, mail = found["name"], found["email"]
        if self.author and ("@" in self.author or not name):  # feedparser mixes the two
            raise UnsureError(Doubt.MARKUP)
        self.author = f"{name} ({mail})" if name and mail else name or mail

    def take_summary(self, element: etree._Element, said: Attributes) -> None:
        self._take_summary(element, _is_html(said, default=False))

    def take_description(self, element: etree._Element, said: Attributes) -> None:
        self._take_summary(element, _is_html(said, default=True))

    def _take_summary(self, element: etree._Element, is_html: bool) -> None:
        text = self._text(element)
        if self.summary is not None and not self.has_content:
            self.has_content = True  # feedparser files a second summary under contents
        else:
            self.summary = text, is_html

    def take_abstract(self, element: etree._Element, said: Attributes) -> None:
        self.summary = self._text(element), _is_html(said, default=False)

    def take_content(self, element: etree._Element, said: Attributes) -> None:
        self._take_content(element, {"type": "text", **said})

    def take_encoded(self, element: etree._Element, said: Attributes) -> None:
        self._take_content(element, {"type": "html", **said})

    def _take_content(self, element: etree._Element, said: Attributes) -> None:
        kind = said["type"].lower()
        self.has_content = True
        text: tuple[str, bool | None] | None = None  # a picture, or another file
        if kind in _XHTML:
            if not (self.mend or is_quiet(element)):
                raise UnsureError(Doubt.PLACE)
            text = (self._text(element), False) if self.mend else ("", None)
        elif len(element) and not self.mend:
            raise UnsureError(Doubt.MARKUP)
        elif kind in _IS_HTML and self.summary is None:
            text = self._text(element), _is_html(said, default=False)
        self.summary = self.summary or text

    def pass_text(self, element: etree._Element, said: Attributes) -> None:
        """A text that is of no use here."""
        is_xhtml = said.get("type", "").lower() in _XHTML
        if len(element) and not (is_xhtml and is_quiet(element)):
            raise UnsureError(Doubt.PLACE)

    def look_inside(self, element: etree._Element) -> None:
        """Of what says nothing itself, such as media:content."""
        for inside in element.iterdescendants():
            handler = handler_of(inside)
            if handler is Entry.take_inner_title:
                self.has_inner_title = True
            elif handler:
                raise UnsureError(Doubt.PLACE)

    def refuse(self, element: etree._Element, said: Attributes) -> None:
        raise UnsureError(Doubt.NAME)

    # --- texts and dates --------------------------------------------------------------------------

    def _text(self, element: etree._Element) -> str:
        if len(element):
            return mended(self._text_inside(element))
        text = (element.text or "").strip()
        return mended(text) if self.spoilt and not text.isascii() else text

    def _text_inside(self, element: etree._Element) -> str:
        if not self.mend:
            raise UnsureError(Doubt.MARKUP)
        return "".join(map(str, element.itertext())).strip()

    def _address(self, value: str) -> str:
        if self.based and not _ABSOLUTE.fullmatch(value):
            raise UnsureError(Doubt.ADDRESS)
        return mended_address(value) if ":///" in value else value

    def _date(self, printed: str) -> Moment | None:
        known = known_moment(printed, self.zone)
        if known is None and printed:
            if not self.mend:
                raise UnsureError(Doubt.DATE)
            return moment(printed, None, self.zone)
        return known


def _is_html(said: Attributes, *, default: bool) -> bool:
    if not said:
        return default
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
    kind = name_of(part)
    stray = "" if kind in _PARTS_OF_AUTHOR else part.text or ""
    if (stray + (part.tail or "")).strip() or len(part) or kind in HANDLERS:
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
