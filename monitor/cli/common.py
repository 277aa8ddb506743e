"""What the commands share: the configuration they were called with, and how they show things."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor import app as house
from monitor.config import Config, load_config, load_settings
from monitor.fields import Duration
from monitor.models import Article, Moment
from monitor.settings import FetchSettings, MonitorFile
from monitor.store import Store
from monitor.text import escaped, flat, one_line

AsJson = Annotated[bool, typer.Option("--json", help="For machines: JSON.")]
MOST = 1_000_000_000
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=MOST, help="At most so many.")]

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

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


def since(text: str | None) -> datetime | None:
    """``7d`` as the moment a week ago. Raises typer.BadParameter."""
    if text is None:
        return None
    try:
        return house.utc_now() - _duration.validate_python(text)
    except ValidationError as error:
        raise typer.BadParameter(f"{text!r} is not a length of time: 6h, 30d …") from error


def show_json(value: Any) -> None:
    """JSON that can be read; only what could steer a terminal is written as ``\\uXXXX``."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=_plain)
    sys.stdout.write("\n".join(map(escaped, text.split("\n"))) + "\n")


def show_rows(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool, empty: str
) -> None:
    """A table on a terminal, tab-separated lines elsewhere, all keys as JSON when asked."""
    if as_json:
        show_json(list(rows))
    elif not rows:
        err.print(empty)
    elif out.is_terminal:
        table = Table(header_style="bold", box=None, pad_edge=False)
        for column in columns:  # nothing is cut off: ids are there to be copied
            table.add_column(column, overflow="fold", min_width=24 if column == "title" else None)
        for row in rows:
            table.add_row(*(Text(cell(row[column])) for column in columns))
        out.print(table)
    else:
        lines = [columns, *([cell(row[column]) for column in columns] for row in rows)]
        sys.stdout.writelines("\t".join(line) + "\n" for line in lines)


def cell(value: Any) -> str:
    """One value for a table: on one line, times in the reader's own zone."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.astimezone():%Y-%m-%d %H:%M:%S}"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(cell, value))
    return one_line(str(value))


def printed(moment: Moment | None) -> str | None:
    """A story's date as precise as its page, in the page's own zone."""
    return None if moment is None else moment.isoformat()


def printed_dateline(article: Article) -> str | None:
    """``VIENTIANE, 2026-11-18, Xinhua``, as far as the story says."""
    line = article.dateline
    if line is None:
        return None
    return ", ".join(str(part) for part in (line.place, line.date, line.agency) if part)


def marked(parts: Sequence[tuple[str, bool]]) -> Text:
    """Matched words stand out on a terminal, and between asterisks elsewhere."""
    text = Text()
    for piece, hit in parts:
        shown = flat(piece)
        if hit and not out.is_terminal:
            shown = f"**{shown}**"
        text.append(shown, style="bold yellow" if hit else "")
    return text


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
