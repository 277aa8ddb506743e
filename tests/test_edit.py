"""Changes to a file that people write: what is asked for, and not one character more."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.edit import Change, Drop, Put, Rename, edit
from monitor.errors import ConfigError, NotFoundError
from monitor.yamlfile import read_yaml

SHIPPED = (Path(__file__).parent.parent / "config" / "sources.yaml").read_bytes().decode("utf-8")
FEED = {"kind": "feed", "url": "https://laos.example/feed"}

WRITTEN = """\
# What is watched
sources:
    # said of all of them
    kpl:   {kind: feed,   url: "http://kpl.example/"}    # the agency

    # about pasaxon,
    # on two lines
    pasaxon: # in Lao
        kind:   page
        name: >-
          ປະຊາຊົນ
          ໜັງສືພິມ
        # why this address
        url: 'http://pasaxon.example/'   # slow
        tags:
        - lo

    # --- others ---

    rfa:
        kind: feed
        url: http://rfa.example/
        enabled: false
        # end of rfa

    # scmp: switched off for now

# the end
"""


KPL = '    kpl:   {kind: feed,   url: "http://kpl.example/"}    # the agency\n'
RFA = """\

    rfa:
        kind: feed
        url: http://rfa.example/
        enabled: false
        # end of rfa
"""
NEW = """\

    new:
        kind: feed
        url: https://laos.example/feed
"""


def edited(before: str, *changes: Change) -> str:
    return edit(before, changes, "sources.yaml")


def source(*path: str) -> tuple[str, ...]:
    return ("sources", *path)


# --- the file that ships -------------------------------------------------------------------------

KEYS: dict[str, dict[str, Any]] = read_yaml(SHIPPED, "sources.yaml").data["sources"]
OFF = [name for name, keys in KEYS.items() if not keys.get("enabled", True)]
UNVERIFIED = [name for name, keys in KEYS.items() if keys.get("unverified")]


def entry(name: str) -> str:
    """The lines of a shipped source, without its blank line."""
    found = re.search(rf"^  {name}:.*\n(?:    .*\n)+", SHIPPED, re.MULTILINE)
    assert found
    return found[0]


def test_nothing_changes_where_nothing_is_to_change() -> None:
    assert edited(SHIPPED) == SHIPPED


def test_switching_sources_on_changes_one_line_of_each() -> None:
    on = edited(SHIPPED, *(Put(source(name, "enabled"), True) for name in OFF))
    assert on == SHIPPED.replace("\n    enabled: false\n", "\n    enabled: true\n") != SHIPPED


def test_verifying_sources_takes_one_line_of_each() -> None:
    seen = edited(SHIPPED, *(Drop(source(name, "unverified")) for name in UNVERIFIED))
    assert seen == SHIPPED.replace("\n    unverified: true\n", "\n") != SHIPPED


@pytest.mark.parametrize("name", KEYS)
def test_a_shipped_source_is_changed_in_its_own_lines_alone(name: str) -> None:
    own = entry(name)
    off = edited(SHIPPED, Put(source(name, "enabled"), False))
    wanted = own if name in OFF else f"{own}    enabled: false\n"
    assert off == SHIPPED.replace(own, wanted)
    renamed = edited(SHIPPED, Rename(source(name), "another"))
    assert renamed == SHIPPED.replace(f"\n  {name}:", "\n  another:")
    gone = edited(SHIPPED, Drop(source(name)))
    assert gone == SHIPPED.replace(f"\n{own}", "", 1)


def test_a_new_source_stands_at_the_end_in_the_style_of_the_file() -> None:
    url = "https://x.example/?a=[1]&b=#c"
    keys = {"kind": "feed", "name": "老挝: 新闻", "url": url, "tags": ["a", "b, c"]}
    assert edited(SHIPPED, Put(source("new"), keys)) == (
        f"{SHIPPED}\n  new:\n    kind: feed\n    name: '老挝: 新闻'\n"
        f"    url: {url}\n    tags: [a, 'b, c']\n"
    )


# --- what people write ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        (Put(source("kpl", "enabled"), False), '.example/"}', '.example/", enabled: false}'),
        (Put(source("pasaxon", "url"), "http://x/"), "'http://pasaxon.example/'", "http://x/"),
        (Put(source("rfa", "enabled"), True), "enabled: false", "enabled: true"),
        (Put(source("pasaxon", "enabled"), False), "- lo\n", "- lo\n        enabled: false\n"),
        (Put(source("new"), FEED), "for now\n", f"for now\n{NEW}"),
        (Put(("more",), {"a": 1}), "the end\n", "the end\nmore:\n    a: 1\n"),
        (Rename(source("pasaxon"), "1"), " pasaxon:", " '1':"),
        (Drop(source("kpl", "kind")), "kind: feed,   url", "url"),
        (Drop(source("kpl", "url")), ',   url: "http://kpl.example/"', ""),
        (Drop(source("pasaxon", "tags")), "        tags:\n        - lo\n", ""),
        (Drop(source("rfa", "enabled")), "        enabled: false\n", ""),
        (Drop(source("kpl")), f"{KPL}\n", ""),
        (Drop(source("rfa")), RFA, ""),
    ],
)
def test_one_change_changes_its_characters(change: Change, old: str, new: str) -> None:
    assert WRITTEN.count(old) == 1
    assert edited(WRITTEN, change) == WRITTEN.replace(old, new)
    as_dos = edited(WRITTEN.replace("\n", "\r\n"), change)
    assert as_dos == WRITTEN.replace(old, new).replace("\n", "\r\n")


def test_what_goes_takes_the_comments_that_belong_to_it() -> None:
    after = edited(WRITTEN, Drop(source("pasaxon")))
    assert after.split("\n")[3:8] == [KPL.rstrip(), "", "    # --- others ---", "", "    rfa:"]
    assert "# said of all of them\n" in edited(WRITTEN, Drop(source("kpl")))
    after = edited(WRITTEN, Drop(source("pasaxon", "url")), Drop(source("pasaxon", "name")))
    assert "        kind:   page\n        tags:\n" in after


def test_many_changes_are_made_at_once() -> None:
    after = edited(
        WRITTEN,
        Put(source("new"), FEED),
        Drop(source("kpl")),
        Rename(source("rfa"), "rfa-en"),
        Put(source("rfa", "enabled"), True),
        Put(source("last"), FEED),
    )
    wanted = WRITTEN.replace(f"{KPL}\n", "").replace(" rfa:", " rfa-en:")
    wanted = wanted.replace("enabled: false", "enabled: true")
    last = NEW.replace("new", "last")
    assert after == wanted.replace("for now\n", f"for now\n{NEW}{last}")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "sources:\n  n:\n    kind: feed\n"),
        ("# nothing yet\n", "# nothing yet\nsources:\n  n:\n    kind: feed\n"),
        ("# no end of line", "# no end of line\nsources:\n  n:\n    kind: feed\n"),
        ("---\n", "---\nsources:\n  n:\n    kind: feed\n"),
        ("{}\n", "sources:\n  n:\n    kind: feed\n"),
        ("sources:\n", "sources:\n  n:\n    kind: feed\n"),
        ("sources: # none\n# end\n", "sources: # none\n  n:\n    kind: feed\n# end\n"),
        ("sources: {} # none\n", "sources: # none\n  n:\n    kind: feed\n"),
        ("sources: null", "sources:\n  n:\n    kind: feed\n"),
        ("sources: ~\r\n", "sources:\r\n  n:\r\n    kind: feed\r\n"),
        ("sources:\n  # a:\n\nx: 1\n", "sources:\n  # a:\n  n:\n    kind: feed\n\nx: 1\n"),
        ("sources: {a: {k: 1}}\n", "sources: {a: {k: 1}, n: {kind: feed}}\n"),
        ("{sources: }\n", "{sources: {n: {kind: feed}} }\n"),
        ('{"sources": {}}', '{"sources": {n: {kind: feed}}}'),
        ("x: 1\n...\n", "x: 1\nsources:\n  n:\n    kind: feed\n...\n"),
    ],
)
def test_a_first_source_finds_its_place(before: str, after: str) -> None:
    assert edited(before, Put(source("n"), {"kind": "feed"})) == after


def test_the_last_source_leaves_a_file_that_can_be_read() -> None:
    gone = Drop(source("a"))
    assert edited("sources:\n  a:\n    kind: feed\n", gone) == "sources:\n"
    assert edited("sources: {a: {kind: feed}}\n", gone) == "sources: {}\n"
    assert edited("# x\nsources:\n\n  a:\n    k: 1\n\n", gone) == "# x\nsources:\n\n"


def test_a_value_that_was_left_empty_is_filled_in() -> None:
    assert edited("a:\n  b: # now\n", Put(("a", "b"), True)) == "a:\n  b: true # now\n"
    assert edited("a:\n  b: ~\n", Put(("a", "b"), True)) == "a:\n  b: true\n"


def test_flow_entries_that_stand_side_by_side_go_together() -> None:
    text = "sources: {a: {k: 1}, b: {k: 2}, c: {k: 3}}\n"
    after = edited(text, Drop(source("b")), Drop(source("c")))
    assert read_yaml(after, "f").data == {"sources": {"a": {"k": 1}}}


# --- what cannot be done -------------------------------------------------------------------------


SHARED = "sources:\n  a: &x\n    kind: feed\n  b: *x # as a\n"


@pytest.mark.parametrize(
    ("text", "change"),
    [
        (SHARED, Drop(source("a"))),
        (SHARED, Put(source("a", "enabled"), False)),
        (SHARED, Put(source("b", "enabled"), False)),
        (SHARED, Drop(source("b", "kind"))),
        ("sources: {a: {on: &no false}, b: {on: *no}}\n", Put(source("a", "on"), True)),
        ("sources:\n  ? a\n", Put(source("a", "kind"), "feed")),
        ("sources: [a]\n", Put(source("n"), FEED)),
        ("sources:\n- a\n", Put(source("n"), FEED)),
        ("sources:\n  a:\n    name: |+\n      x\n\n", Put(source("a", "on"), False)),
        ("sources:\n  a:\n    name: |\n      x", Put(source("n"), FEED)),
        ("sources:\r  a:\r    kind: feed\r", Drop(source("a"))),
        ("sources: {a: 1, b: 2}\n", Rename(source("a"), "b")),
    ],
)
def test_what_no_change_of_lines_can_do_is_refused(text: str, change: Change) -> None:
    with pytest.raises(ConfigError, match=r"^sources\.yaml:\d: sources\..*edit the file by hand"):
        edited(text, change)


def test_an_alias_may_stand_beside_what_changes() -> None:
    assert edited(SHARED, Drop(source("b"))) == SHARED.replace("  b: *x # as a\n", "")
    assert "\n  b: {kind: feed, url: " in edited(SHARED, Put(source("b"), FEED))


@pytest.mark.parametrize(
    "change", [Drop(source("none")), Rename(("none",), "x"), Drop(source("a", "kind", "y"))]
)
def test_what_is_not_there_is_named(change: Change) -> None:
    with pytest.raises(NotFoundError, match=f"^sources.yaml has no {'.'.join(change.path)}$"):
        edited("sources:\n  a: {kind: feed}\n", change)


def test_a_file_that_is_no_yaml_is_not_touched() -> None:
    with pytest.raises(ConfigError, match=r"^f:1: not YAML"):
        edit("sources: [", [Put(("a",), 1)], "f")


# --- whatever the texts --------------------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
values = st.one_of(texts, st.lists(texts), st.booleans(), st.integers())


@given(st.dictionaries(texts.filter(lambda key: key != "<<"), values), st.booleans())
def test_any_text_that_is_written_is_read_back(entry: dict[str, Any], flow: bool) -> None:
    before = "sources: {a: {k: 1}}\n" if flow else "sources:\n  a: {k: 1}\n"
    after = edited(before, Put(source("n"), entry))
    assert read_yaml(after, "f").data["sources"]["n"] == entry


KEY_LINES = (
    "kind: feed",
    "url: http://x.example/  # an address",
    "name: 'it''s'",
    'title: "a \\" # b"',
    "tags: [a, b]",
    "words:\n    - a\n    - b",
    "include:\n      - '^/news'\n      # and\n      - x",
    "about: >-\n      folded\n      # no comment\n\n      text",
    "kept: |\n      as it is\n",
    "note: a plain text\n      on two lines",
    "enabled: false",
    "empty:",
    "# a comment within",
    "",
)


@st.composite
def entries(draw: st.DrawFn, name: str) -> str:
    if draw(st.booleans()):
        return f"  {name}: {{kind: feed, tags: [x]}} # flow\n"
    lines = draw(st.lists(st.sampled_from(KEY_LINES), max_size=6, unique=True))
    body = "".join(f"    {line}\n" for line in ["first: x", *lines])
    return f"  {name}:\n{body.rstrip()}\n"


@st.composite
def files(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """A file, and the lines of each of its entries."""
    names = [f"s{number}" for number in range(draw(st.integers(1, 5)))]
    chunks = {name: draw(entries(name)) for name in names}
    parts = [draw(st.sampled_from(["sources:\n", "# head\n\nsources: # all\n"]))]
    for name in names:
        above = ("", f"  # about {name}\n", f"\n  # --- part {name} ---\n\n", "\n")
        parts += [draw(st.sampled_from(above)), chunks[name]]
    parts.append(draw(st.sampled_from(["", "\n", "\n# end\n", "other: {x: 1}\n", "  # off: {}\n"])))
    return "".join(parts), chunks


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, dict[str, str], list[Change]]:
    """A file, its entries, and changes to some of them."""
    text, chunks = draw(files())
    changes: list[Change] = []
    for name in draw(st.lists(st.sampled_from(sorted(chunks)), unique=True)):
        possible: list[Change] = [
            *(Put(source(name, "enabled"), True), Put(source(name, "new"), "x: y")),
            *(Drop(source(name)), Rename(source(name), f"{name}-new")),
        ]
        changes.append(draw(st.sampled_from(possible)))
    if draw(st.booleans()):
        changes.append(Put(source("added"), FEED))
    return text, chunks, changes


@settings(max_examples=200)
@given(edits(), st.sampled_from(["\n", "\r\n"]))
def test_entries_that_nobody_touches_stay_as_they_are(
    drawn: tuple[str, dict[str, str], list[Change]], newline: str
) -> None:
    text, chunks, changes = drawn
    after = edited(text.replace("\n", newline), *changes)
    assert after.count("\n") == after.count(newline)
    after = after.replace(newline, "\n")
    for name in chunks.keys() - {change.path[1] for change in changes}:
        assert chunks[name] in after
    kept = re.findall(r"# --- part \w+ ---|# head|# all|# end|# off", text)
    assert re.findall(r"# --- part \w+ ---|# head|# all|# end|# off", after) == kept
