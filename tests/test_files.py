"""Files that are none, or have no end: refused by name."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from monitor import files
from monitor.config import load_config, load_rules
from monitor.errors import ConfigError

GOOD = Path(__file__).parent.parent / "samples" / "bad-config" / "good"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GOOD, tmp_path / "config"))


def messages(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_config(folder, {})
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def test_pipes_devices_and_dangling_links_are_named(folder: Path) -> None:
    packs = folder / "concepts"
    packs.mkdir(exist_ok=True)
    os.mkfifo(packs / "pipe.yaml")
    (packs / "gone.yaml").symlink_to("nowhere.yaml")
    (folder / "sources.yaml").unlink()
    (folder / "sources.yaml").symlink_to("/dev/zero")
    assert set(messages(folder)) >= {
        "sources.yaml: not readable: a pipe or a device, allowed: a regular file",
        "concepts/pipe.yaml: not readable: a pipe or a device, allowed: a regular file",
        "concepts/gone.yaml: a link to nowhere.yaml, which is not there",
    }


def test_a_file_is_read_up_to_a_bound(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 2**20)
    with (folder / "rules.yaml").open("a") as rules:
        rules.write(f"# {'x' * 2**20}\n")
    assert "rules.yaml: not readable: too large, allowed: 1 MiB" in messages(folder)


def test_one_file_alone_tells_all_of_its_mistakes(folder: Path) -> None:
    rules = folder / "rules.yaml"
    rules.write_text("rules:\n  a: {query: '${NOPE}', quer: x}\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_rules(rules, {})
    alone = [str(problem) for problem in caught.value.problems]
    assert len(alone) == 2
    assert {f"{folder}/{message}" for message in messages(folder)} >= set(alone)


def test_what_editors_leave_is_no_part_of_the_configuration(folder: Path) -> None:
    for name in ("concepts", "profiles", "templates"):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / ".#ours.yaml").symlink_to("me@host.1:1")
        (folder / name / "._ours.yaml").write_bytes(b"\0\5\x16\7")
        (folder / name / ".alert.j2").write_text("{{", "utf-8")
    load_config(folder, {})
