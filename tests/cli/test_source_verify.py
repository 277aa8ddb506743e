"""`source verify`: what works is switched on, what does not says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Monitor, World
from tests.cli.own import take


@pytest.fixture
def file(monitor: Monitor, world: World, tmp_path: Path) -> Path:
    """Two sources that nobody has seen work, one of which does."""
    file = take(monitor, world, tmp_path)
    text = file.read_text("utf-8")
    off = "    enabled: false # until then\n    unverified: true # nobody looked\n"
    text = text.replace("  renmin:", f"{off}  renmin:")
    site = world.sites.addresses["mekongwire.example"]
    file.write_text(f"{text}  gone:\n    kind: feed\n    url: {site}/gone.xml\n{off}", "utf-8")
    return file


def test_all_that_is_unverified_is_looked_at(monitor: Monitor, file: Path) -> None:
    before = file.read_bytes()
    said = monitor("source", "verify")
    assert said.status == 1
    header, qiushi, gone = said.rows
    assert header == [
        "id",
        "works",
        "links",
        "dated",
        "newest",
        "robots",
        "title",
        "characters",
        "date",
        "language",
        "said",
    ]
    assert (qiushi[0], qiushi[1], qiushi[5]) == ("qiushi", "yes", "allows")
    assert gone[:3] == ["gone", "no", "0"]
    assert gone[-1] == "127.0.0.1 answers 404 Not Found"
    assert said.err == "Next: monitor source verify --enable qiushi\n"
    assert file.read_bytes() == before


def test_what_works_is_switched_on(monitor: Monitor, file: Path) -> None:
    before = file.read_text("utf-8")
    said = monitor("source", "verify", "--enable")
    assert (said.status, said.err) == (1, "switched on: qiushi\n")
    on = before.replace("enabled: false # until then", "enabled: true # until then", 1)
    assert file.read_text("utf-8") == on.replace("    unverified: true # nobody looked\n", "", 1)
    rest = monitor("source", "verify", "--json")
    assert (rest.status, [row["id"] for row in rest.json]) == (1, ["gone"])
    assert rest.json[0]["problems"] == ["127.0.0.1 answers 404 Not Found"]
    assert rest.json[0]["story"] is None


def test_what_would_be_switched_on_is_shown(monitor: Monitor, file: Path) -> None:
    before = file.read_bytes()
    said = monitor("source", "verify", "qiushi", "--enable", "--dry-run")
    assert (said.status, file.read_bytes()) == (0, before)
    assert "+    enabled: true # until then" in said.out
    assert said.err == "Next: monitor source verify --enable qiushi\n"


def test_named_sources_are_looked_at_whatever_they_are(monitor: Monitor, file: Path) -> None:
    said = monitor("source", "verify", "renmin", "--enable", "--json")
    assert said.status == 0
    (row,) = said.json
    assert row["works"]
    assert row["links"] == row["dated"] >= 4
    assert (row["language"], row["robots"]) == ("zh", "allows")
    assert row["characters"] > 200
    assert row["story"].endswith(".html")
    assert said.err == ""


def test_nothing_to_verify_is_no_failure(monitor: Monitor, world: World, tmp_path: Path) -> None:
    take(monitor, world, tmp_path)
    said = monitor("source", "verify")
    assert (said.status, said.err) == (0, "No source is unverified: name those to look at.\n")
