"""`monitor profile`: list, show, check, try and suggest, on the profiles and pages that ship."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from monitor.parse import load_profiles
from monitor.yamlfile import read_yaml
from tests.cli.conftest import Monitor, World
from tests.cli.own import take

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "samples" / "pages"
KPL = PAGES / "kpl.gov.la" / "story.html"
PAGED = PAGES / "people.com.cn" / "story-pages.html"


@pytest.fixture
def folder(monitor: Monitor, world: World, tmp_path: Path) -> Path:
    """The profiles that ship, in a configuration of the test's own."""
    found = take(monitor, world, tmp_path).parent / "profiles"
    shutil.copytree(ROOT / "config" / "profiles", found)
    return found


def expected(page: Path) -> Any:
    return json.loads(page.with_suffix(".json").read_bytes())


def in_line(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


# --- list and show -------------------------------------------------------------------------------


def test_list_says_what_each_profile_holds_for(monitor: Monitor, folder: Path) -> None:
    rows = {row["profile"]: row for row in monitor("profile", "list", "--json").json}
    assert rows.keys() == {path.stem for path in folder.glob("*.yaml")}
    assert rows["mfa.gov.cn"]["hosts"] == ["mfa.gov.cn", "fmprc.gov.cn"]
    assert rows["mfa.gov.cn"]["samples"] >= 2
    assert rows["scmp.com"]["says"][:2] == ["title", "body"]
    assert "next" in rows["people.com.cn"]["says"]
    assert len(monitor("profile", "list").rows) == len(rows) + 1


def test_list_goes_on_behind_a_mistake(monitor: Monitor, folder: Path) -> None:
    (folder / "a.la.yaml").write_text("hosts: [a.la]\ntitel: h1\n")
    result = monitor("profile", "list")
    assert result.status == 1
    assert "titel: unknown key, did you mean title?" in in_line(result.err)
    assert "kpl.gov.la" in result.out


@pytest.mark.parametrize("word", ["kpl.gov.la", "www.kpl.gov.la", "https://kpl.gov.la/En/x?id=1"])
def test_show_prints_the_file(monitor: Monitor, folder: Path, word: str) -> None:
    path = folder / "kpl.gov.la.yaml"
    said = monitor("profile", "show", word).out
    assert said.startswith(f"# {path}\n{path.read_text('utf-8')}")
    assert f"# sample: {KPL}" in said
    record = monitor("profile", "show", word, "--json").json
    assert record["says"]["body"] == "div.post-ct-entry"


@pytest.mark.parametrize("command", ["show", "check"])
def test_a_host_without_a_profile(monitor: Monitor, folder: Path, command: str) -> None:
    result = monitor("profile", command, "kpl.gov.lo")
    assert result.status == 1
    assert "no profile for 'kpl.gov.lo', did you mean kpl.gov.la?" in in_line(result.err)
    assert "monitor profile suggest URL" in in_line(result.err)


# --- check ---------------------------------------------------------------------------------------


def test_all_profiles_that_ship_read_their_samples(monitor: Monitor, folder: Path) -> None:
    result = monitor("profile", "check")
    assert result.status == 0, result.out
    assert {row[2] for row in result.rows[1:]} == {"right"}
    assert "0 wrong" in result.err
    record = monitor("profile", "check", "people.com.cn", "--json").json["profiles"]
    pages = {Path(sample["page"]).name for sample in record[0]["samples"]}
    assert pages >= {"story-pages.html", "story.html"}


def test_a_sample_of_one_s_own_goes_in_place_of_those_that_ship(
    monitor: Monitor, folder: Path
) -> None:
    own = folder / "kpl.gov.la"
    own.mkdir()
    shutil.copy(KPL, own / "story.html")
    wanted = {"url": expected(KPL)["url"], "title": "Another", "titel": "x", "authors": ["Noy"]}
    (own / "story.json").write_text(json.dumps(wanted))
    result = monitor("profile", "check", "kpl.gov.la")
    assert result.status == 1
    assert result.rows[1][:3] == ["kpl.gov.la", "story.html", "wrong"]
    assert "title: expected 'Another', found " in result.rows[1][3]
    assert "authors: 1 of 1 is missing: 'Noy'" in result.rows[1][3]
    assert "not compared, no Article has it: titel" in in_line(result.err)
    sample = monitor("profile", "check", "kpl.gov.la", "--json").json["profiles"][0]["samples"][0]
    assert [each["field"] for each in sample["differences"]] == ["title", "authors"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "story.json: not there: the Article that is expected of the page"),
        ("{", "story.json: not JSON"),
        ("[]", "story.json: no object with a url in it"),
        ('{"url": "https://kpl.gov.la/"}', "says of no field of an Article"),
        ('{"url": "https://a.la/", "title": "x"}', "https://a.la/ is not of kpl.gov.la"),
        ('{"url": "https://kpl.gov.la/", "title": 5}', "title: Input should be a valid string"),
    ],
)
def test_what_is_wrong_with_an_expected_file(
    monitor: Monitor, folder: Path, text: str | None, said: str
) -> None:
    own = folder / "kpl.gov.la"
    own.mkdir()
    shutil.copy(KPL, own / "story.html")
    if text is not None:
        (own / "story.json").write_text(text)
    result = monitor("profile", "check", "kpl.gov.la")
    assert result.status == 1
    assert said in result.rows[1][3]


def test_check_names_dead_selectors_and_what_has_no_sample(monitor: Monitor, folder: Path) -> None:
    path = folder / "kpl.gov.la.yaml"
    path.write_text(path.read_text("utf-8") + "author: span.nosuch\n", "utf-8")
    (folder / "a.la.yaml").write_text("hosts: [a.la]\ntitle: h1\n")
    result = monitor("profile", "check", "kpl.gov.la", "a.la")
    assert result.status == 0
    assert "kpl.gov.la: author: span.nosuch finds nothing" in in_line(result.err)
    assert "1 profiles have no sample" in result.err
    assert result.rows[-1][2] == "no sample"
    (folder / "b.la.yaml").write_text("hosts: [a.la]\n")
    result = monitor("profile", "check")
    assert result.status == 1
    assert "'a.la' is another profile's host" in in_line(result.err)
    assert monitor("profile", "check", "b.la").status == 1


def test_without_profiles_the_next_step_is_named(monitor: Monitor) -> None:
    result = monitor("profile", "check")
    assert result.status == 1
    assert "`monitor init` writes those that ship" in in_line(result.err)


# --- try -----------------------------------------------------------------------------------------


def test_try_shows_with_and_without(monitor: Monitor, folder: Path) -> None:
    page = PAGES / "people.com.cn" / "story.html"
    words = ("profile", "try", str(page), "--url", expected(page)["url"])
    rows = {row[0]: row for row in monitor(*words).rows if len(row) == 5}
    assert rows["authors"][1:] == ["div.author", "1", "林样本", "林样本"]
    assert rows["dateline"][1] == "-"
    record = monitor(*words, "--json").json
    assert record["article"]["title"] == record["generic"]["title"]
    assert record["layout"] == ""
    assert {each["key"] for each in record["selections"]} >= {"title", "body", "drop.0"}


def test_try_of_a_draft_and_of_a_page_that_only_a_profile_reads(
    monitor: Monitor, folder: Path, tmp_path: Path
) -> None:
    page = PAGES / "scmp.com" / "story.html"
    words = ("profile", "try", str(page), "--url", expected(page)["url"])
    record = monitor(*words, "--json").json
    assert record["generic"] is None
    assert record["article"]["title"] == expected(page)["title"]
    draft = tmp_path / "draft.yaml"
    draft.write_text("hosts: [scmp.com]\ntitle: h1.nosuch\n")
    result = monitor(*words, "--profile", str(draft))
    assert result.status == 1
    assert "title: h1.nosuch finds nothing" in in_line(result.err)
    assert "the page shows no body" in in_line(result.err)


def test_try_of_an_address_saves_a_sample_that_check_reads(
    monitor: Monitor, folder: Path, world: World
) -> None:
    url = f"{world.sites.addresses['mekongwire.example']}/stories/2026/11/mw-1104.html"
    host = url.split("/")[2].partition(":")[0]
    assert monitor("profile", "try", url).status == 1
    (folder / "mekong.yaml").write_text(f"hosts: [{host}]\ntitle: h1\n")
    for name in ("story", "story-2"):
        result = monitor("profile", "try", url, "--save")
        assert result.status == 0
        assert f"wrote {folder / 'mekong' / name}.html" in result.err.replace("\n", "")
    assert [row[2] for row in monitor("profile", "check", "mekong").rows[1:]] == ["right"] * 2


def test_a_file_needs_its_address(monitor: Monitor, folder: Path) -> None:
    for command in ("try", "suggest"):
        result = monitor("profile", command, str(KPL))
        assert result.status == 2
        assert "say with --url where" in in_line(result.err)


def test_try_names_the_layout(monitor: Monitor, folder: Path) -> None:
    path = folder / "kpl.gov.la.yaml"
    text = path.read_text("utf-8")
    words = ("profile", "try", str(KPL), "--url", expected(KPL)["url"])
    layouts = "layouts:\n  - valid_from: 2020-01-01\n    title: h1\n"
    path.write_text(f"{text}valid_until: 2019-12-31\n{layouts}", "utf-8")
    assert "read as layouts.0 says" in in_line(monitor(*words).err)
    path.write_text(f"{text}valid_until: 2019-12-31\n", "utf-8")
    assert "none of the profile's layouts holds" in in_line(monitor(*words).err)


# --- suggest -------------------------------------------------------------------------------------


def test_suggest_writes_a_profile_that_reads_the_page(monitor: Monitor, folder: Path) -> None:
    shutil.rmtree(folder)
    url = expected(KPL)["url"]
    words = ("profile", "suggest", str(KPL), "--url", url)
    assert not folder.exists()
    assert monitor(*words).out.startswith("# yaml-language-server:")
    result = monitor(*words, "--write", "--json")
    assert result.status == 0
    path = folder / "kpl.gov.la.yaml"
    assert result.json["written"] == str(path)
    assert path.read_text("utf-8") == result.json["yaml"]
    profile = load_profiles(folder)["kpl.gov.la"]
    assert (profile.title, profile.body) == ("h1", "div.post-ct-entry")
    assert monitor("profile", "check", "kpl.gov.la").status == 0
    result = monitor(*words, "--write")
    assert result.status == 1
    assert "has a profile already: nothing written" in in_line(result.err)


def test_suggest_of_an_address(monitor: Monitor, folder: Path, world: World) -> None:
    url = f"{world.sites.addresses['mekongwire.example']}/stories/2026/11/mw-1104.html"
    proposal = monitor("profile", "suggest", url, "--json").json
    assert proposal["host"] == url.split("/")[2].partition(":")[0]
    assert {"title", "body"} <= proposal["profile"].keys()
    assert read_yaml(proposal["yaml"], "x").data["hosts"] == [proposal["host"]]


def test_suggest_of_a_page_that_is_no_story(monitor: Monitor, folder: Path) -> None:
    page = PAGES / "scmp.com" / "story.html"
    for url, said in {
        "https://scmp.example/": "without a story there is nothing to propose",
        "http://localhost/": "is this the address of one?",
    }.items():
        result = monitor("profile", "suggest", str(page), "--url", url)
        assert result.status == 1
        assert said in in_line(result.err)
    result = monitor("profile", "suggest", str(KPL), "--url", "http://localhost/a")
    assert result.status == 1
    assert "no profile can hold for the host 'localhost'" in in_line(result.err)


def test_suggest_finds_the_way_to_the_next_page(monitor: Monitor, folder: Path) -> None:
    words = ("profile", "suggest", str(PAGED), "--url", expected(PAGED)["url"])
    result = monitor(*words)
    assert "next: 'div.zdfy a:last-child'  # 下一页" in result.out
    assert "note: people.com.cn has a profile" in in_line(result.err)
