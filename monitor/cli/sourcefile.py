"""``sources.yaml`` as the commands change it: drafted, checked, shown, then written at once."""

from __future__ import annotations

import difflib
import itertools
import os
import re
import shutil
import unicodedata
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from monitor.cli.common import Context
from monitor.cli.show import out
from monitor.config import load_config
from monitor.discover import Source
from monitor.edit import Change, edit
from monitor.errors import ConfigError, MonitorError, NotFoundError, Problem
from monitor.problems import meant
from monitor.settings import FileName
from monitor.text import flat

SOURCES: FileName = "sources.yaml"
LONGEST_ID = 64

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would change in sources.yaml, and stop.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


@dataclass(frozen=True, slots=True)
class Draft:
    """A file as it is, and as it is to be."""

    path: Path
    before: bytes
    after: bytes


def drafted(called: Context, changes: Sequence[Change]) -> Draft:
    """``sources.yaml`` with ``changes``, which the whole configuration still is in order with.

    Raises ConfigError, or NotFoundError for what is not there.
    """
    path = called.directory / SOURCES
    before = path.read_bytes()
    mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
    after = edit(before.removeprefix(mark).decode("utf-8"), changes, str(path))
    load_config(called.directory, called.env, drafts={SOURCES: after})
    return Draft(path, before, mark + after.encode("utf-8"))


def show(draft: Draft) -> None:
    """The lines that would change, as ``diff -u`` has them."""
    name = str(draft.path)
    before, after = (text.decode("utf-8").splitlines() for text in (draft.before, draft.after))
    for line in difflib.unified_diff(before, after, name, name, lineterm=""):
        out.print(flat(line), markup=False, soft_wrap=True)


def write(draft: Draft) -> None:
    """Put the draft in the file's place, as a whole or not at all.

    Raises MonitorError where somebody has changed the file meanwhile, ConfigError where it cannot
    be written.
    """
    path = draft.path.resolve()  # a symbolic link stays one
    if path.read_bytes() != draft.before:
        raise MonitorError(f"{draft.path} was changed by somebody else just now: try again")
    replace(path, draft.after)


def replace(path: Path, body: bytes) -> None:
    """Write a file so that nobody ever sees half of it; mode and owner stay. Raises ConfigError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            _as_before(path, temporary)
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        message = f"cannot be written: {error.strerror}"
        raise ConfigError([Problem(str(path), None, "", message)]) from error


def _as_before(path: Path, temporary: Path) -> None:
    shutil.copymode(path, temporary)
    with suppress(PermissionError):  # who may not give files away has its own ones here
        os.chown(temporary, path.stat().st_uid, path.stat().st_gid)


# --- names and values ----------------------------------------------------------------------------


def named(sources: Sequence[Source], names: Sequence[str]) -> list[Source]:
    """The sources of these ids. Raises NotFoundError."""
    by_id = {source.id: source for source in sources}
    for name in names:
        if name not in by_id:
            raise NotFoundError(f"no source {name!r} in {SOURCES}{meant(name, by_id)}")
    return [by_id[name] for name in dict.fromkeys(names)]


def new_id(title: str, url: str, taken: Collection[str]) -> str:
    """A key for a new source: of its title's Latin letters, if these are most of it; else its host.

    >>> new_id("Vientiane Times", "https://vientianetimes.org.la/", {"vientiane-times"})
    'vientiane-times-2'
    """
    words = _slug(title)
    letters = sum(character.isalnum() for character in title)
    if 2 * sum(character.isalnum() for character in words) < max(letters, 2):
        words = _slug((urlsplit(url).hostname or "").removeprefix("www."))
    name = words = words or "source"
    numbered = (f"{words[: LONGEST_ID - len(str(n)) - 1]}-{n}" for n in itertools.count(2))
    while name in taken:
        name = next(numbered)
    return name


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:LONGEST_ID].rstrip("-")


def literal(value: Any) -> Any:
    """``value`` of a stranger as it may stand in a file: nothing in it is filled in from outside.

    A feed called ``${DATABASE_URL}`` would else bear that secret as its name.
    """
    if isinstance(value, str):
        return flat(value).replace("${", "$${")
    if isinstance(value, dict):
        return {key: literal(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [literal(item) for item in value]
    return value
