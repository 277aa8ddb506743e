"""Profiles of sites in their files: which holds for an address, and what is wrong with them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.errors import ConfigError
from monitor.parse import Profile, load_profiles, profile_of, read_profile
from monitor.yamlfile import read_yaml

TITLE = "Bridge opens after two years of work"
HOSTS = ("news.example",)


def test_a_profile_holds_for_its_hosts_and_those_below(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("hosts: [people.example, www.renmin.example]\n")
    (tmp_path / "b.yaml").write_text("\ufeffhosts: [en.people.example]\ntitle: h1\n", "utf-8")
    (tmp_path / "notes.txt").write_text("not a profile")
    profiles = load_profiles(tmp_path)
    assert set(profiles) == {"people.example", "renmin.example", "en.people.example"}
    zh, en = profiles["people.example"], profiles["en.people.example"]
    assert en.title == "h1"
    for url, profile in {
        "http://people.example/a": zh,
        "https://WWW.World.People.Example:8080/a?b": zh,
        "http://renmin.example": zh,
        "http://www.en.people.example/": en,
        "http://otherpeople.example/": None,
        "http://example/": None,
        "http://[": None,
        "": None,
    }.items():
        assert profile_of(profiles, url) is profile


@pytest.mark.parametrize("name", ["a.yml", "A.YAML", "a.yaml"])
def test_a_profile_is_known_by_either_ending(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("hosts: [a.la]\n")
    (tmp_path / "notes.txt").write_text("- of ours")
    assert set(load_profiles(tmp_path)) == {"a.la"}


def test_without_a_folder_there_are_no_profiles(tmp_path: Path) -> None:
    assert load_profiles(tmp_path / "profiles") == {}


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "profiles").write_text("hosts: [a.la]\n")
    with pytest.raises(ConfigError, match="profiles: not readable: Not a directory"):
        load_profiles(tmp_path / "profiles")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", ": holds no profile, allowed: keys with values, hosts among them"),
        ("- a", ":1: holds no profile, allowed: keys with values, hosts among them"),
        ("title: h1", ":1: hosts: required, but missing"),
        ("hosts: []", ":1: hosts: an empty list, allowed: at least one host"),
        ("hosts: kpl.gov.la", ":1: hosts: 'kpl.gov.la', allowed: a list, such as [a, b]"),
        (
            "hosts: [KPL]",
            ":1: hosts.0: 'KPL': not a host, allowed: a name in small letters such as kpl.gov.la",
        ),
        (
            "hosts: [a.la]\ntitel: h1",
            ":2: titel: unknown key, did you mean title? allowed: author, body, data,"
            " date_formats, dates, drop, hosts, layouts, next, published, section, source,"
            " timezone, title, updated, valid_from, valid_until",
        ),
        ("hosts: [a.la]\ntitle: h1 >", ":2: title: 'h1 >': not a CSS selector: Expected selector"),
        ("hosts: [a.la]\ntitle: p::text", ":2: title: 'p::text': not a CSS selector: Pseudo"),
        ("hosts: [a.la]\ndates: ymd", ":2: dates: 'ymd', allowed: dmy, mdy"),
        ("hosts: [a.la]\ntimezone: Laos", ":2: timezone: 'Laos': not a time zone, allowed: a name"),
        (
            "hosts: [a.la]\nvalid_from: 2024-13-01",
            ":2: valid_from: '2024-13-01': not a day, allowed: one such as 2024-05-01",
        ),
        ("hosts: [a.la]\nvalid_from: 2024", ":2: valid_from: 2024: not a day, allowed: one such"),
        (
            "hosts: [a.la]\nvalid_from: 2024-05-01\nvalid_until: 2024-04-30",
            ":3: valid_until: '2024-04-30': before valid_from, allowed: 2024-05-01 or later",
        ),
        (
            "hosts: [a.la]\nlayouts:\n  - title: 'h1 >'",
            ":3: layouts.0.title: 'h1 >': not a CSS selector: Expected selector",
        ),
        (
            "hosts: [a.la]\nlayouts:\n  - hosts: [b.la]",
            ":3: layouts.0.hosts: unknown key, allowed: author, body",
        ),
        (
            "hosts: [a.la]\ndate_formats: ['%Q']",
            ":2: date_formats.0: '%Q': not a form of a date: %Q is unknown, allowed: %Y, %y",
        ),
        (
            "hosts: [a.la]\ndate_formats: ['%H:%M']",
            ":2: date_formats.0: '%H:%M': not a form of a date: it needs a year, a month and a day",
        ),
        ("hosts: [a.la]\ndata: {}", ":2: data.script: required, but missing"),
        (
            "hosts: [a.la]\ndata: {script: s, body: 'a['}",
            ":2: data.body: 'a[': not a JMESPath expression: Incomplete expression",
        ),
        ("hosts: [a.la]\nhosts: [b.la]", ":2: hosts: given twice, first in line 1: keep one"),
        ("hosts: [a.la", ":1: not YAML: this bracket is never closed, or a comma is missing in it"),
        ("hosts: [a.la, a.la]", ":1: hosts.1: 'a.la' is another profile's host: each host has one"),
        ("hosts: [b.la]", ":1: hosts.0: 'b.la' is another profile's host: each host has one"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "0.yaml").write_text("hosts: [b.la]\n")
    path = tmp_path / "x.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_profiles(tmp_path)
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"{path}{says}")
    assert "\n" not in str(problem)


def test_every_mistake_of_every_file_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("title: h1\nhosts: [A]\nbody: '['\ntitle: h2\n")
    (tmp_path / "b.yaml").write_bytes(b"hosts: [b.la]\n# \xff\n")
    (tmp_path / "c.yaml").mkdir()
    with pytest.raises(ConfigError) as caught:
        load_profiles(tmp_path)
    places = [(Path(p.file).name, p.line, p.key) for p in caught.value.problems]
    assert places == [
        ("a.yaml", 2, "hosts.0"),
        ("a.yaml", 3, "body"),
        ("a.yaml", 4, "title"),
        ("b.yaml", 2, ""),
        ("c.yaml", None, ""),
    ]


ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "sources.md"


def test_the_profile_that_the_guide_shows_is_one_that_ships() -> None:
    guide = GUIDE.read_text("utf-8")
    shown = re.search(
        r"^```yml\n# config/profiles/(\S+)\n(.*?)^```", guide, re.MULTILINE | re.DOTALL
    )
    assert shown
    name, text = shown.groups()
    there = (ROOT / "config" / "profiles" / name).read_text("utf-8")
    assert read_profile(read_yaml(text, name)) == read_profile(read_yaml(there, name))


def test_the_guide_names_every_key_of_a_profile() -> None:
    guide = GUIDE.read_text("utf-8")
    for key in Profile.model_fields:
        assert f"| `{key}` |" in guide, key
