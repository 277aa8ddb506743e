"""Feeds as readers find them: valid, current, each alert once, whatever happened to the files."""

from __future__ import annotations

import asyncio
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree
from pydantic import ValidationError

from monitor.deliver import Told
from monitor.deliver.feedfiles import LARGEST
from monitor.discover import parse_feed
from tests.builders import NOW, article, match, message
from tests.deliver.tools import collection, config_notice, make, notice, refused, send

ATOM = {"a": "http://www.w3.org/2005/Atom"}
HOSTILE = "\x00\x1b[2J ]]> </entry> <b>\U0001f684</b> &amp; \u202e\u2028 \ud800 \ufffe <script>"


async def fed(folder: Path, *told: Told, **settings: Any) -> Path:
    channel = make("feed", **({"path": "public"} | settings))
    for one in told:
        await send(channel, one, directory=folder)
    return folder / "public"


def every_file(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def items(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_bytes())["items"]
    return found


def entries(path: Path) -> list[Any]:
    """As feedparser, and libxml2 too, read an Atom file."""
    etree.fromstring(path.read_bytes())
    parsed = feedparser.parse(path.read_bytes())
    assert parsed.version == "atom10"
    assert not parsed.bozo
    return list(parsed.entries)


async def test_the_files_are_there_for_all_and_for_each_rule(tmp_path: Path) -> None:
    folder = await fed(tmp_path, message(), message(id="msg_2", rule="debt", label="Debt"))
    names = sorted(path.name for path in folder.iterdir())
    assert names == [
        f"{name}.{ending}" for name in ("all", "debt", "railway") for ending in ("atom", "json")
    ]
    assert len(items(folder / "all.json")) == 2
    assert [item["tags"] for item in items(folder / "debt.json")] == [["Debt"]]
    assert all(path.stat().st_mode & 0o044 == 0o044 for path in folder.iterdir()), "to be served"


async def test_an_entry_says_what_why_and_when(tmp_path: Path) -> None:
    story = article(title="中老铁路 train & co", language="zh", body=("ລົດໄຟ train <b>",))
    told = message(article=story, match=match(story=story, term="train"))
    folder = await fed(tmp_path, told, url="https://embassy.example/feeds/")
    (entry,) = entries(folder / "railway.atom")
    (item,) = items(folder / "railway.json")
    assert entry.id == item["id"]
    assert entry.id.startswith("urn:uuid:")
    assert (entry.title, entry.link) == (story.title, story.url)
    assert entry.updated == entry.published == item["date_published"] == NOW.isoformat()
    assert entry.author == item["authors"][0]["name"] == "Xinhua"
    assert "<p>China–Laos Railway: new story; matched train</p>" in item["content_html"]
    assert "<p>ລົດໄຟ <mark>train</mark> &lt;b&gt;</p>" in item["content_html"]
    head = etree.fromstring((folder / "railway.atom").read_bytes())
    assert head.xpath("string(a:entry/a:content)", namespaces=ATOM) == item["content_html"]
    assert head.xpath("string(a:updated)", namespaces=ATOM) == NOW.isoformat()
    own = head.xpath("string(a:link[@rel='self']/@href)", namespaces=ATOM)
    assert own == "https://embassy.example/feeds/railway.atom"
    whole = json.loads((folder / "railway.json").read_bytes())
    assert whole["version"] == "https://jsonfeed.org/version/1.1"
    assert whole["feed_url"] == "https://embassy.example/feeds/railway.json"


@pytest.mark.parametrize("ending", ["atom", "json"])
async def test_our_own_reader_reads_them(tmp_path: Path, ending: str) -> None:
    later = message(
        id="msg_2", article=article(url="https://x.example/2", title="Two"), revision=2,
        created_at=NOW + timedelta(hours=1), correction=True,
    )  # fmt: skip
    folder = await fed(tmp_path, message(), later)
    address = f"https://x.example/all.{ending}"
    links = parse_feed((folder / f"all.{ending}").read_bytes(), address)
    assert [link.title for link in links] == ["Corrected: Two", message().article.title]
    assert [link.url for link in links] == ["https://x.example/2", message().article.url]
    assert [link.published for link in links] == [NOW + timedelta(hours=1), NOW]


async def test_a_repeat_doubles_nothing(tmp_path: Path) -> None:
    folder = await fed(tmp_path, message(), message(id="msg_2"))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    await fed(tmp_path, message(id="msg_2"), collection(id="msg_3"), collection(id="msg_3"))
    assert len(items(folder / "all.json")) == 4
    assert len(entries(folder / "railway.atom")) == 3
    assert set(before) <= {path.name for path in folder.iterdir()}


async def test_the_last_ones_are_kept_the_newest_first(tmp_path: Path) -> None:
    every = [
        message(id=f"msg_{n}", article=article(title=f"{n}"), created_at=NOW + timedelta(minutes=n))
        for n in (0, 4, 1, 3, 2)
    ]
    folder = await fed(tmp_path, *every, items=3)
    assert [item["title"] for item in items(folder / "all.json")] == ["4", "3", "2"]
    assert [entry.title for entry in entries(folder / "all.atom")] == ["4", "3", "2"]


async def test_notices_are_in_the_feed_of_all(tmp_path: Path) -> None:
    folder = await fed(tmp_path, notice(), config_notice())
    assert sorted(path.name for path in folder.iterdir()) == ["all.atom", "all.json"]
    assert [entry.title for entry in entries(folder / "all.atom")] == [
        "Configuration wrong, the one before stays",
        "Source failing: The Lao Times",
    ]


async def test_nothing_breaks_out(tmp_path: Path) -> None:
    story = article(title=HOSTILE, body=(HOSTILE, "x" * 9_000), source=HOSTILE, url=HOSTILE)
    told = message(
        article=story, rule="../" + HOSTILE, label=HOSTILE, reason=HOSTILE,
        match=match("r", "script", story),
    )  # fmt: skip
    folder = await fed(tmp_path, told)
    assert {path.parent for path in every_file(tmp_path)} == {folder}
    (entry,) = entries(folder / "all.atom")
    html = etree.HTML(items(folder / "all.json")[0]["content_html"])
    assert {element.tag for element in html.iter()} <= {"html", "body", "p", "mark"}
    assert not entry.get("links")
    assert len(items(folder / "all.json")[0]["content_html"]) < 20_000


async def test_a_rule_of_the_name_all_has_files_of_its_own(tmp_path: Path) -> None:
    folder = await fed(tmp_path, message(rule="all"), message(id="msg_2"))
    assert len(items(folder / "all.json")) == 2
    assert len(items(folder / "_all.json")) == 1


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b'{"items": 1}',
        b'{"items": [{"id": "x"}]}',
        b'{"items": [{"id": "x", "title": "x", "content_html": "", "date_published": "now"}]}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b" " * (LARGEST + 1),
    ],
    ids=["empty", "cut", "list", "no items", "half", "no date", "bytes", "deep", "large"],
)
async def test_a_damaged_file_is_set_aside(
    tmp_path: Path, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    folder = await fed(tmp_path, message())
    (folder / "all.json").write_bytes(damage)
    with caplog.at_level(logging.WARNING):
        await fed(tmp_path, message(id="msg_2"))
    assert "is damaged: set aside as all.json.damaged, and begun anew" in caplog.text
    assert (folder / "all.json.damaged").read_bytes() == damage
    assert len(items(folder / "all.json")) == len(entries(folder / "all.atom")) == 1
    assert len(items(folder / "railway.json")) == 2


async def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(8))
    channel = make("feed", path="public")
    every = (send(channel, message(id=f"msg_{n}"), directory=tmp_path) for n in range(20))
    await asyncio.gather(*every)
    assert len(items(tmp_path / "public" / "all.json")) == 20


async def test_half_a_file_of_a_crash_is_written_over(tmp_path: Path) -> None:
    folder = await fed(tmp_path, message())
    (folder / ".all.json.new").write_bytes(b"{")
    await fed(tmp_path, message(id="msg_2"))
    assert len(items(folder / "all.json")) == 2
    assert not (folder / ".all.json.new").exists()


async def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "public").write_text("a file")
    error = await refused(make("feed", path="public"), directory=tmp_path)
    assert error.retryable
    assert str(error).startswith("cannot write feeds in ")


@pytest.mark.parametrize("wrong", [{"path": ""}, {"items": 0}, {"items": 501}, {"url": "ftp://x"}])
def test_wrong_settings(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make("feed", **({"path": "public"} | wrong))
