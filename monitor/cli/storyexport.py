"""``monitor story export``"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Annotated

import typer
from rich.progress import track

from monitor.cli.common import MOST, Context, since
from monitor.cli.formats import RECORDS, RecordFormat
from monitor.cli.show import err
from monitor.errors import NotFoundError
from monitor.store import stories
from monitor.store.stories import Story
from monitor.text import escaped


def export(
    context: typer.Context,
    numbers: Annotated[
        list[int] | None,
        typer.Argument(
            metavar="[STORY]...", max=MOST, help="Those of `story list`.", show_default="all"
        ),
    ] = None,
    period: Annotated[
        str | None, typer.Option("--since", help="First seen within 6h, 30d …", show_default=False)
    ] = None,
    format_: Annotated[
        RecordFormat, typer.Option("--format", "-f", help="What a line is: see docs/library.md.")
    ] = RecordFormat.JSON,
) -> None:
    """Write stories as JSON Lines: an Article a line, the oldest first.

    Example: monitor story export --since 30d --format ninjs > stories.jsonl
    """
    after = since(period)
    if numbers and after:
        raise typer.BadParameter("give numbers of stories or --since, not both")
    with context.ensure_object(Context).store() as store, store.read() as tx:
        if numbers:
            found = [_found(stories.get(tx, number), number) for number in numbers]
            written = _write(found, format_)
        else:
            written = _write(stories.listing(tx, since=after, newest=False), format_)
    err.print(f"{written} stories written.")


def _found(story: Story | None, number: int) -> Story:
    if story is None:
        raise NotFoundError(f"no story {number}: see `monitor story list`")
    return story


def _write(found: Iterable[Story], form: RecordFormat) -> int:
    written = 0
    record = RECORDS[form.value]
    hidden = not err.is_terminal or sys.stdout.isatty()
    for story in track(found, "Writing stories", console=err, transient=True, disable=hidden):
        line = json.dumps(record(story.article), ensure_ascii=False)
        sys.stdout.write(f"{escaped(line)}\n")
        written += 1
    return written
