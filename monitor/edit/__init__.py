"""Change a file that people write, and leave all else in it as they wrote it, to the byte.

ruamel.yaml says where each value stands and writes the new ones; the text between is not touched.
Its own round trip is no help here: it indents anew, and takes the comment above the next key along
with a key that goes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from monitor.edit.changes import Change, Drop, Put, Rename, changed
from monitor.errors import ConfigError
from monitor.yamlfile import Document, read_yaml

__all__ = ["Change", "Drop", "Put", "Rename", "edit"]


def edit(text: str, changes: Sequence[Change], file: str) -> str:
    """``text``, the content of ``file``, with these ``changes``, whose ways are those in ``text``.

    Comments, order, quoting, anchors, blank lines and line ends stay. The result is read back: it
    says what was asked for, and nothing else. Raises NotFoundError for a key that is not there, and
    ConfigError for a file that cannot be read, or that is written so that no change of its text
    comes to just what is wanted: an anchor is in the way, an alias, a key behind ``?``.
    """
    # Slow to load, and most commands change no file.
    from ruamel.yaml.error import YAMLError

    from monitor.edit.nodes import parse
    from monitor.edit.splices import spliced, splices

    before = read_yaml(text, file)
    wanted = changed(before.data, changes, file)
    try:
        after = spliced(text, splices(text, parse(text), changes))
        said = read_yaml(after, file)
    except (YAMLError, ConfigError, ValueError) as error:
        raise _refused(before, changes) from error
    if _as_json(said.data) != _as_json(wanted) or len(said.problems) > len(before.problems):
        raise _refused(before, changes)
    return after


def _as_json(data: Any) -> str:
    """To be compared: the order of keys counts, a mapping of nothing is as good as none."""
    return json.dumps(data).replace("{}", "null")


def _refused(document: Document, changes: Sequence[Change]) -> ConfigError:
    message = "the program cannot change this and leave all else as it is: edit the file by hand"
    problems = {document.problem(change.path, message) for change in changes}
    return ConfigError(sorted(problems, key=lambda problem: (problem.line or 0, problem.key)))
