"""Alerts on the terminal."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TextIO

import pytest

from tests.builders import URL, article, match, message
from tests.deliver.tools import config_notice, make, notice, refused, send

CONSOLE = make("console")


async def shown(**changes: object) -> str:
    out = io.StringIO()
    story = article(**changes)
    assert await send(CONSOLE, message(article=story), console=out) == "printed"
    return out.getvalue()


async def test_three_lines_an_alert() -> None:
    assert await shown() == (
        "ALERT [China–Laos Railway] First night train leaves Vientiane for Kunming\n"
        "  new story; matched train\n"
        f"  Xinhua, 2026-11-20, {URL}\n"
    )


async def test_one_line_a_notice() -> None:
    out = io.StringIO()
    for told in (notice(), notice(recovered=True, detail="answers again")):
        await send(CONSOLE, told, console=out)
    assert out.getvalue().splitlines() == [
        "SOURCE [The Lao Times] failing: failed 4 times in a row: laostimes.example: timed out;"
        " try: monitor source try laostimes",
        "SOURCE [The Lao Times] recovered: answers again",
    ]


async def test_a_source_cannot_forge_lines() -> None:
    out = io.StringIO()
    await send(CONSOLE, notice(name="a\nALERT [b]", detail="c\x1b[2J\r\nd"), console=out)
    assert out.getvalue() == "SOURCE [a ALERT [b]] failing: c [2J d\n"


@pytest.mark.parametrize(
    ("changes", "last"),
    [
        ({"source": None}, "The Lao Times, 2026-11-20"),
        ({"updated": None, "published": date(2026, 11, 19)}, "Xinhua, 2026-11-19"),
        ({"updated": None, "published": None}, "Xinhua, undated"),
    ],
)
async def test_what_a_story_does_not_say(changes: dict[str, object], last: str) -> None:
    assert (await shown(**changes)).splitlines()[2] == f"  {last}, {URL}"


async def test_a_story_cannot_move_the_cursor_or_forge_lines() -> None:
    text = await shown(
        title="a\nALERT [x]\x1b[2J\u202eb", source="c\r\nd", url="https://x.example/\n"
    )
    assert len(text.splitlines()) == 3
    assert text.replace("\n", "").isprintable()


async def test_a_terminal_that_knows_no_lao() -> None:
    raw = io.BytesIO()
    story = article(title="ລົດໄຟ train")
    told = message(article=story, match=match(story=story))
    terminal = io.TextIOWrapper(raw, "ascii")
    await send(CONSOLE, told, console=terminal)
    assert b"????? train" in raw.getvalue()
    terminal.close()


async def test_a_terminal_that_is_gone() -> None:
    closed = io.StringIO()
    closed.close()
    assert "closed" in str(await refused(CONSOLE, console=closed))


@pytest.fixture
def full() -> Iterator[TextIO]:
    """A file on a full disk."""
    with suppress(OSError), Path("/dev/full").open("w") as file:
        yield file


async def test_output_to_a_full_disk(full: TextIO) -> None:
    error = await refused(CONSOLE, console=full)
    assert str(error) == "cannot print: [Errno 28] No space left on device"
    assert error.retryable


async def test_a_wrong_configuration_names_every_problem() -> None:
    out = io.StringIO()
    for told in (config_notice(), config_notice(right=True)):
        await send(CONSOLE, told, console=out)
    first, second = config_notice().problems
    assert out.getvalue().splitlines() == [
        "CONFIGURATION wrong, the one before stays",
        f"  {first}",
        f"  {second}",
        "CONFIGURATION right again",
    ]
