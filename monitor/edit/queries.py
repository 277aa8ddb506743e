"""Queries of a rules file, laid out anew where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from monitor.edit.lines import newline_of
from monitor.edit.nodes import Entry, Node, parse
from monitor.edit.written import STEP, flow

_HEADER = re.compile(r">[-+0-9]*[ \t]*(#[^\r\n]*)?")
_ANCHORED = re.compile(r"[&*!]")


def queries(text: str) -> Iterator[str]:
    """The ids of the rules whose query can be written anew. Raises ruamel.yaml's YAMLError."""
    yield from (name for name, _, _ in _written(text))


def relaid(text: str, wanted: Mapping[str, Sequence[str]]) -> str:
    """``text`` with these queries by rule, each in lines; all else stays as it is.

    Lines that cannot stand below each other are joined. Raises ruamel.yaml's YAMLError.
    """
    for name, rule, entry in reversed(list(_written(text))):
        if lines := wanted.get(name):
            start, end = entry.value.start, entry.value.end
            text = text[:start] + _block(text, rule, entry, lines) + text[end:]
    return text


def _written(text: str) -> Iterator[tuple[str, Node, Entry]]:
    rules = parse(text).entries.get("rules")
    for name, rule in (rules.value.entries if rules else {}).items():
        entry = rule.value.entries.get("query")
        if entry and not entry.value.empty and not _ANCHORED.match(text, entry.value.start):
            yield name, rule.value, entry


def _block(text: str, rule: Node, entry: Entry, lines: Sequence[str]) -> str:
    comment = _HEADER.match(text, entry.value.start)
    if len(lines) == 1 or rule.flow:
        return flow(" ".join(line.strip() for line in lines))
    margin = newline_of(text) + " " * (entry.key.column + STEP)
    told = f" {comment[1]}" if comment and comment[1] else ""
    return f">-{told}" + "".join(margin + line for line in lines)
