"""How new values are written into a YAML text."""

from __future__ import annotations

import re
import sys
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, SingleQuotedScalarString

STEP = 2  # columns by which what is below a key is indented, where a file does not say otherwise


def block(data: dict[str, Any], step: int = STEP) -> str:
    """``data`` as lines of a block; lists stand in brackets."""
    return _dumped(_block(data), step)


def flow(value: Any) -> str:
    """``value`` on one line, as it may stand in brackets and behind a key."""
    if isinstance(value, (dict, list, tuple)):
        return _dumped(_flow(value), STEP).strip()
    return _dumped(_flow([value]), STEP).strip()[1:-1]  # alone, it would end with a "..."


def _dumped(data: Any, step: int) -> str:
    writer = YAML()
    writer.indent(mapping=step)
    writer.width = sys.maxsize
    lines = StringIO()
    writer.dump(data, lines)
    return lines.getvalue()


def _block(data: Any) -> Any:
    if not isinstance(data, dict):
        return _flow(data)
    return CommentedMap((_scalar(key), _block(value)) for key, value in data.items())


def _flow(data: Any) -> Any:
    if isinstance(data, dict):
        entries = CommentedMap((_scalar(key), _flow(value)) for key, value in data.items())
        entries.fa.set_flow_style()
        return entries
    if isinstance(data, (list, tuple)):
        items = CommentedSeq(map(_flow, data))
        items.fa.set_flow_style()
        return items
    return _scalar(data)


def _scalar(value: Any) -> Any:
    """Quoted where libyaml, which reads our files, would take bare text for something else."""
    if not isinstance(value, str):
        return value
    if not value.isprintable():
        return DoubleQuotedScalarString(value)
    return SingleQuotedScalarString(value) if _DOUBTFUL.search(value) else value


# A first character that is a sign, a colon with anything but a letter, a figure or / behind it.
_DOUBTFUL = re.compile(r"^\W|:(?![\w/])")
