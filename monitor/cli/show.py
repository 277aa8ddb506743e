"""How the commands show things: to people, to pipes, to machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.models import DOUBTFUL, Article, Moment
from monitor.text import escaped, flat, one_line

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


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


def quality_line(article: Article) -> str | None:
    """``0.45, doubtful: short: 310 characters; …``; None where there is no doubt."""
    if not article.doubts:
        return None
    low = ", doubtful" if article.quality < DOUBTFUL else ""
    return f"{article.quality:.2f}{low}: {'; '.join(article.doubts)}"


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
