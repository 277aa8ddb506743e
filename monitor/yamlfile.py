"""YAML that remembers its lines, so that an error in a file can name one.

YAML 1.2's core schema (https://yaml.org/spec/1.2.2/#103-core-schema): ``no``, ``on`` and ``08:30``
are texts, unlike in YAML 1.1, which turns them into booleans and sexagesimal numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

from monitor.errors import ConfigError, Problem
from monitor.text import one_line

# The way from the root to a value: ("sources", "kpl", "url") or ("to", 0).
Path = tuple[str | int, ...]

MAX_DEPTH = 32  # values within values; a configuration needs five
MAX_REPEATED = 100_000  # characters that aliases may repeat: a page of text, a thousand times

_BLANK = re.compile(r"\s+")
_TAG = "tag:yaml.org,2002:"


class _CoreLoader(yaml.CSafeLoader):
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _name, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"null|Null|NULL|~|", "nN~"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    _CoreLoader.add_implicit_resolver(
        f"{_TAG}{_name}", re.compile(rf"(?:{_pattern})\Z"), [*_first, ""]
    )


def _integer(text: str) -> int | str:
    # Python refuses to read integers of thousands of digits; no field of ours takes one.
    return int(text) if len(text) < 100 else text


_SCALARS: dict[str, Callable[[str], Any]] = {
    f"{_TAG}bool": lambda text: text.lower() == "true",
    f"{_TAG}null": lambda _: None,
    f"{_TAG}int": _integer,
    f"{_TAG}float": float,
    f"{_TAG}str": str,
}


@dataclass
class Document:
    """A file's plain data and the line (from 1) at which each value's key stands."""

    file: str
    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    # Texts of several lines: where they start, and the lines as written.
    texts: dict[Path, tuple[int, list[str]]] = field(default_factory=dict)

    def problem(self, path: Path, message: str, *, line: int | None = None) -> Problem:
        """A Problem at ``path``, or at the nearest thing above it that the file holds."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        key = one_line(".".join(str(part) for part in path), 200)
        return Problem(self.file, line or self.lines.get(known), key, one_line(message))

    def line_in(self, path: Path, position: int) -> int | None:
        """The line on which character ``position`` of the text at ``path`` is written.

        Folding changes blanks and line ends only, so all other characters are counted. None for a
        text of one line, or in quotes.
        """
        if path not in self.texts:
            return None
        line, written = self.texts[path]
        ahead = len(_BLANK.sub("", self._at(path)[: position + 1])) - 1
        for text in written:
            inked = len(_BLANK.sub("", text))
            if ahead < inked:
                return line
            ahead, line = ahead - inked, line + 1
        return line

    def _at(self, path: Path) -> Any:
        value = self.data
        for part in path:
            value = value[part]
        return value


def is_yaml(name: str) -> bool:
    """Whether a file is one, by its name; what begins with a point is of an editor or a Mac."""
    return name.lower().endswith((".yaml", ".yml")) and not name.startswith(".")


def read_yaml(text: str, file: str) -> Document:
    """Parse one YAML document.

    Raises ConfigError where it is not YAML at all, nested deeper than MAX_DEPTH, or repeats more
    than MAX_REPEATED through aliases; what is wrong in a readable file (a doubled key, a tag) is
    collected in ``Document.problems``.
    """
    try:
        _check_depth(text, file)
        node = _CoreLoader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        raise ConfigError([_unreadable(text, file, error)]) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, int(error.position)) + 1
        message = "a control character: YAML holds printable text only"
        raise ConfigError([Problem(file, line, "", message)]) from error
    return _Reading(text, Document(file)).read(node)


def _check_depth(text: str, file: str) -> None:
    """Before nodes are made of them: PyYAML's composer recurses, its parser does not."""
    depth = 0
    for event in yaml.parse(text, Loader=_CoreLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            line = event.start_mark.line + 1 if event.start_mark else None
            raise ConfigError([Problem(file, line, "", _TOO_DEEP)])


_TOO_DEEP = f"values within values too deep, allowed: {MAX_DEPTH} levels"

# What libyaml says, in words that tell what to do and never hold the text itself; and whether
# the line to show is the one where the broken thing starts, not the one where libyaml noticed.
_HINTS = (
    ("undefined alias", "* without its &: put a text that begins with * in quotes", False),
    ("second occurrence", "one name behind & for two values", False),
    ("cannot start any token", "put a text that begins with %, @ or ` in quotes", False),
    ("another document", "a second document behind ---: a file holds one", False),
    (
        "unknown escape character",
        r"\ in double quotes begins an escape: use single quotes, or put the text below `>-`",
        False,
    ),
    ("unexpected end of stream", "this quote is never closed", True),
    ("expected ',' or", "this bracket is never closed, or a comma is missing in it", True),
    ("could not find expected ':'", "a colon is missing behind this key", True),
    (
        "mapping values are not allowed",
        "a colon too many, or a line too far to the right: put a text with ': ' in it in quotes",
        False,
    ),
    (
        "did not find expected key",
        "keys of one level start in one column; a query that begins with a quote goes below `>-`",
        False,
    ),
)


def _unreadable(text: str, file: str, error: yaml.MarkedYAMLError) -> Problem:
    said = error.problem or "a mistake"
    hint, from_start = said, False
    for part, words, start in _HINTS:
        if part in said or part in (error.context or ""):
            hint, from_start = words, start
            break
    mark = (from_start and error.context_mark) or error.problem_mark or error.context_mark
    lines = text.splitlines() or [""]
    line = min(mark.line if mark else 0, len(lines) - 1)
    indent = lines[line][: len(lines[line]) - len(lines[line].lstrip())]
    if "tab character" in said or ("any token" in said and "\t" in indent):
        hint = "a tab: indent with spaces only"
    return Problem(file, line + 1, "", f"not YAML: {hint}")


class _Reading:
    """One walk over the nodes of a file: what it has met so far, and the Document it fills."""

    def __init__(self, text: str, document: Document) -> None:
        self.lines, self.document = text.splitlines(), document
        self.met: set[int] = set()  # nodes; an alias leads to one again
        self.repeated = 0

    def read(self, root: yaml.Node | None) -> Document:
        if root is not None:
            self.document.data = self.value(root, ())
        return self.document

    def value(self, node: Any, path: Path) -> Any:
        self.document.lines.setdefault(path, node.start_mark.line + 1)
        self.spend(node, path)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        if node.tag not in _SCALARS:
            self.wrong(
                path, "a tag, allowed: plain values; put a text that begins with ! in quotes"
            )
            return None
        if node.style not in ("'", '"') and node.end_mark.line > node.start_mark.line:
            self.document.texts[path] = self.written(node)
        return _SCALARS[node.tag](node.value)

    def spend(self, node: Any, path: Path) -> None:
        """Keep what aliases repeat within bounds, a value that holds itself included."""
        if id(node) in self.met:
            self.repeated += 1 + len(node.value)
        self.met.add(id(node))
        if self.repeated > MAX_REPEATED:
            self.stop(path[:1], f"aliases repeat too much, allowed: {MAX_REPEATED:,} characters")
        if len(path) > MAX_DEPTH:
            self.stop(path[:1], _TOO_DEEP)

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.wrong(path, "a key must be a plain text", line)
                continue
            here = (*path, key_node.value)
            if key_node.value == "<<":
                self.wrong(here, "keys are not merged (YAML 1.2): write them out", line)
                continue
            if key_node.value in data:
                first = self.document.lines[here]
                self.wrong(here, f"given twice, first in line {first}: keep one", line)
            self.document.lines[here] = line
            data[key_node.value] = self.value(value_node, here)
        return data

    def written(self, node: yaml.ScalarNode) -> tuple[int, list[str]]:
        """Where an unquoted text starts, and its lines; a block starts below its ``>`` or ``|``."""
        start, end = node.start_mark, node.end_mark
        lines = self.lines[start.line : end.line + 1]
        if node.style in ("|", ">"):
            return start.line + 2, lines[1:]
        return start.line + 1, [lines[0][start.column :], *lines[1:]]

    def wrong(self, path: Path, message: str, line: int | None = None) -> None:
        self.document.problems.append(self.document.problem(path, message, line=line))

    def stop(self, path: Path, message: str) -> None:
        raise ConfigError([self.document.problem(path, message)])
