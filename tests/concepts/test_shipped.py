"""The pack that ships: whole, linked, and with names in three languages."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest

from monitor.concepts import Entry
from monitor.config import load_library
from monitor.schema import schemas
from monitor.yamlfile import read_yaml

ROOT = Path(__file__).parent.parent.parent
PACK = ROOT / "config" / "concepts" / "china-laos.yaml"
LIBRARY = load_library(ROOT / "config")
# Of one form of a thing alone; the concept that has the others says so.
ONE_FORM = {
    "laos-lo-word": {"en", "zh"},
    "lao-word": {"zh", "lo"},
    "lao-side": {"en", "lo"},
    "mohan-bare": {"zh", "lo"},
    "vientiane-zh-word": {"en", "lo"},
    "china-laos-zh-word": {"en", "lo"},
}
SCRIPTS = {
    "zh": re.compile("[\u3400-\u9fff]"),
    "lo": re.compile("[\u0e80-\u0eff]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
}


def test_there_are_many_of_every_kind() -> None:
    kinds = [str(entry.said.kind) for entry in LIBRARY.entries.values()]
    assert len(kinds) >= 250
    fewest = {"person": 80, "party": 5, "institution": 50, "place": 100, "project": 60}
    fewest |= {"company": 40, "organisation": 20, "event": 15, "subject": 60}
    assert {kind: kinds.count(kind) >= number for kind, number in fewest.items()} == dict.fromkeys(
        fewest, True
    )


def test_it_gives_no_warning() -> None:
    assert [str(warning) for warning in LIBRARY.warnings] == []


def test_each_has_names_in_three_languages() -> None:
    lacking = {
        entry.id: missing
        for entry in LIBRARY.entries.values()
        if entry.names  # a group has only what is narrower
        and (missing := {"en", "zh", "lo"} - entry.said.names.keys())
    }
    assert lacking == ONE_FORM
    assert all(LIBRARY.entries[name].said.note for name in lacking)


@pytest.mark.parametrize("code", SCRIPTS)
def test_names_are_in_the_script_of_their_language(code: str) -> None:
    odd = {
        (entry.id, naming.name)
        for entry in LIBRARY.entries.values()
        for naming in entry.said.names.get(code, ())
        if not SCRIPTS[code].search(naming.name) and not LATIN.search(naming.name)
    }
    assert odd == set()


LATIN = re.compile("[A-Z]")  # abbreviations and companies are written in Latin letters


def test_people_have_offices() -> None:
    assert [
        entry.id
        for entry in LIBRARY.entries.values()
        if entry.said.kind == "person" and not entry.said.offices
    ] == []


@pytest.mark.parametrize(
    ("broad", "narrow"),
    [
        ("laos", "vientiane"),
        ("laos", "thongloun-sisoulith"),
        ("laos", "golden-triangle-sez"),
        ("china", "yunnan"),
        ("china", "xi-jinping"),
        ("china", "belt-and-road"),
        *((side, both) for side in ("laos", "china") for both in ("china-laos-railway",
          "china-laos-pair", "mohan-boten-crossing", "laos-china-railway-company")),
        ("friendship-bridges", "friendship-bridge-5"),
        ("armed-forces", "china-cmc-pla"),
    ],
)  # fmt: skip
def test_the_broad_ones_include_the_narrow(broad: str, narrow: str) -> None:
    assert narrow in LIBRARY.concepts.family(broad)


def test_organisations_of_many_states_belong_to_neither() -> None:
    sides = {*LIBRARY.concepts.family("laos"), *LIBRARY.concepts.family("china")}
    assert not sides & {"asean", "mekong", "mekong-river-commission", "united-nations", "debt"}


def test_editors_find_it_in_order() -> None:
    text = PACK.read_text("utf-8")
    assert text.startswith("# yaml-language-server: $schema=../schema/concepts.schema.json\n")
    checker = jsonschema.Draft202012Validator(schemas()["concepts.yaml"])
    assert [error.message for error in checker.iter_errors(read_yaml(text, "pack").data)] == []


def test_a_name_belongs_to_one_concept_of_its_kind() -> None:
    """A name that two people or two places share says of neither that it is meant."""
    owners: dict[tuple[str, str], list[Entry]] = {}
    for entry in LIBRARY.entries.values():
        for needle in {name.term.needle for name in entry.names}:
            owners.setdefault((entry.said.kind, needle), []).append(entry)
    shared = {
        (needle, *sorted(entry.id for entry in entries))
        for (kind, needle), entries in owners.items()
        if kind in ("person", "place", "company", "institution", "party") and len(entries) > 1
    }
    assert shared == set()
