"""The tree of a query. Nodes are plain values; ``evaluate.py`` says what each of them means."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

# Where a term may be looked for; None stands for the title and the paragraphs.
TEXT_FIELDS = ("title", "body", "lead")
OTHER_FIELDS = ("source", "site", "author", "dateline", "section")
FIELDS = (*TEXT_FIELDS, *OTHER_FIELDS)


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase. ``form``: word; prefix; exact (its case counts); stem (its word forms)."""

    written: str  # as the rule writes it, without quotes and field
    needle: str  # what is looked for in canonical text; of a stem, the stem
    field: str | None = None
    form: str = "word"
    position: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Regex:
    """A pattern of RE2, held against each title and paragraph as printed, in any case."""

    pattern: str
    field: str | None = None
    position: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ConceptRef:
    """All names of a concept, and of those that are narrower."""

    id: str
    field: str | None = None
    position: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Language:
    """The story's language, by its primary subtag (BCP 47)."""

    code: str
    position: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """A number or date of the story against ``value``."""

    name: str  # of NUMBERS or DATES
    op: str  # > >= < <= =
    value: int | date
    position: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    child: Node
    position: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A query under the name of a concept."""

    id: str
    child: Node
    position: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Near:
    """A place of each child in one paragraph, with at most ``words`` others between them all."""

    children: tuple[Node, ...]  # groups; more than two of a phrase with ~ alone
    words: int
    ordered: bool = False
    phrase: str | None = None  # "a phrase"~n, as it was written
    position: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Within:
    """A place of each child in one ``unit``: sentence or both (the title is one); paragraph."""

    unit: str
    children: tuple[Node, ...]  # groups
    position: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """``number`` places of the child that do not overlap."""

    number: int
    child: Node  # a group
    position: int = dataclasses.field(default=0, compare=False)


Leaf = Term | Regex | ConceptRef
Filter = Language | Compare
Node = Leaf | Filter | Not | And | Or | Named | Near | Within | AtLeast

_JOINTS = (And, Or, Near, Within)
NUMBERS = ("carried", "words")
DATES = ("updated", "published")


def children_of(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Not | Named | AtLeast):
        return (node.child,)
    return node.children if isinstance(node, _JOINTS) else ()


def every(node: Node) -> Iterator[Node]:
    """A node and all below it."""
    yield node
    for child in children_of(node):
        yield from every(child)


def leaves(node: Node) -> Iterator[Leaf]:
    """What is looked for anywhere in a tree, from left to right, under NOT too."""
    return (each for each in every(node) if isinstance(each, Leaf))


def is_group(node: Node) -> bool:
    """Whether a node has places: a leaf, or leaves joined by OR."""
    return isinstance(node, Leaf) or (isinstance(node, Or) and all(map(is_group, node.children)))


def position_of(node: Node) -> int:
    """Where a node begins in its query, in characters from 0."""
    return position_of(node.children[0]) if isinstance(node, And | Or) else node.position
