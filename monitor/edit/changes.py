"""What is to change in a file, by the way to it, and what the file says then."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from monitor.errors import NotFoundError

Path = tuple[str, ...]  # the way from the root to a value: ("sources", "kpl", "url")


@dataclass(frozen=True, slots=True)
class Put:
    """Give a key this value; a new one goes to the end of what holds it."""

    path: Path
    value: Any  # text, number, true or false, or a list or mapping of such


@dataclass(frozen=True, slots=True)
class Drop:
    """Take a key away, with its value and the comments that belong to it."""

    path: Path


@dataclass(frozen=True, slots=True)
class Rename:
    """Give a key another name, where it stands."""

    path: Path
    name: str


Change = Put | Drop | Rename


def changed(data: Any, changes: Sequence[Change], file: str) -> Any:
    """``data`` after ``changes``, whose ways are those before. Raises NotFoundError."""
    root = {"": deepcopy(data)}
    for change in sorted(changes, key=lambda change: isinstance(change, Rename)):
        holder, path = root, ("", *change.path)
        for part in path[:-1]:
            holder = _below(holder, part, make=isinstance(change, Put))
        last = path[-1]
        if isinstance(change, Put):
            holder[last] = change.value
        elif last not in holder:
            raise NotFoundError(f"{file} has no {'.'.join(change.path)}")
        elif isinstance(change, Drop):
            del holder[last]
        else:
            renamed = [(change.name if key == last else key, holder[key]) for key in holder]
            holder.clear()
            holder.update(renamed)
    return root[""]


def _below(holder: dict[str, Any], key: str, *, make: bool) -> dict[str, Any]:
    if make and not holder.get(key):
        holder[key] = {}
    found = holder.get(key)
    return found if isinstance(found, dict) else {}
