"""`source enable`, `disable`, `remove` and `rename`: sources.yaml and the archive go together."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from monitor.cli import sourcefile
from tests.cli.conftest import Monitor, World
from tests.cli.own import take, typing

FEED = "https://feeds.example/laos"


@pytest.fixture
def file(monitor: Monitor, world: World, tmp_path: Path) -> Path:
    """The sources.yaml that the commands change."""
    return take(monitor, world, tmp_path)


def states(monitor: Monitor) -> dict[str, str]:
    return {row["id"]: row["state"] for row in monitor("source", "list", "--json").json}


def test_disable_and_enable_change_a_line_each(monitor: Monitor, file: Path) -> None:
    before = file.read_text("utf-8")
    said = monitor("source", "disable", "qiushi", "renmin")
    assert (said.status, said.out) == (0, "qiushi: disabled\nrenmin: disabled\n")
    assert file.read_text("utf-8").count("\n    enabled: false\n") == 2
    assert file.read_text("utf-8").replace("    enabled: false\n", "") == before
    assert states(monitor) == dict.fromkeys(states(monitor), "new") | {
        "qiushi": "off",
        "renmin": "off",
    }
    assert monitor("source", "disable", "qiushi").out == "qiushi: disabled already\n"
    assert monitor("source", "enable", "qiushi", "mekongwire", "--json").json == {
        "enabled": ["qiushi"]
    }
    assert file.read_text("utf-8").count("\n    enabled: true\n") == 1


def test_enabling_what_nobody_has_seen_work_says_so(monitor: Monitor, file: Path) -> None:
    with file.open("a") as text:
        text.write(f"  new: {{kind: feed, url: {FEED}, enabled: false, unverified: true}}\n")
    said = monitor("source", "enable", "new")
    assert "Nobody has seen it work: monitor source verify new" in said.out
    assert "enabled: true, unverified: true}" in file.read_text("utf-8")


def test_a_dry_run_shows_the_lines_and_writes_none(monitor: Monitor, file: Path) -> None:
    before = file.read_bytes()
    for words in (["disable", "qiushi"], ["remove", "qiushi"], ["rename", "qiushi", "qs"]):
        said = monitor("source", *words, "--dry-run")
        assert said.status == 0
        assert said.out.startswith(f"--- {file}\n+++ {file}\n@@ ")
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "words",
    [
        ["enable", "qiushy"],
        ["disable", "qiushi", "qiushy"],
        ["remove", "qiushy"],
        ["rename", "qiushy", "a"],
        ["show", "qiushy"],
        ["verify", "qiushy"],
    ],
)
def test_a_source_that_is_not_there_is_named(
    monitor: Monitor, file: Path, words: list[str]
) -> None:
    before = file.read_bytes()
    said = monitor("source", *words)
    assert said.status == 1
    assert said.err.startswith(
        "error: no source 'qiushy' in sources.yaml, did you mean qiushi? allowed: "
    )
    assert file.read_bytes() == before


def test_remove_takes_the_lines_and_leaves_the_stories(monitor: Monitor, file: Path) -> None:
    assert monitor("once", "--all").status == 0
    stories = monitor("story", "list", "--json").json
    said = monitor("source", "remove", "qiushi", "renmin", "--yes")
    assert said.out == "removed qiushi, renmin; the stories stay\n"
    assert not {"qiushi", "renmin"} & states(monitor).keys()
    assert monitor("story", "list", "--json").json == stories != []
    gone = monitor("source", "remove", "mekongwire", "-y", "--json").json
    assert gone == {"removed": ["mekongwire"]}


def test_remove_asks_first(monitor: Monitor, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = file.read_bytes()
    nobody = monitor("source", "remove", "qiushi")
    assert (nobody.status, nobody.err) == (1, "error: nobody to ask here: say --yes\n")
    with typing(monkeypatch, "n\n"):
        assert monitor("source", "remove", "qiushi").status == 1
    assert file.read_bytes() == before
    with typing(monkeypatch, "y\n"):
        assert monitor("source", "remove", "qiushi").status == 0
    assert file.read_bytes() != before


def test_rename_takes_the_archive_along(monitor: Monitor, file: Path) -> None:
    assert monitor("once", "--all").status == 0
    before = monitor("source", "show", "qiushi", "--json").json
    said = monitor("source", "rename", "qiushi", "qs")
    assert said.out == "qiushi is qs now, with its stories\n"
    assert "\n  qs: # a listing page; links are found by their looks\n" in file.read_text("utf-8")
    after = monitor("source", "show", "qs", "--json").json
    assert after == before | {"id": "qs"}
    assert after["latest"]
    again = monitor("once", "--all", "--json").json
    assert next(row for row in again if row["source"] == "qs")["outcome"] == "not modified"
    assert monitor("source", "rename", "qs", "qiushi", "--json").json == {
        "renamed": {"from": "qs", "to": "qiushi"}
    }


def test_rename_refuses_what_is_taken_or_no_name(monitor: Monitor, file: Path) -> None:
    before = file.read_bytes()
    taken = monitor("source", "rename", "qiushi", "renmin")
    assert (taken.status, "there is a source renmin already" in taken.err) == (1, True)
    wrong = monitor("source", "rename", "qiushi", "Qiu Shi")
    assert wrong.status == 1
    assert "sources.yaml:" in wrong.err
    assert "not a name, allowed: at most 64 small letters" in wrong.err
    assert file.read_bytes() == before


# --- how the file is written ---------------------------------------------------------------------


def test_mode_link_mark_and_line_ends_stay(monitor: Monitor, file: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.yaml"
    kept.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    kept.chmod(0o640)
    file.unlink()
    file.symlink_to(kept)
    before = kept.read_bytes()
    assert monitor("source", "disable", "renmin").status == 0
    assert file.is_symlink()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640
    assert kept.read_bytes() == before + b"    enabled: false\r\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config", "kept.yaml"]


def test_a_file_that_somebody_else_changed_is_left_alone(
    monitor: Monitor, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drafted_slowly(*given: object) -> sourcefile.Draft:
        draft = drafted(*given)  # type: ignore[arg-type]
        file.write_text("sources: {}\n")
        return draft

    drafted = sourcefile.drafted
    monkeypatch.setattr("monitor.cli.sourceedit.drafted", drafted_slowly)
    said = monitor("source", "disable", "qiushi")
    assert (said.status, "changed by somebody else just now: try again" in said.err) == (1, True)
    assert file.read_text() == "sources: {}\n"


def test_a_file_that_cannot_be_written_says_why(monitor: Monitor, file: Path) -> None:
    blocked = file.with_name(f".{file.name}.{os.getpid()}")
    blocked.mkdir()
    before = file.read_bytes()
    said = monitor("source", "rename", "qiushi", "qs")
    blocked.rmdir()
    assert (said.status, f"{file}: cannot be written: Is a directory" in said.err) == (1, True)
    assert file.read_bytes() == before
    assert monitor("source", "show", "qiushi").status == 0
