"""From feeds to a list that other readers take."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from lxml import etree

from monitor.opml import ENABLED, ID, NAMESPACE, Subscription
from monitor.text import one_line

Folders = dict[tuple[str, ...], Any]  # the element for feeds of these tags


def write_opml(feeds: Iterable[Subscription], title: str, created: datetime) -> bytes:
    """OPML 2.0 in UTF-8; feeds of the same tags stand in one folder, within one for each tag."""
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"monitor": NAMESPACE})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = _printable(title)
    etree.SubElement(head, "dateCreated").text = format_datetime(created)
    folders: Folders = {(): etree.SubElement(root, "body")}
    for feed in feeds:
        etree.SubElement(_folder(feed.tags, folders), "outline", _attributes(feed))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _folder(tags: tuple[str, ...], folders: Folders) -> Any:
    if tags not in folders:
        name = _printable(tags[-1])
        above = _folder(tags[:-1], folders)
        folders[tags] = etree.SubElement(above, "outline", {"text": name, "title": name})
    return folders[tags]


def _attributes(feed: Subscription) -> dict[str, str]:
    said = {
        "type": "rss",
        "text": feed.name,
        "title": feed.name,
        "xmlUrl": feed.url,
        "htmlUrl": feed.site,
        "language": feed.language,
        ID: feed.id,
        ENABLED: None if feed.enabled else "false",
    }
    return {name: _printable(value) for name, value in said.items() if value}


def _printable(text: str) -> str:
    """``text`` without what XML 1.0 cannot hold."""
    return one_line(re.sub("[\ufffe\uffff]", "", text))
