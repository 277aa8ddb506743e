"""What the commands share: the configuration they were called with, and how they show things."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from monitor import app as house
from monitor.concepts import Library
from monitor.config import PROFILES, Config, load_config, load_library, load_settings
from monitor.errors import NotFoundError
from monitor.fields import Duration
from monitor.files import read_all, read_any
from monitor.match import NO_CONCEPTS, Concepts
from monitor.parse import Profile, load_profiles
from monitor.settings import FetchSettings, MonitorFile
from monitor.store import Store
from monitor.text import flat

AsJson = Annotated[bool, typer.Option("--json", help="For machines: JSON.")]
MOST = 1_000_000_000
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=MOST, help="At most so many.")]

_duration: TypeAdapter[timedelta] = TypeAdapter(Duration)


class _Printable(logging.Formatter):
    """Log lines in which a stranger's address cannot steer the terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(map(flat, super().format(record).split("\n")))


@dataclass(frozen=True, slots=True)
class Context:
    """How the command line was called."""

    directory: Path
    env: Mapping[str, str]
    verbose: bool = False

    def config(self) -> Config:
        """Raises ConfigError."""
        return load_config(self.directory, self.env)

    def settings(self) -> MonitorFile:
        """``monitor.yaml`` alone, for what needs no more. Raises ConfigError."""
        return load_settings(self.directory, self.env)

    def fetch_settings(self) -> FetchSettings:
        """Those of the configuration, or the defaults where there is none yet."""
        return self.settings().fetch if self.directory.is_dir() else FetchSettings()

    def concepts(self) -> Concepts:
        """Those of the configuration; none where there is none yet. Raises ConfigError."""
        return load_library(self.directory).concepts if self.directory.is_dir() else NO_CONCEPTS

    def profiles(self) -> Mapping[str, Profile]:
        """Of sites' layouts; none where there is no configuration yet. Raises ConfigError."""
        return load_profiles(self.directory / PROFILES)

    def library(self) -> Library:
        """The concepts; those that ship where there is no configuration yet. Raises ConfigError."""
        return load_library(self.directory if self.directory.is_dir() else house.starter())

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The configured database, upgraded if need be. Raises ConfigError and StoreError."""
        with house.opened(self.settings().store, self.directory.parent) as store:
            yield store

    def log(self) -> None:
        """Log to standard error, a line an event."""
        to_stderr = logging.StreamHandler(sys.stderr)
        to_stderr.setFormatter(_Printable("%(asctime)s %(levelname)-7s %(message)s"))
        level = logging.DEBUG if self.verbose else logging.INFO
        logging.basicConfig(level=level, handlers=[to_stderr])
        for noisy in ("httpx", "httpcore", "apscheduler", "alembic", "watchfiles", "asyncio"):
            logging.getLogger(noisy).setLevel(logging.WARNING)


def read_given(file: str) -> bytes:
    """What a file holds or a pipe gives; of ``-``, standard input. Raises NotFoundError."""
    try:
        return read_all(sys.stdin.buffer) if file == "-" else read_any(Path(file))
    except FileNotFoundError as error:
        raise NotFoundError(f"cannot read {file}: no such file") from error
    except OSError as error:
        raise NotFoundError(f"cannot read {file}: {error.strerror}") from error


def since(text: str | None) -> datetime | None:
    """``7d`` as the moment a week ago. Raises typer.BadParameter."""
    if text is None:
        return None
    try:
        return house.utc_now() - _duration.validate_python(text)
    except ValidationError as error:
        raise typer.BadParameter(f"{text!r} is not a length of time: 6h, 30d …") from error
