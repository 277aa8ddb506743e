"""YAML with its lines."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ConfigError, Problem
from monitor.yamlfile import MAX_DEPTH, Document, read_yaml


def refusal(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read_yaml(text, "f.yaml")
    assert len(caught.value.problems) == 1
    return str(caught.value.problems[0])


def read(text: str) -> Document:
    document = read_yaml(text, "f.yaml")
    assert document.problems == []
    return document


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("08:30", "08:30"),
        ("0x1F", "0x1F"),
        ("2026-01-22", "2026-01-22"),
        ("True", True),
        ("false", False),
        ("~", None),
        ("", None),
        ("012", 12),
        ("-7", -7),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".", "."),
        ("'12'", "12"),
        ("9" * 5000, "9" * 5000),
        ("[a, {b: c}]", ["a", {"b": "c"}]),
    ],
)
def test_the_core_schema(written: str, value: object) -> None:
    assert read(f"a: {written}\n").data == {"a": value}


def test_nothing_at_all() -> None:
    assert read("").data is None
    assert read("# a comment\n").data is None
    assert read("").lines == {}


def test_a_problem_is_one_line() -> None:
    document = read('"a\\nb": 1\n')
    assert str(document.problem(("a\nb",), "it\nis")) == "f.yaml:1: a b: it is"


def test_every_value_has_its_line() -> None:
    document = read("\ufeffa:\n  b: 1\n  c:\n  - x\n  - {y: 2}\r\nd: >-\n  e\n\n  f\n")
    assert document.lines == {
        (): 1,
        ("a",): 1,
        ("a", "b"): 2,
        ("a", "c"): 3,
        ("a", "c", 0): 4,
        ("a", "c", 1): 5,
        ("a", "c", 1, "y"): 5,
        ("d",): 6,
    }
    assert str(document.problem(("a", "c", 1, "z"), "m")) == "f.yaml:5: a.c.1.z: m"
    assert str(document.problem(("q",), "m")) == "f.yaml:1: q: m"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a:\n\tb: 1\n", "f.yaml:2: not YAML: a tab: indent with spaces only"),
        ("a: 1\n\tb: 1\n", "f.yaml:2: not YAML: a tab: indent with spaces only"),
        ("a:\n- x\n\t- y", "f.yaml:3: not YAML: a tab: indent with spaces only"),
        ("a: @x\t", "f.yaml:1: not YAML: put a text that begins with %, @ or ` in quotes"),
        ("a: b: c", "f.yaml:1: not YAML: a colon too many, or a line too far to the right"),
        ('\na: "x\n\n\n', "f.yaml:2: not YAML: this quote is never closed"),
        ("a: [1,\n  2", "f.yaml:1: not YAML: this bracket is never closed"),
        ("a: *b", "f.yaml:1: not YAML: * without its &"),
        ("a: &x 1\nb: &x 2", "f.yaml:2: not YAML: one name behind & for two values"),
        ("a: 1\n---\nb: 2", "f.yaml:2: not YAML: a second document behind ---"),
        ("a:\n- x\nb", "f.yaml:3: not YAML: a colon is missing behind this key"),
        ("a: 'it's'", "f.yaml:1: not YAML: keys of one level start in one column"),
        ("%FOO\na: 1", "f.yaml:1: not YAML: found unknown directive name"),
        ("a: 1\nb: \x00", "f.yaml:2: a control character"),
        ('a:\n  query: "/\\d+ km/"', "f.yaml:2: not YAML: \\ in double quotes begins an escape"),
    ],
)
def test_what_is_no_yaml(text: str, message: str) -> None:
    assert refusal(text).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3", "f.yaml:3: a: given twice, first in line 1: keep one"),
        ("a: !!python/name:os.system x", "f.yaml:1: a: a tag, allowed: plain values"),
        ("a: 1\n{b: c}: 2", "f.yaml:2: a key must be a plain text"),
        ("a: &a {b: c}\nd:\n  <<: *a", "f.yaml:3: d.<<: keys are not merged (YAML 1.2)"),
    ],
)
def test_what_is_wrong_in_a_readable_file(text: str, message: str) -> None:
    assert [str(p)[: len(message)] for p in read_yaml(text, "f.yaml").problems] == [message]


@pytest.mark.parametrize("count", [MAX_DEPTH + 1, 5_000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("- ", ""), ("{a: ", "}")])
def test_deep_nesting(opening: str, closing: str, count: int) -> None:
    assert refusal(opening * count + closing * count) == (
        f"f.yaml:1: values within values too deep, allowed: {MAX_DEPTH} levels"
    )


def test_a_value_that_holds_itself() -> None:
    assert refusal("a: 1\nb: &b [*b]") == (
        f"f.yaml:2: b: values within values too deep, allowed: {MAX_DEPTH} levels"
    )


def _bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text", [_bomb(), f"a: &a {'x' * 60_000}\nb: [{', '.join(['*a'] * 10_000)}]"]
)
def test_an_alias_bomb_costs_little(text: str) -> None:
    tracemalloc.start()
    message = refusal(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "aliases repeat too much, allowed: 100,000 characters" in message
    assert peak < 50 * 2**20


def test_aliases_in_good_measure() -> None:
    document = read("a: &a [x, {b: c}]\nd: *a\ne: *a\n")
    assert document.data["d"] == document.data["e"] == ["x", {"b": "c"}]


WORDS = st.lists(st.sampled_from(["(a", "b)", "ລາວ", "老挝", '"c', "OR"]), min_size=1, max_size=6)


@given(st.lists(WORDS, min_size=1, max_size=6), st.sampled_from([">-", ">", "|", "|+", ""]))
def test_a_place_in_a_text_of_several_lines_has_its_line(
    lines: list[list[str]], style: str
) -> None:
    if not style and lines[0][0].startswith('"'):
        lines[0].insert(0, "a")  # plain texts begin with no quote
    written = [" ".join(words) for words in lines]
    before = f"q: {style}\n" if style else "q:\n"
    document = read(f"{before}" + "".join(f"  {line}\n" for line in written) + "z: 1\n")
    text, start = document.data["q"], 0
    for index, line in enumerate(written):
        start = text.index(line, start)
        for offset in (0, len(line) - 1):
            found = document.line_in(("q",), start + offset)
            assert found == (index + 2 if len(written) > 1 or style else None)
        start += len(line)


def test_a_place_in_a_text_of_one_line_or_in_quotes_has_none() -> None:
    document = read('a: b c\nd: "e\n  f"\n')
    assert document.line_in(("a",), 2) is None
    assert document.line_in(("d",), 2) is None


def test_the_end_of_a_text_is_on_its_last_line() -> None:
    document = read("a: >-\n  b\n  c OR\n\n# comment\nd: 1\n")
    assert document.line_in(("a",), len("b c OR")) == 3
    assert document.line_in(("a",), 1) == 2


@settings(deadline=None)
@given(
    st.text(st.sampled_from(list("ab:-?[]{},&*!|>'\"%@`#~<\t\n .01\u00e9\ufeff\x00")), max_size=40)
)
def test_any_text_is_read_or_refused(text: str) -> None:
    problems: list[Problem] = []
    try:
        problems += read_yaml(text, "f.yaml").problems
    except ConfigError as error:
        problems += error.problems
    assert all(problem.message and "\n" not in problem.message for problem in problems)


PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inside: st.lists(inside) | st.dictionaries(st.text(), inside),
    max_leaves=10,
)


@given(PLAIN)
def test_what_yaml_writes_is_read_back(value: Any) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, default_style='"')
    found = read_yaml(text, "f.yaml").data
    assert str(found) == str(_without_merges(yaml.safe_load(text)))


def _without_merges(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_merges(item) for item in value]
    if isinstance(value, dict):
        return {k: _without_merges(v) for k, v in value.items() if k != "<<"}
    return value
