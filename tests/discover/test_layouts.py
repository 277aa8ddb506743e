"""Listing pages in the layouts of the sites that ship, read without a selector.

A page in ``layouts/`` begins with a comment: its address, its charset, then a line for each story
in it, its day as far as the page tells it (- for none) and its address. The words are invented;
addresses, elements and classes are of the form that those sites use.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urljoin

import pytest

from monitor.discover import PageSource
from tests.discover.tools import Shelf, fetched

_FOLDER = Path(__file__).parent / "layouts"
_PAGES = {path.stem: path.read_text("utf-8") for path in sorted(_FOLDER.glob("*.html"))}


@pytest.mark.parametrize("page", _PAGES.values(), ids=_PAGES)
async def test_the_stories_of_a_layout_are_found_and_nothing_else(page: str) -> None:
    said, html = page.removeprefix("<!-- ").split("\n-->\n", 1)
    url, charset, *stories = said.splitlines()
    links = await PageSource(url=url).links(fetched(html.encode(charset), url), Shelf().get)
    found = {link.url: str(link.published or "-") for link in links}
    expected = [story.rsplit(" ", 1) for story in stories]
    assert found == {urljoin(url, end): day for day, end in expected}
    assert all(link.title and len(link.title) > 8 for link in links)


def test_there_are_layouts() -> None:
    assert len(_PAGES) >= 15
