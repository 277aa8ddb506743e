"""`source try`, `parse`, `check`, `init`, `run`: what does not need an archive."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from monitor import app as house
from monitor.schema import article_schema
from tests.cli.conftest import Monitor, World, write_config

ROOT = Path(__file__).parents[2]
PAGE = """<html><body><p>Nav</p><p>Search</p><h1>Bridge opens at Boten</h1>
<p>Source: Xinhua Updated: 2026-11-18</p>
<p>BEIJING -- A bridge for trucks was opened at the border between China and Laos on Tuesday.</p>
<p>Officials of both sides said that it would shorten the wait at the crossing by half.</p>
<p>The old bridge is kept for people on foot and for bicycles, they said.</p></body></html>"""


def test_parse_gives_the_seeds_layout(monitor: Monitor, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE, "utf-8")
    lines = monitor("parse", str(page)).out.splitlines()
    assert lines[0] == "Bridge opens at Boten"
    assert lines[2] == "Source: Xinhua Updated: 2026-11-18"
    url = "https://en.example/2026-11/18/c_1.htm"
    for flags in (["--format", "json"], ["--json"]):
        record = monitor("parse", str(page), "--url", url, *flags).json
        assert record["dateline"]["place"] == "BEIJING"
        assert record["url"] == url


def test_parse_says_what_to_doubt_and_what_is_no_plain_story(
    monitor: Monitor, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    page.write_text("<title>Boten</title><h1>A bridge</h1><p>It was opened today.</p>", "utf-8")
    said = monitor("parse", str(page))
    assert said.err.startswith("doubtful (0.24): very short: 20 characters; the page's places")
    assert said.out.startswith("A bridge")
    pages = ROOT / "samples" / "pages"
    said = monitor("parse", str(pages / "mekongpost.example" / "bad-live.html"))
    assert said.err == "live blog\n"
    said = monitor("parse", str(pages / "nanan.example" / "bad-missing.html"))
    assert (said.status, "a 404 dressed as 200" in said.err) == (1, True)


def test_parse_reads_standard_input(monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PAGE.encode())))
    assert monitor("parse", "-", "--url", "https://en.example/1").out.startswith("Bridge opens")


def test_parse_fetches_an_address(monitor: Monitor, world: World) -> None:
    url = f"{world.sites.addresses['mekongwire.example']}/stories/2026/11/mw-1104.html"
    assert monitor("parse", url, "--json").json["source"] == "Mekong Wire"


def test_parse_schema_is_that_of_article(monitor: Monitor) -> None:
    assert monitor("parse", "--schema").json == article_schema()


@pytest.mark.parametrize(("form", "title"), [("ninjs", "headlines"), ("schema.org", "headline")])
def test_parse_gives_the_forms_that_others_read(
    monitor: Monitor, tmp_path: Path, form: str, title: str
) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE, "utf-8")
    record = monitor("parse", str(page), "--format", form).json
    assert "Bridge opens at Boten" in str(record[title])
    assert monitor("parse", str(page), "--format", form, "--json").json["title"]  # an Article
    assert monitor("parse", str(page), "--format", "pdf").status == 2


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["parse"], 2, "give a file"),
        (["parse", "/no/such/page.html"], 1, "cannot read /no/such/page.html"),
        (["parse", "http://127.0.0.1:9/x"], 1, "127.0.0.1: no connection"),
        (["source", "try", "nothing"], 2, "neither an address nor one of"),
        (["source", "try", "http://127.0.0.1:9/x"], 1, "127.0.0.1: no connection"),
    ],
)
def test_mistakes_are_one_clear_message(
    monitor: Monitor, words: list[str], status: int, said: str
) -> None:
    result = monitor(*words)
    assert result.status == status
    assert said in " ".join(result.err.replace("│", " ").split())
    assert "Traceback" not in result.err


def test_parse_lets_no_page_steer_the_terminal(monitor: Monitor, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE.replace("Bridge opens", "Bridge \x1b[31m\x9b\u202eopens"), "utf-8")
    for flags in ([], ["--json"]):
        said = monitor("parse", str(page), *flags)
        assert said.status == 0
        assert not {"\x1b", "\x9b", "\u202e"} & set(said.out)
    refused = monitor("parse", str(page), "--timezone", "Laos")
    assert (refused.status, "is no time zone" in refused.err) == (2, True)


def test_numbers_out_of_bounds_are_refused(monitor: Monitor) -> None:
    assert monitor("story", "show", "9" * 20).status == 2
    assert monitor("story", "list", "--limit", "9" * 20).status == 2


def test_parse_refuses_what_is_no_story(monitor: Monitor, tmp_path: Path) -> None:
    pdf = tmp_path / "report.html"
    pdf.write_bytes(b"%PDF-1.7 ...")
    result = monitor("parse", str(pdf))
    assert (result.status, "PDF" in result.err) == (1, True)


def test_source_try_shows_links_and_stories(monitor: Monitor) -> None:
    found = monitor("source", "try", "mekongwire", "--pages", "1", "--json").json
    assert found["kind"] == "feed"
    assert len(found["links"]) >= 5
    assert found["stories"][0]["source"] == "Mekong Wire"
    assert "links" in monitor("source", "try", "qiushi", "--pages", "0").out


def test_source_try_finds_out_the_kind(monitor: Monitor, world: World) -> None:
    site = world.sites.addresses["renmin.example"]
    listing = monitor("source", "try", f"{site}/world/index.html", "--pages", "1")
    assert ": page, " in listing.out
    assert "read as a page" in listing.err
    feed = f"{world.sites.addresses['vientianemai.example']}/feed.json"
    assert monitor("source", "try", feed, "--json").json["kind"] == "feed"
    assert monitor("source", "try", feed, "--kind", "feed", "--json").json["kind"] == "feed"


def test_source_try_takes_a_selector(monitor: Monitor, world: World) -> None:
    url = f"{world.sites.addresses['qiushi.example']}/latest.htm"
    found = monitor("source", "try", url, "--selector", "ul li a", "--pages", "0", "--json").json
    assert found["links"]
    wrong = monitor("source", "try", url, "--selector", "a[")
    assert wrong.status == 2
    assert monitor("source", "try", url, "--kind", "telex").status == 2


def test_source_try_leaves_json_to_add(monitor: Monitor, world: World) -> None:
    data = world.config.parent / "www" / "renmin.example" / "data.json"
    data.write_text('{"list": []}', "utf-8")
    url = f"{world.sites.addresses['renmin.example']}/data.json"
    said = monitor("source", "try", url)
    data.unlink()
    assert said.status == 2
    assert "JSON needs items, link and title" in " ".join(said.err.replace("│", " ").split())


def test_source_try_reports_a_page_that_fails(monitor: Monitor, world: World) -> None:
    url = f"{world.sites.addresses['mekongwire.example']}/atom.xml"
    shutil.move(_page(world), _page(world).with_suffix(".away"))
    try:
        stories = monitor("source", "try", url, "--pages", "6", "--json").json["stories"]
    finally:
        shutil.move(_page(world).with_suffix(".away"), _page(world))
    assert any("404" in story.get("error", "") for story in stories)


def _page(world: World) -> Path:
    return world.config.parent / "www/mekongwire.example/stories/2026/11/mw-1104.html"


def test_check_in_order(monitor: Monitor) -> None:
    assert "in order: 5 sources enabled of 5, 2 rules enabled of 2" in monitor("check").out
    assert monitor("check", "--json").json == []


def test_check_names_every_mistake(monitor: Monitor, world: World, tmp_path: Path) -> None:
    monitor.config = tmp_path / "config"
    shutil.copytree(world.config, monitor.config)
    (monitor.config / "rules.yaml").write_text("rules:\n  a: {query: '(x', channels: [no]}\n")
    plain = monitor("check")
    assert plain.status == 1
    assert f"{monitor.config / 'rules.yaml'}:2: rules.a.query:" in plain.err
    problems = monitor("check", "--json")
    assert problems.status == 1
    assert [problem["kind"] for problem in problems.json] == ["mistake", "mistake"]


def test_check_passes_on_a_lint(monitor: Monitor, world: World, tmp_path: Path) -> None:
    monitor.config = tmp_path / "config"
    shutil.copytree(world.config, monitor.config)
    text = (
        "rules:\n"
        "  a: {query: 'railway and bridge', channels: [lines]}\n"
        "  b: {query: 'a or b', channels: [lines], enabled: false}\n"
    )
    path = monitor.config / "rules.yaml"
    path.write_text(text)
    result = monitor("check")
    assert (result.status, result.err.count("note:")) == (0, 1)
    assert f"note: {path}:2: rules.a.query: “and” at character 9" in result.err
    assert "1 rules enabled of 2" in result.out
    (note,) = monitor("check", "--json").json
    assert (note["kind"], note["file"], note["line"]) == ("note", str(path), 2)
    assert (note["key"], "write AND" in note["message"]) == ("rules.a.query", True)


@pytest.mark.parametrize("command", [["run"], ["once"], ["check"], ["story", "list"]])
def test_without_a_configuration_it_says_what_to_do(
    monitor: Monitor, tmp_path: Path, command: list[str]
) -> None:
    monitor.config = tmp_path / "none"
    result = monitor(*command)
    assert result.status == 1
    assert "`monitor init` writes a first one" in result.err


def test_init_writes_what_check_accepts(monitor: Monitor, tmp_path: Path) -> None:
    monitor.config = tmp_path / "new" / "config"
    assert "Next: edit" in monitor("init").out
    assert monitor("check").status == 0
    again = monitor("init")
    assert again.status == 1
    other = monitor("init", str(tmp_path / "an other"))
    assert f"Next: `export MONITOR_CONFIG='{tmp_path / 'an other'}'`, edit" in other.out


def test_init_says_where_to_go_first(
    monitor: Monitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monitor.config = Path("config")
    assert "Next: `cd laos`, edit sources.yaml" in monitor("init", "laos/config").out
    monkeypatch.chdir(tmp_path / "laos")
    assert monitor("check").status == 0


def test_once_says_which_source_failed(monitor: Monitor, world: World, tmp_path: Path) -> None:
    monitor.config = tmp_path / "config"
    shutil.copytree(world.config, monitor.config)
    sources = monitor.config / "sources.yaml"
    sources.write_text(sources.read_text("utf-8").replace("/atom.xml", "/gone.xml"), "utf-8")
    result = monitor("once", "--json")
    assert result.status == 1
    failed = [row for row in result.json if row["outcome"] == "failed"]
    assert [row["source"] for row in failed] == ["mekongwire"]
    assert "404" in failed[0]["errors"][0]
    states = {row["id"]: row for row in monitor("source", "list", "--json").json}
    assert states["mekongwire"]["state"] == "failing"
    assert "404" in states["mekongwire"]["error"]
    assert states["qiushi"]["state"] == "ok"


def test_run_serves_until_it_is_told_to_stop(world: World, tmp_path: Path) -> None:
    config = tmp_path / "config"
    write_config(config, world.sites)
    running = subprocess.Popen(
        [sys.executable, "-m", "monitor", "-c", str(config), "-v", "run"],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert running.stderr is not None
    for line in running.stderr:
        if "stories: " in line:
            break
    running.send_signal(signal.SIGTERM)
    said = running.communicate(timeout=10)[1]
    assert running.returncode == 0
    assert "stopping" in said


def test_version_and_help(monitor: Monitor) -> None:
    assert monitor("--version").out.startswith("monitor ")
    assert "rule try" in " ".join(monitor("rule", "try", "--help").out.split())


@pytest.mark.parametrize(
    "command",
    [
        *("list", "show", "try", "add", "verify", "enable", "disable", "rename", "remove"),
        *("import", "export"),
    ],
)
def test_each_source_command_shows_an_example(monitor: Monitor, command: str) -> None:
    shown = " ".join(monitor("source", command, "--help").out.replace("│", " ").split())
    assert re.search(rf"Examples?: monitor source {command}\b", shown)


def test_terminal_output_is_a_table(world: World) -> None:
    words = ["story", "list"]
    code = (
        "import sys; from monitor.cli import show;"
        "show.out._force_terminal = True;"
        f"sys.argv = ['monitor', '-c', {str(world.config)!r}, *{words!r}];"
        "from monitor import cli; cli.main()"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "\t" not in shown.stdout


def test_starter_is_found_in_a_checkout() -> None:
    assert (house.starter() / "monitor.yaml").is_file()
    assert json.loads((house.starter() / "schema/rules.schema.json").read_text("utf-8"))
