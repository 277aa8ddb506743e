"""Where things stand in a YAML text, to the character."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)


@dataclass(frozen=True, slots=True)
class Node:
    """A value in a text: from ``start`` to before ``end``, in characters."""

    start: int
    end: int
    column: int  # of its first character; of its first key where it is a mapping
    entries: dict[str, Entry] = field(default_factory=dict)  # of a mapping
    flow: bool = False  # in brackets, or in JSON's way
    empty: bool = False  # null, or a mapping of nothing


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value."""

    key: Node
    value: Node


def parse(text: str) -> Node:
    """The root of a text of one document. Raises ruamel.yaml's YAMLError."""
    events: Iterator[Event] = YAML().parse(text)
    for event in events:
        if isinstance(event, (ScalarEvent, AliasEvent, MappingStartEvent, SequenceStartEvent)):
            return _node(event, events, text)
    return Node(len(text), len(text), 0, empty=True)


def _node(event: Event, events: Iterator[Event], text: str) -> Node:
    start, end, column = event.start_mark.index, event.end_mark.index, event.start_mark.column
    if isinstance(event, MappingStartEvent):
        return _mapping(event, events, text)
    if isinstance(event, SequenceStartEvent):
        return _sequence(event, events, text)
    if isinstance(event, ScalarEvent) and event.style in ("|", ">"):
        end = start + len(text[start:end].rstrip())  # a block takes the blank lines below it along
    null = isinstance(event, ScalarEvent) and not event.style and event.value in _NULLS
    return Node(start, end, column, empty=null)


_NULLS = ("", "~", "null", "Null", "NULL")


def _mapping(event: MappingStartEvent, events: Iterator[Event], text: str) -> Node:
    start, column = event.start_mark.index, event.start_mark.column
    entries: dict[str, Entry] = {}
    while not isinstance(at_key := next(events), MappingEndEvent):
        key = _node(at_key, events, text)
        value = _node(next(events), events, text)
        if value.empty and value.start == value.end:  # its event stands at whatever comes next
            behind = text.index(":", key.end) + 1
            value = Node(behind, behind, value.column, empty=True)
        column = column if entries or event.flow_style else key.column
        entries[getattr(at_key, "value", "")] = Entry(key, value)
    ends = [entry.value.end for entry in entries.values()]
    end = at_key.end_mark.index if event.flow_style else ends[-1]
    return Node(start, end, column, entries, flow=bool(event.flow_style), empty=not entries)


def _sequence(event: SequenceStartEvent, events: Iterator[Event], text: str) -> Node:
    start = end = event.start_mark.index
    while not isinstance(at_item := next(events), SequenceEndEvent):
        end = _node(at_item, events, text).end
    end = at_item.end_mark.index if event.flow_style else end
    return Node(start, end, event.start_mark.column, flow=bool(event.flow_style))
