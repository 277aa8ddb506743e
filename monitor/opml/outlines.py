"""The outlines of an OPML file, whoever wrote it: nothing outside is read, and all is bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5
from io import BytesIO
from typing import Any

from lxml import etree

from monitor.errors import ConfigError, Problem
from monitor.text import one_line

MAX_BYTES = 10 * 2**20
MOST_OUTLINES = 50_000
MOST_FOLDERS = 32  # within one another
LONGEST_NAME = 200  # characters


@dataclass(slots=True)
class Outline:
    """One element, and the names of the folders around it, from the outermost."""

    line: int
    attributes: dict[str, str]  # by name, in lower case: writers do not agree on xmlUrl
    folders: tuple[str, ...]
    is_leaf: bool = True

    @property
    def name(self) -> str:
        said = self.attributes.get("text") or self.attributes.get("title") or ""
        return one_line(said, LONGEST_NAME)


def outlines(body: bytes, file: str) -> Iterator[Outline]:
    """Each outline once it ends. Raises ConfigError for what is no OPML, or too much of it."""
    if len(body) > MAX_BYTES:
        raise _refused(file, f"larger than {MAX_BYTES // 2**20} MiB: split it")
    if re.match(rb"\s*<(?:!doctype\s+)?html", body[:100], re.IGNORECASE):
        raise _refused(file, "an HTML page, not OPML")
    if b"<!ENTITY" in body.replace(b"\0", b"").upper():
        raise _refused(file, "declares entities: refused as an attack")
    around: list[Outline] = []
    number = 0
    try:
        for event, element in _elements(_mended(body)):
            _check_root(element, file)
            if _local_name(element).lower() != "outline":
                continue
            if event == "start":
                number += 1
                _check_size(number, len(around), file)
                around.append(_opened(element, around))
            else:
                yield around.pop()
                _forget(element)
    except etree.XMLSyntaxError as error:
        message = one_line(error.msg.partition(", line ")[0], 150)
        raise ConfigError(
            [Problem(file, error.lineno or None, "", f"not XML: {message}")]
        ) from error


def _elements(body: bytes) -> Iterator[tuple[str, Any]]:
    """Every element when it starts and when it ends; libxml2's own bounds hold."""
    found: Iterator[tuple[str, Any]] = etree.iterparse(
        BytesIO(body),
        events=("start", "end"),
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
        remove_comments=True,
        remove_pis=True,
    )
    return found


def _opened(element: Any, around: list[Outline]) -> Outline:
    folders: tuple[str, ...] = ()
    if around:
        above = around[-1]
        above.is_leaf = False
        is_folder = above.name and "xmlurl" not in above.attributes
        folders = (*above.folders, above.name) if is_folder else above.folders
    attributes = {
        name if name.startswith("{") else name.lower(): one_line(value)
        for name, value in element.attrib.items()
    }
    return Outline(element.sourceline, attributes, folders)


def _forget(element: Any) -> None:
    """Let go of what has been read: as a tree, a list takes many times its size."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _check_root(element: Any, file: str) -> None:
    if element.getparent() is None and _local_name(element).lower() != "opml":
        root = one_line(_local_name(element), 30)
        hint = "`monitor source add URL` takes feeds and sites"
        raise _refused(file, f"the root is <{root}>, not <opml>: {hint}")


def _local_name(element: Any) -> str:
    name: str = element.tag
    return name.rpartition("}")[2]


def _check_size(number: int, depth: int, file: str) -> None:
    if number > MOST_OUTLINES:
        raise _refused(file, f"more than {MOST_OUTLINES:,} outlines: split it")
    if depth > MOST_FOLDERS:
        raise _refused(file, f"folders within folders too deep, allowed: {MOST_FOLDERS}")


def _refused(file: str, message: str) -> ConfigError:
    return ConfigError([Problem(file, None, "", message)])


_BARE = re.compile(rb"&(?!#[0-9]{1,7};|#x[0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)")
_NAMED = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_OF_XML = (b"amp", b"lt", b"gt", b"quot", b"apos")


def _mended(body: bytes) -> bytes:
    """``body`` without what people's lists suffer from most: bare ``&``, and names of HTML.

    In UTF-16 a zero stands beside each ``&``, and nothing is mended.
    """
    if b"\0" in body[:4]:
        return body
    return _NAMED.sub(_as_number, _BARE.sub(b"&amp;", body.lstrip(b" \t\r\n")))


def _as_number(found: re.Match[bytes]) -> bytes:
    if found[1] in _OF_XML:
        return found[0]
    characters = html5.get(f"{found[1].decode('ascii')};")
    if characters is None:  # not one of HTML either: it was meant as it stands
        return b"&amp;" + found[0][1:]
    return "".join(f"&#{ord(character)};" for character in characters).encode("ascii")
