"""Edits of the configuration: when there are some, and what they change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TypeAlias

from watchfiles import awatch

from monitor.config import CONCEPTS, PROFILES, TEMPLATES, Config
from monitor.settings import FILES
from monitor.yamlfile import is_yaml

STEP, MOST_STEPS = 200, 2_000  # milliseconds without a change, and of changes: all is written then
# The system tells of changes in the folder alone. What links lead to, as in a mounted ConfigMap,
# and what lies on a shared drive is looked at so often.
LOOK_EVERY = 5_000  # milliseconds
_FOLDERS = (PROFILES, CONCEPTS, TEMPLATES)
_MOST_NAMED = 5  # rules of a kind

State: TypeAlias = dict[Path, tuple[int, ...]]


def state_of(directory: Path) -> State:
    """What tells each file of the configuration from what it was before."""
    return dict(_states(directory))


def _states(directory: Path) -> Iterator[tuple[Path, tuple[int, ...]]]:
    inside = [path for name in _FOLDERS for path in (directory / name).glob("[!.]*")]
    inside = [path for path in inside if is_yaml(path.name) or path.suffix == ".j2"]
    for path in (*(directory / name for name in FILES), *inside):
        try:
            found = path.stat()
        except OSError:
            continue  # to load it says why
        yield path, (found.st_mtime_ns, found.st_size, found.st_ino)


async def edits(directory: Path, before: State, stopped: asyncio.Event) -> AsyncIterator[None]:
    """Each time that files are not what they were ``before``, and are not being written."""
    told = awatch(
        directory,
        stop_event=stopped,
        step=STEP,
        debounce=MOST_STEPS,
        rust_timeout=LOOK_EVERY,
        yield_on_timeout=True,
    )
    async for _ in told:
        now = await asyncio.to_thread(state_of, directory)
        if now != before:
            before = now
            yield


def changed_rules(before: Config, after: Config) -> str:
    """Which rules are gone, new or others: ``gone: a, b; new: c``; empty where none is."""
    old, new = ({rule.id: rule for rule in config.rules} for config in (before, after))
    kinds = {
        "gone": [name for name in old if name not in new],
        "new": [name for name in new if name not in old],
        "changed": [name for name in new if name in old and new[name] != old[name]],
    }
    return "; ".join(f"{kind}: {_some(names)}" for kind, names in kinds.items() if names)


def _some(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
