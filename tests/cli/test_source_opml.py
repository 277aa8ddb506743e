"""`source import` and `export`: lists of other readers, there and back."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from monitor.config import load_config
from monitor.opml.read import read_opml
from tests.cli.conftest import Monitor, World
from tests.cli.own import take

LIST = """<opml version="2.0"><body>
<outline text="Laos"><outline text="News">
  <outline text="Laotian Times" xmlUrl="https://laotiantimes.com/feed/" language="en"/>
  <outline text="ປະຊາຊົນ" xmlUrl="https://pasaxon.org.la/rss"/>
  <outline text="${HOME}" xmlUrl="https://odd.example/${HOME}"/>
</outline></outline>
<outline text="Laotian Times" xmlUrl="https://other.example/"/>
<outline text="Known" xmlUrl="SITE/atom.xml#x"/>
</body></opml>"""
WRITTEN = """\
  laotian-times:
    kind: feed
    name: Laotian Times
    url: https://laotiantimes.com/feed/
    language: en
    tags: [Laos, News]
  pasaxon-org-la:
    kind: feed
    name: ປະຊາຊົນ
    url: https://pasaxon.org.la/rss
    tags: [Laos, News]
  home:
    kind: feed
    name: '$${HOME}'
    url: https://odd.example/$${HOME}
    tags: [Laos, News]
  laotian-times-2:
    kind: feed
    name: Laotian Times
    url: https://other.example/
"""


@pytest.fixture
def file(monitor: Monitor, world: World, tmp_path: Path) -> Path:
    return take(monitor, world, tmp_path)


@pytest.fixture
def list_(world: World, tmp_path: Path) -> Path:
    path = tmp_path / "list.opml"
    site = world.sites.addresses["mekongwire.example"]
    path.write_text(LIST.replace("SITE", site), "utf-8")
    return path


def test_feeds_are_added_with_folders_as_tags(monitor: Monitor, file: Path, list_: Path) -> None:
    before = file.read_text("utf-8")
    said = monitor("source", "import", str(list_))
    assert said.status == 0
    assert [row[0] for row in said.rows] == [
        "id",
        "laotian-times",
        "pasaxon-org-la",
        "home",
        "laotian-times-2",
    ]
    assert said.rows[1][1:3] == ["Laotian Times", "Laos, News"]
    assert "/atom.xml#x is watched already, as mekongwire" in said.err
    assert (
        "Next: monitor source verify laotian-times pasaxon-org-la home laotian-times-2" in said.err
    )
    assert file.read_text("utf-8") == before + WRITTEN
    odd = load_config(file.parent, {"HOME": "secret"}).sources[-2]
    assert (odd.name, odd.url) == ("${HOME}", "https://odd.example/${HOME}")
    again = monitor("source", "import", str(list_))
    assert (again.status, again.out) == (0, "")
    assert again.err.startswith("Nothing new in it.\n")
    assert file.read_text("utf-8") == before + WRITTEN


def test_a_dry_run_writes_nothing(monitor: Monitor, file: Path, list_: Path) -> None:
    before = file.read_bytes()
    said = monitor("source", "import", str(list_), "--dry-run")
    assert "+    tags: [Laos, News]\n" in said.out
    machine = monitor("source", "import", str(list_), "--dry-run", "--json").json
    assert [row["id"] for row in machine["added"]][:2] == ["laotian-times", "pasaxon-org-la"]
    assert list(machine["known"].values()) == ["mekongwire"]
    assert machine["problems"] == []
    assert file.read_bytes() == before


def test_they_can_wait_until_they_are_verified(monitor: Monitor, file: Path, list_: Path) -> None:
    said = monitor("source", "import", str(list_), "--disabled")
    assert "Next: monitor source verify --enable" in said.err
    assert file.read_text("utf-8").count("    enabled: false\n    unverified: true\n") == 4


def test_what_is_no_feed_is_told_and_the_rest_is_added(
    monitor: Monitor, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = (
        '<opml><outline text="Bad"  type="rss"/>\n<outline text="Good" xmlUrl="http://g/"/></opml>'
    )
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(body.encode())))
    said = monitor("source", "import", "-")
    assert said.status == 1
    assert "left out: -:1: Bad: xmlUrl is missing" in said.err
    assert "  good:\n    kind: feed\n" in file.read_text("utf-8")
    path = tmp_path / "bad.opml"
    path.write_text(body)
    machine = monitor("source", "import", str(path), "--json")
    assert machine.json["problems"] == [
        {"line": 1, "outline": "Bad", "message": "xmlUrl is missing"}
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (None, "error: cannot read "),
        ("<opml><outline>", "list.opml:1: not XML: Premature end of data"),
        ("<!ENTITY a 'b'>", "declares entities: refused as an attack"),
    ],
)
def test_what_is_no_list_is_refused(
    monitor: Monitor, file: Path, tmp_path: Path, body: str | None, said: str
) -> None:
    before = file.read_bytes()
    path = tmp_path / "list.opml"
    if body is not None:
        path.write_text(body)
    result = monitor("source", "import", str(path))
    assert (result.status, said in result.err) == (1, True)
    assert file.read_bytes() == before


def test_what_is_exported_can_be_imported(
    monitor: Monitor, file: Path, list_: Path, tmp_path: Path
) -> None:
    assert monitor("source", "import", str(list_)).status == 0
    assert monitor("source", "disable", "mekongwire").status == 0
    before = load_config(file.parent, {}).sources
    said = monitor("source", "export")
    assert "left out, since OPML knows feeds alone: qiushi, renmin\n" in said.err
    target = tmp_path / "out.opml"
    written = monitor("source", "export", str(target))
    assert written.out == f"7 feeds in {target}\n"
    assert read_opml(said.out.encode(), "a") == read_opml(target.read_bytes(), "a")
    names = [source.id for source in before if source.kind == "feed"]
    assert monitor("source", "remove", "--yes", *names).status == 0
    nothing = monitor("source", "export")
    assert (nothing.status, "has no feed: OPML knows nothing else" in nothing.err) == (1, True)
    assert monitor("source", "import", str(target)).status == 0
    after = {source.id: source for source in load_config(file.parent, {}).sources}
    carried = ("id", "kind", "url", "name", "tags", "language", "enabled")
    for source in before:
        found = after[source.id]
        assert [getattr(found, key) for key in carried] == [getattr(source, key) for key in carried]


def test_a_list_that_cannot_be_written_says_why(
    monitor: Monitor, file: Path, tmp_path: Path
) -> None:
    said = monitor("source", "export", str(tmp_path / "none" / "out.opml"))
    assert (said.status, "out.opml: cannot be written: No such file" in said.err) == (1, True)
