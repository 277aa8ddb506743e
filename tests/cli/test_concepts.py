"""`monitor concept`: list, show and try."""

from __future__ import annotations

import io
import re
import shutil
import sys
from pathlib import Path

import pytest

from monitor.concepts import ConceptSettings
from tests.cli.conftest import Monitor, World
from tests.cli.own import take

PACK = """
concepts:
  laos:
    about: The country
    kind: place
    en: [Laos, "!Lao", {name: Laotian*, note: people}]
    zh: [老挝]
    lo: [ສປປ ລາວ]
    not_when: [Lao She]
    narrower: [vientiane]
    note: where it stands
  vientiane:
    about: Its capital
    kind: place
    en: [Vientiane]
    narrower: [station]
  station:
    about: The station of Vientiane
    kind: project
    en: [Vientiane station]
    only_with: [railway]
  sonexay:
    about: Prime Minister
    kind: person
    en: [Sonexay]
    offices:
      - {office: Deputy, from: 2016, until: 2022-12}
      - {office: Prime Minister, from: 2022-12-30}
"""


ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "concepts.md").read_text("utf-8")


@pytest.fixture
def folder(monitor: Monitor, world: World, tmp_path: Path) -> Path:
    found = take(monitor, world, tmp_path).parent
    (found / "concepts").mkdir()
    (found / "concepts" / "own.yaml").write_text(PACK, "utf-8")
    return found


def test_list(monitor: Monitor, folder: Path) -> None:
    rows = monitor("concept", "list", "--json").json
    assert [row["id"] for row in rows] == ["laos", "vientiane", "station", "sonexay"]
    pack = str(folder / "concepts" / "own.yaml")
    assert rows[1] == {
        "id": "vientiane",
        "kind": "place",
        "names": 1,
        "about": "Its capital",
        "pack": pack,
        "line": 12,
    }
    assert monitor("concept", "list", "--kind", "person").rows[1:] == [
        ["sonexay", "person", "1", "Prime Minister"]
    ]


def test_list_of_a_kind_that_is_none(monitor: Monitor, folder: Path) -> None:
    result = monitor("concept", "list", "--kind", "persons")
    assert result.status == 2
    assert "person, party" in result.err


def test_without_concepts_it_says_where_they_would_stand(monitor: Monitor, folder: Path) -> None:
    (folder / "concepts" / "own.yaml").unlink()
    result = monitor("concept", "list")
    assert (result.status, result.out) == (0, "")
    assert "config/concepts/" in result.err


def test_without_a_configuration_there_are_those_that_ship(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(monitor, "config", tmp_path / "none")
    assert len(monitor("concept", "list", "--json").json) >= 250


@pytest.mark.parametrize("name", ["laos", "@laos"])
def test_show(monitor: Monitor, folder: Path, name: str) -> None:
    assert monitor("concept", "show", name).out.splitlines() == [
        "@laos",
        "About: The country",
        "Kind: place",
        "English: Laos, !Lao, Laotian* (people)",
        "Chinese: 老挝",
        "Lao: ສປປ ລາວ",
        "Not when: Lao She",
        "Narrower: @vientiane",
        "Note: where it stands",
        f"Pack: {folder / 'concepts' / 'own.yaml'}:3",
    ]


def test_show_offices_and_links(monitor: Monitor, folder: Path) -> None:
    lines = monitor("concept", "show", "sonexay").out.splitlines()
    assert "Office: Deputy, 2016 to 2022-12" in lines
    assert "Office: Prime Minister, 2022-12-30 to now" in lines
    lines = monitor("concept", "show", "station").out.splitlines()
    assert {"Only with: railway", "Broader: @vientiane"} <= set(lines)
    row = monitor("concept", "show", "sonexay", "--json").json
    assert row["names"] == {"en": [{"name": "Sonexay", "note": None}]}
    assert row["offices"][1] == {"office": "Prime Minister", "from": "2022-12-30", "until": None}
    assert row["broader"] == []


def test_show_of_none(monitor: Monitor, folder: Path) -> None:
    result = monitor("concept", "show", "vientian")
    assert result.status == 1
    assert result.err == "error: no pack has a concept 'vientian': did you mean vientiane?\n"


TEXT = "Laotians and Lao She, in Lao\n\nVientiane station of 老挝"


def test_try_tells_what_is_named_where_and_what_is_held_back(
    monitor: Monitor, folder: Path
) -> None:
    result = monitor("concept", "try", TEXT)
    assert result.status == 0
    only_with = "only_with: none of these is in the text"
    assert result.rows == [
        ["concept", "kind", "text", "name", "where", "held_back", "part_of"],
        ["laos", "place", "Laotians", "Laotian*", "1:1", "-", "-"],
        ["laos", "place", "Lao", "!Lao", "1:26", "-", "-"],
        ["laos", "place", "老挝", "老挝", "3:22", "-", "-"],
        ["laos", "place", "Lao", "!Lao", "1:14", "not_when: inside “Lao She”", "-"],
        ["vientiane", "place", "Vientiane", "Vientiane", "3:1", "-", "laos"],
        ["station", "project", "Vientiane station", "Vientiane station", "3:1", only_with,
         "vientiane, laos"],
    ]  # fmt: skip
    assert "monitor concept show" in result.err
    rows = monitor("concept", "try", "--json", "Lao railway: Vientiane station; Lao again").json
    assert [(row["concept"], row["held_back"]) for row in rows] == [
        ("laos", None),
        ("vientiane", None),
        ("station", None),
    ]
    assert rows[0]["places"] == [
        {"line": 1, "start": 0, "end": 3},
        {"line": 1, "start": 32, "end": 35},
    ]
    assert rows[2]["part_of"] == ["vientiane", "laos"]


def test_try_reads_a_file_or_standard_input(
    monitor: Monitor, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "story.txt").write_text(TEXT, "utf-8")
    from_file = monitor("concept", "try", "-f", str(tmp_path / "story.txt"))
    assert from_file.out == monitor("concept", "try", TEXT).out
    for words in (["-"], ["-f", "-"]):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
        assert monitor("concept", "try", *words).out == from_file.out


def test_try_of_nothing(monitor: Monitor, folder: Path, tmp_path: Path) -> None:
    assert "It names no concept" in monitor("concept", "try", "Rain in Spain").err
    assert monitor("concept", "try", "Rain in Spain", "--json").json == []
    for words in ([], ["Lao", "-f", "x"]):
        assert monitor("concept", "try", *words).status == 2
    assert "cannot read" in monitor("concept", "try", "-f", str(tmp_path / "none")).err
    (tmp_path / "latin").write_bytes(b"caf\xe9")
    result = monitor("concept", "try", "-f", str(tmp_path / "latin"))
    said = " ".join(result.err.replace("│", " ").split())  # in a box, however wide
    assert (result.status, "not UTF-8" in said) == (2, True)


def test_a_wrong_pack_is_told(monitor: Monitor, folder: Path) -> None:
    text = PACK.replace("only_with: [railway]", "narrower: [laos]")
    (folder / "concepts" / "own.yaml").write_text(text, "utf-8")
    for words in (["concept", "list"], ["check"]):
        result = monitor(*words)
        assert result.status == 1
        assert "own.yaml:21: concepts.station.narrower.0: a circle" in result.err
        assert "@laos → @vientiane → @station → @laos" in result.err


def test_check_passes_warnings_on(monitor: Monitor, folder: Path) -> None:
    text = PACK.replace("Lao She", "Li She")
    (folder / "concepts" / "own.yaml").write_text(text, "utf-8")
    result = monitor("check")
    assert result.status == 0
    assert "own.yaml:9: concepts.laos.not_when.0: 'Li She' holds none of the names" in result.err
    assert "4 concepts" in result.out


# --- docs/concepts.md ----------------------------------------------------------------------------


def test_the_guide_shows_what_the_pack_in_it_finds(monitor: Monitor, folder: Path) -> None:
    shutil.copy(ROOT / "config" / "concepts" / "china-laos.yaml", folder / "concepts")
    pack = re.search(r"^```yaml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    tried = re.search(
        r"^\$ monitor concept try '([^']+)'\n```\n\n<!-- try -->\n```text\n(.*?)^```$",
        GUIDE,
        re.MULTILINE | re.DOTALL,
    )
    assert pack
    assert tried
    (folder / "concepts" / "own.yaml").write_text(pack[1], "utf-8")
    assert monitor("check").status == 0
    rows = [re.split(r"  +", line) for line in tried[2].splitlines()]
    assert monitor("concept", "try", tried[1]).rows == rows


def test_the_guide_names_every_key() -> None:
    table = GUIDE.split("| key | meaning |")[1]
    for field in ConceptSettings.model_fields:
        assert f"`{field}`" in table, field
