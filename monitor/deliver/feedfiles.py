"""Feeds as files: JSON Feed 1.1, which is read again, and Atom (RFC 4287), made from it."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, SubElement, tostring

from monitor.deliver.feedentries import Item, urn
from monitor.deliver.payload import to_json

log = logging.getLogger(__name__)

VERSION = "https://jsonfeed.org/version/1.1"
ATOM = "http://www.w3.org/2005/Atom"
LARGEST = 32 * 2**20  # bytes of a file that is read again: 500 items at their longest fit
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0 §2.2
_NEEDED = ("id", "title", "content_html", "date_published")


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed of a folder, and the files that hold it."""

    folder: Path
    name: str  # of its files, without .atom and .json
    title: str
    base: str | None = None  # the address under which the folder is served

    def add(self, items: Sequence[Item], most: int) -> None:
        """Put ``items`` before those that are there, each id once; keep ``most`` of them.

        Raises OSError.
        """
        new = {item["id"] for item in items}
        kept = [item for item in self._read() if item["id"] not in new]
        every = sorted([*items, *kept], key=_published, reverse=True)[:most]
        replace(self._path("json"), to_json(self._as_json(every)).encode())
        replace(self._path("atom"), self._as_atom(every))

    def _path(self, ending: str) -> Path:
        return self.folder / f"{self.name}.{ending}"

    def _read(self) -> list[Item]:
        """What the file holds; one that this program did not write so is set aside."""
        path = self._path("json")
        try:
            return _items(json.loads(_bounded(path)))
        except FileNotFoundError:
            return []
        except (ValueError, RecursionError):  # also of UTF-8 and of JSON
            aside = path.with_suffix(".json.damaged")
            log.warning("%s is damaged: set aside as %s, and begun anew", path, aside.name)
            path.replace(aside)
            return []

    def _as_json(self, items: Sequence[Item]) -> dict[str, Any]:
        said: dict[str, Any] = {"version": VERSION, "title": self.title}
        if self.base:
            said["feed_url"] = self._address("json")
        return said | {"items": list(items)}

    def _as_atom(self, items: Sequence[Item]) -> bytes:
        feed = Element("feed", xmlns=ATOM)
        _text(feed, "id", urn("feed", self.base or self.folder, self.name))
        _text(feed, "title", self.title)
        _text(feed, "updated", items[0]["date_published"])
        _text(SubElement(feed, "author"), "name", "China–Laos monitor")
        if self.base:
            SubElement(feed, "link", rel="self", href=self._address("atom"))
        for item in items:
            _entry(SubElement(feed, "entry"), item)
        written: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
        return written

    def _address(self, ending: str) -> str:
        return urljoin(f"{(self.base or '').rstrip('/')}/", f"{self.name}.{ending}")


def _entry(entry: Element, item: Item) -> None:
    if language := item.get("language"):
        entry.set("xml:lang", _xml(language))
    _text(entry, "id", item["id"])
    _text(entry, "title", item["title"])
    _text(entry, "updated", item["date_published"])
    _text(entry, "published", item["date_published"])
    if url := item.get("url"):
        SubElement(entry, "link", rel="alternate", href=_xml(url))
    for author in item.get("authors", ()):
        _text(SubElement(entry, "author"), "name", author["name"])
    for tag in item.get("tags", ()):
        SubElement(entry, "category", term=_xml(tag))
    _text(entry, "content", item["content_html"]).set("type", "html")


def _text(above: Element, name: str, text: str) -> Element:
    below = SubElement(above, name)
    below.text = _xml(text)
    return below


def _xml(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


def _published(item: Item) -> datetime:
    return datetime.fromisoformat(item["date_published"])


def _bounded(path: Path) -> bytes:
    """Raises ValueError where it is larger than anything that was written."""
    if path.stat().st_size > LARGEST:
        raise ValueError("too large")
    return path.read_bytes()


def _items(data: Any) -> list[Item]:
    """Raises ValueError where it is not what was written."""
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(items, list) or not all(map(_is_item, items)):
        raise ValueError("not a feed of ours")
    return items


def _is_item(item: Any) -> bool:
    if not isinstance(item, dict) or not all(isinstance(item.get(key), str) for key in _NEEDED):
        return False
    authors, tags = item.get("authors", []), item.get("tags", [])
    texts = [item.get("url", ""), item.get("language", "")]
    if not isinstance(authors, list) or not isinstance(tags, list):
        return False
    texts += [*tags, *(each.get("name") if isinstance(each, dict) else None for each in authors)]
    return all(isinstance(text, str) for text in texts) and bool(_published(item).tzinfo)


def replace(path: Path, content: bytes) -> None:
    """Write beside, sync, rename: whoever reads finds the old file or the new one, whole.

    Raises OSError.
    """
    new = path.with_name(f".{path.name}.new")
    try:
        with new.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise
