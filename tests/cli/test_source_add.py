"""`source add`: what a site offers is shown, and the chosen one is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.cli.sourcefile import literal, new_id
from monitor.config import load_config
from monitor.discover.leads import Lead
from monitor.discover.offer import Offer, judged
from tests.builders import NOW, link
from tests.cli.conftest import Monitor, World
from tests.cli.own import take, typing


@pytest.fixture
def file(monitor: Monitor, world: World, tmp_path: Path) -> Path:
    """A sources.yaml in which the Laos Times is not, but comments are."""
    file = take(monitor, world, tmp_path)
    before, _, after = file.read_text("utf-8").partition("  laostimes:")
    file.write_text(
        f"# mine\n{before}{after[after.index('  mekongwire:') :]}\n  # the end\n", "utf-8"
    )
    return file


@pytest.fixture
def site(world: World) -> str:
    return world.sites.addresses["laostimes.example"]


def test_what_is_found_is_shown_and_the_best_is_written(
    monitor: Monitor, file: Path, site: str
) -> None:
    before = file.read_text("utf-8")
    said = monitor("source", "add", f"{site}/", "--yes")
    assert said.status == 0
    first, note, *titles = said.out.splitlines()[:5]
    assert re.fullmatch(rf"1\. feed {site}/feed/index.xml: \d links, newest 2026-11-\S+", first)
    assert note.strip() == "named by the page; full dates"
    assert all(title.startswith("   - ") for title in titles)
    assert f"\n2. page {site}/: " in said.out
    assert said.out.splitlines()[-2:] == [
        f"added laos-times to {file}",
        "Next: monitor source verify laos-times; monitor run takes it up by itself.",
    ]
    assert file.read_text("utf-8") == (
        f"{before}  laos-times:\n    kind: feed\n    name: Laos Times\n"
        f"    url: {site}/feed/index.xml\n    language: en-US\n"
    )
    assert monitor("source", "verify", "laos-times").status == 0


def test_somebody_at_a_terminal_is_asked(
    monitor: Monitor, file: Path, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with typing(monkeypatch, "2\n"):
        said = monitor("source", "add", f"{site}/", "--as", "front-page")
    assert said.status == 0
    assert "Which one" in said.err
    source = load_config(file.parent, {}).sources[-1]
    assert (source.id, source.kind, source.url) == ("front-page", "page", f"{site}/")


def test_nobody_at_a_terminal_must_say_which(monitor: Monitor, file: Path, site: str) -> None:
    before = file.read_bytes()
    said = monitor("source", "add", f"{site}/")
    assert (said.status, "say which with --choose NUMBER, or --yes" in said.err) == (1, True)
    assert said.out.startswith("1. feed ")
    beyond = monitor("source", "add", f"{site}/", "--choose", "99")
    assert (beyond.status, "there is no number 99, but 1 to " in beyond.err) == (1, True)
    assert file.read_bytes() == before


def test_a_dry_run_shows_what_would_be_added(monitor: Monitor, file: Path, site: str) -> None:
    before = file.read_bytes()
    said = monitor("source", "add", f"{site}/", "--kind", "page", "--dry-run")
    assert said.status == 0
    assert f"+    url: {site}/\n" in said.out
    machine = monitor("source", "add", f"{site}/", "--dry-run", "--json").json
    assert machine["id"] == "laos-times"
    assert machine["entry"]["url"] == f"{site}/feed/index.xml"
    assert machine["written"] is False
    assert len(machine["found"][0]["titles"]) == 3
    assert file.read_bytes() == before


def test_a_sitemap_with_dates_becomes_the_archive_of_what_is_added(
    monitor: Monitor, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def found(*_: object) -> list[Offer]:
        feed = [link("https://x.example/1", published=NOW)]
        site = "https://x.example/"
        keys = {"kind": "feed", "url": f"{site}feed"}
        dated = judged(Lead(f"{site}all.xml", "sitemap", "named"), f"{site}all.xml", None, {}, feed)
        return [judged(Lead(f"{site}feed", "feed", "named"), f"{site}feed", "X", keys, feed), dated]

    monkeypatch.setattr("monitor.discover.autodiscover.discover", found)
    words = ("source", "add", "https://x.example/", "--kind", "feed", "--yes")
    assert monitor(*words).status == 0
    assert load_config(file.parent, {}).sources[-1].archive == "https://x.example/all.xml"


def test_one_can_be_chosen_by_its_number(monitor: Monitor, file: Path, site: str) -> None:
    machine = monitor("source", "add", f"{site}/", "--choose", "2", "--json").json
    assert (machine["written"], machine["entry"]["kind"]) == (True, "page")


def test_what_is_watched_already_is_not_added(
    monitor: Monitor, file: Path, site: str, world: World
) -> None:
    assert monitor("source", "add", f"{site}/feed/index.xml", "--yes").status == 0
    before = file.read_bytes()
    again = monitor("source", "add", f"{site}/feed/index.xml#top", "--yes")
    assert (again.status, "is watched already, as laos-times" in again.err) == (1, True)
    best = monitor("source", "add", f"{site}/", "--yes")
    assert best.status == 1
    assert "is watched already, as laos-times: --choose takes another" in best.err
    assert ", watched already as laos-times\n" in best.out
    name = monitor("source", "add", "https://other.example/", "--as", "qiushi")
    assert (name.status, "there is a source qiushi already" in name.err) == (1, True)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["laos.example"], 2, "is no web address: http://… or https://…"),
        (["https://laos.example/", "--kind", "telex"], 2, "allowed: feed, sitemap, page, json"),
        (["http://127.0.0.1:9/"], 1, "127.0.0.1: no connection"),
        (["SITE/", "--kind", "json"], 1, "no json, but feed, page"),
        (["SITE/robots.txt"], 1, "nothing here lists stories; try the address of a section"),
        (["SITE/", "--as", "No Name", "--yes"], 1, "not a name, allowed: at most 64 small letters"),
    ],
)
def test_mistakes_are_one_clear_message(
    monitor: Monitor, file: Path, site: str, words: list[str], status: int, said: str
) -> None:
    before = file.read_bytes()
    result = monitor("source", "add", *(word.replace("SITE", site) for word in words))
    assert result.status == status
    assert said in " ".join(result.err.replace("│", " ").split())
    assert file.read_bytes() == before


def test_an_empty_feed_is_taken_by_its_number_alone(
    monitor: Monitor, file: Path, site: str, world: World
) -> None:
    feed = world.config.parent / "www" / "laostimes.example" / "empty.xml"
    feed.write_text('<rss version="2.0"><channel><title>Laos</title></channel></rss>', "utf-8")
    refused = monitor("source", "add", f"{site}/empty.xml", "--yes")
    taken = monitor("source", "add", f"{site}/empty.xml", "--choose", "1")
    feed.unlink()
    assert (refused.status, "nothing here lists stories now" in refused.err) == (1, True)
    assert taken.status == 0


HOSTILE = """<rss version="2.0"><channel><title>${HOME} \x9b31m: [x]</title>
<item><title>One \x9b31m</title><link>%s/2026/a</link></item></channel></rss>"""


def test_a_strangers_title_is_text_and_nothing_else(
    monitor: Monitor, file: Path, site: str, world: World
) -> None:
    feed = world.config.parent / "www" / "laostimes.example" / "hostile.xml"
    feed.write_text(HOSTILE % site, "utf-8")
    said = monitor("source", "add", f"{site}/hostile.xml", "--yes", "--as", "hostile")
    feed.unlink()
    assert said.status == 0
    assert not {"\x1b", "\x9b"} & set(said.out)
    source = load_config(file.parent, {}).sources[-1]  # no HOME in this environment
    assert source.name == "${HOME}  31m: [x]"


@pytest.mark.parametrize(
    ("title", "url", "name"),
    [
        ("Vientiane Times", "https://x.example/", "vientiane-times"),
        ("People's Daily — World", "https://x.example/", "peoples-daily-world"),
        ("Télé Liban", "https://x.example/", "tele-liban"),
        ("人民网", "http://www.people.com.cn/rss", "people-com-cn"),
        ("ປະຊາຊົນ RSS", "https://pasaxon.org.la/", "pasaxon-org-la"),
        ("VOA ລາວ", "https://lao.voanews.com/", "voa"),
        ("", "https://[::1]:8080/", "1"),
        ("x" * 100, "https://x.example/", "x" * 64),
        ("Taken", "https://x.example/", "taken-3"),
        ("t" * 64, "https://x.example/", "t" * 62 + "-2"),
        ("§", "https://§/", "source"),
    ],
)
def test_an_id_is_made_of_the_title_or_the_host(title: str, url: str, name: str) -> None:
    assert new_id(title, url, {"taken", "taken-2", "t" * 64}) == name


def test_what_strangers_write_is_taken_literally() -> None:
    assert literal({"a": ["${X}", "$${Y}", 1], "b": True}) == {
        "a": ["$${X}", "$$${Y}", 1],
        "b": True,
    }
