"""The command line as data, for tests that hold documents and containers to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from monitor.cli import app

ROOT: Any = get_command(app)  # Typer has its own copy of click, so no public type


def commands(command: Any = ROOT, name: str = "monitor") -> Iterator[tuple[str, Any]]:
    """Every command and group with its full name."""
    yield name, command
    for part, below in getattr(command, "commands", {}).items():
        yield from commands(below, f"{name} {part}")


def check_call(words: list[str]) -> str:
    """The command that ``words`` call. Raises where it would not take them, values included."""
    name, command, rest = "monitor", ROOT, words[1:]
    while hasattr(command, "commands"):
        rest = _without_options(command, rest, name)
        if not rest:
            return name
        assert rest[0] in command.commands, f"{name} has no command {rest[0]}"
        name, command, rest = f"{name} {rest[0]}", command.commands[rest[0]], rest[1:]
    if "--help" not in rest:
        command.make_context(command.name, list(rest))
    return name


def _without_options(group: Any, words: list[str], name: str) -> list[str]:
    """``words`` behind the options of a group."""
    known = {spelling: option for option in group.params for spelling in option.opts}
    known |= dict.fromkeys(("--help", "-h"), None)
    while words and words[0].startswith("-"):
        option, joined, _ = words[0].partition("=")
        assert option in known, f"{name} has no option {option}"
        takes_value = known[option] is not None and not known[option].is_flag and not joined
        words = words[2 if takes_value else 1 :]
    return words


def make_targets(makefile: str) -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
