"""Stories that stand in scripts alone."""

from __future__ import annotations

import json
import time

import pytest

from monitor.errors import ParseError
from monitor.parse.scripted import find_scripted
from tests.parse.pages import LONG, LONG_BODY, parse

HEAD = "<title>Bridge opens after two years of work</title><h1>Bridge opens after two years</h1>"

PLAIN = "\n\n".join(LONG)
PUSHED = "23:" + json.dumps({"html": LONG_BODY})
METADATA = {"@type": "NewsArticle", "headline": "Bridge opens", "articleBody": "\n".join(LONG)}


def scripts() -> list[str]:
    data = json.dumps({"props": {"story": {"contentHtml": LONG_BODY, "title": "x"}}})
    return [
        f"<script>window.__DATA__ = {data}</script>",
        f"<script>self.__next_f.push({data.replace('<', chr(92) + 'u003c')})</script>",
        f"<script type='text/template'>{LONG_BODY}</script>",
        f'<script id=story type="text/x-handlebars">{LONG_BODY}</script>',
        f"<script>window.story = {json.dumps({'text': PLAIN})}</script>",
        f"<script type='application/ld+json'>{json.dumps(METADATA)}</script>",
        f"<script>self.__next_f.push([1,{json.dumps(PUSHED)}])</script>",
    ]


IDS = ["data", "escaped", "template", "handlebars", "plain", "json-ld", "pushed"]


@pytest.mark.parametrize("script", scripts(), ids=IDS)
def test_a_story_in_a_script_is_read_where_the_page_shows_none(script: str) -> None:
    assert parse(f"{HEAD}<div id=root></div>{script}".encode()).body == LONG


def test_what_the_page_shows_goes_first() -> None:
    other = scripts()[0].replace("river", "sea")
    assert parse(f"{HEAD}<div>{LONG_BODY}</div>{other}".encode()).body == LONG


def test_a_short_body_in_the_metadata_is_read_where_the_page_shows_none() -> None:
    said = "The bridge over the river opened on Monday, two years after work on it began."
    data = json.dumps({"@type": "NewsArticle", "headline": "Bridge opens", "articleBody": said})
    html = f"{HEAD}<script type='application/ld+json'>{data}</script><p>Loading, please wait.</p>"
    assert parse(html.encode()).body == (said,)


def test_strings_without_paragraphs_are_no_story() -> None:
    data = json.dumps({"text": " ".join(LONG) * 5})
    with pytest.raises(ParseError, match="no body"):
        parse(f"{HEAD}<script>{data}</script>".encode())


@pytest.mark.parametrize(
    "text",
    [
        '"<p>' * 500_000,
        "<script type='text/template'>" * 50_000,
        '"' + "\\" * 2_000_000,
        '"' + '\\"' * 1_400_000,
    ],
    ids=["quotes", "templates", "backslashes", "quoted quotes"],
)
def test_hostile_scripts_end_soon(text: str) -> None:
    start = time.process_time()
    find_scripted(text)
    assert time.process_time() - start < 10  # a quadratic search takes minutes
