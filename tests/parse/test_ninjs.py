"""ninjs 3.0: the names and types of the IPTC's schema, and nothing that the page did not say.

The schema itself is the IPTC's (CC BY 4.0). Where ``MONITOR_NINJS_SCHEMA`` names a copy of
https://iptc.org/std/ninjs/ninjs-schema_3.0.json, it judges too.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from monitor.models import Article, Dateline
from monitor.parse import to_ninjs
from tests.parse.articles import BARE, FULL, URL, with_

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "samples").rglob("expected/**/*.json"))
OFFICIAL = os.environ.get("MONITOR_NINJS_SCHEMA", "")

TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
ADDRESS = TEXT | {"pattern": r"^[a-z][a-z0-9+.-]*:[!-~]+$"}  # a URI is ASCII without blanks
INSTANT = TEXT | {"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}


def _object(required: str, **properties: dict[str, Any]) -> dict[str, Any]:
    shape = {"type": "object", "properties": properties, "required": required.split()}
    return shape | {"additionalProperties": False}


def _list(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": 1}


COUNT = {"type": "integer", "minimum": 1}
WORDS = _object("value", role=TEXT, contentType=TEXT, value=TEXT)
BODY = _object("value", role=TEXT, contentType=TEXT, charCount=COUNT, value=TEXT)
RENDITION = _object("name", name=TEXT, href=ADDRESS)
PICTURE = {
    "name": TEXT,
    "uri": ADDRESS,
    "type": {"const": "picture"},
    "renditions": _list(RENDITION),
}
OWN = _object(
    "uri standard type headlines",
    uri=ADDRESS,
    standard=_object("name version schema", name=TEXT, version=TEXT, schema=ADDRESS),
    type={"const": "text"},
    firstCreated=INSTANT,
    versionCreated=INSTANT,
    contentCreated=INSTANT,
    language=TEXT,
    headlines=_list(WORDS),
    bodies=_list(BODY),
    by=TEXT,
    located=TEXT,
    infoSources=_list(_object("name", name=TEXT, role=TEXT)),
    subjects=_list(_object("name", name=TEXT, rel=TEXT)),
    associations=_list(_object("name uri", **PICTURE)),
    altIds=_list(_object("value", role=TEXT, value=TEXT)),
    edNote=TEXT,
)


def complaints(article: Article) -> Iterator[str]:
    item = json.loads(json.dumps(to_ninjs(article)))
    schemas = [OWN]
    if OFFICIAL:
        schemas.append(json.loads(Path(OFFICIAL).read_text("utf-8")))
    for schema in schemas:
        for error in jsonschema.Draft202012Validator(schema).iter_errors(item):
            yield error.message


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: "/".join(path.parts[-3:]))
def test_samples_are_valid(path: Path) -> None:
    assert list(complaints(Article.model_validate_json(path.read_bytes()))) == []


@pytest.mark.parametrize(
    "article",
    [
        FULL,
        BARE,
        with_(url="", canonical=None),
        with_(url="file:///tmp/新 闻.html", canonical=None),
        with_(canonical="https://新闻.example/100%/a%20b"),
        with_(body=()),
        with_(dateline=Dateline(agency="AFP"), published=dt.date(2026, 11, 17)),
        with_(published=dt.datetime(2026, 11, 17, 20, 5)),  # noqa: DTZ001 - without an offset
    ],
)
def test_whatever_is_there_or_not_it_is_valid(article: Article) -> None:
    assert list(complaints(article)) == []


def test_the_checks_find_mistakes() -> None:
    checker = jsonschema.Draft202012Validator(OWN)
    item = to_ninjs(FULL)
    for wrong in ({"versionCreated": "2026-11-18"}, {"byline": "Li Na"}, {"uri": "新闻"}):
        assert not checker.is_valid(item | wrong)


def test_all_that_an_article_says_is_there() -> None:
    item = to_ninjs(FULL)
    assert item["uri"] == URL
    assert item["altIds"] == [{"role": "url", "value": f"{URL}?from=rss"}]
    assert item["firstCreated"] == item["contentCreated"] == "2026-11-17T20:05:00+08:00"
    assert item["versionCreated"] == "2026-11-18T09:30:00+08:00"
    assert item["headlines"][0]["value"] == FULL.title
    assert item["bodies"][0]["value"] == "\n\n".join(FULL.body)
    assert item["bodies"][0]["charCount"] == len("\n\n".join(FULL.body))
    assert item["by"] == "Li Na, Bounmy Keo"
    assert (item["located"], item["language"]) == ("VIENTIANE", "en")
    names = [(party["name"], party["role"]) for party in item["infoSources"]]
    assert names == [("Xinhua", "source"), ("news.example", "publisher")]
    assert [subject["name"] for subject in item["subjects"]] == ["Business", "bridge", "Boten"]
    assert item["associations"][0]["uri"] == "https://img.news.example/%E6%A1%A5.jpg"
    assert "edNote" not in item


def test_what_is_not_known_is_left_out() -> None:
    assert to_ninjs(BARE).keys() == {"standard", "uri", "type", "headlines", "bodies"}


def test_a_day_is_given_no_time_of_day() -> None:
    item = to_ninjs(with_(updated=dt.date(2026, 11, 18)))
    assert item["firstCreated"] == "2026-11-17T20:05:00+08:00"
    assert "versionCreated" not in item  # an older moment would deny the change
    assert item["edNote"] == "Updated: 2026-11-18 (as precise as the page says)"


def test_a_page_without_an_address_has_a_name_all_the_same() -> None:
    first, again = (to_ninjs(with_(url="", canonical=None))["uri"] for _ in range(2))
    assert first == again
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", first)
    assert to_ninjs(with_(url="", canonical=None, title="Other"))["uri"] != first
