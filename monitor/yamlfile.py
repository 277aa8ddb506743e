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

# The way from the root to a value: ("sources", "kpl", "url") or ("to", 0).
Path = tuple[str | int, ...]


class _CoreLoader(yaml.CSafeLoader):
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"null|Null|NULL|~|", "nN~"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    _CoreLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})\Z"), [*_first, ""]
    )

_SCALARS: dict[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:bool": lambda text: text.lower() == "true",
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
    "tag:yaml.org,2002:str": str,
}


@dataclass
class Document:
    """A file's plain data and the line (from 1) at which each value's key stands."""

    file: str
    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, path: Path, message: str) -> Problem:
        """A Problem at ``path``, or at the nearest thing above it that the file holds."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        key = ".".join(str(part) for part in path)
        return Problem(self.file, self.lines.get(known), key, message)


def read_yaml(text: str, file: str) -> Document:
    """Parse one YAML document.

    Raises ConfigError where it is not YAML at all; what is wrong in a readable file
    (a doubled key, an unknown tag) is collected in ``Document.problems``.
    """
    document = Document(file)
    try:
        node = _CoreLoader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        raise ConfigError([_unreadable(file, error)]) from error
    except yaml.YAMLError as error:  # a control character: the reader knows no line
        raise ConfigError([Problem(file, None, "", f"not readable as YAML: {error}")]) from error
    if node is not None:
        document.data = _plain(node, (), document)
    return document


def _unreadable(file: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    message = error.problem or "not readable as YAML"
    if "'\\t'" in message:
        message = "a tab: indent YAML with spaces only"
    return Problem(file, mark.line + 1 if mark else None, "", message)


def _plain(node: Any, path: Path, document: Document) -> Any:
    document.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, document)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, index), document) for index, item in enumerate(node.value)]
    if node.tag not in _SCALARS:
        document.problems.append(
            document.problem(path, f"unknown tag {node.tag!r}, allowed: plain values only")
        )
        return None
    return _SCALARS[node.tag](node.value)


def _mapping(node: yaml.MappingNode, path: Path, document: Document) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        here = (*path, key)
        if key in data:
            document.problems.append(
                Problem(
                    document.file,
                    line,
                    ".".join(map(str, here)),
                    f"given twice, first in line {document.lines[here]}: keep one",
                )
            )
        document.lines[here] = line
        data[key] = _plain(value_node, here, document)
    return data
