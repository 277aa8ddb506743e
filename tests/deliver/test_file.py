"""JSON Lines on disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.deliver import notice_payload, payload
from tests.builders import article, message
from tests.deliver.tools import make, notice, refused, send

FILE = make("file", path="out/alerts.jsonl")


async def test_one_line_an_alert(tmp_path: Path) -> None:
    told = [message(id="msg_1"), message(id="msg_2", article=article(title="ລົດໄຟ\n中老铁路"))]
    answers = [await send(FILE, one, directory=tmp_path) for one in told]
    text = (tmp_path / "out" / "alerts.jsonl").read_text("utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert lines == [{"type": "alert.created"} | payload(one) for one in told]
    assert answers == [f"{len(line.encode())} bytes" for line in text.splitlines(keepends=True)]
    assert "中老铁路" in text


async def test_one_line_a_notice(tmp_path: Path) -> None:
    told = [notice(detail="broken\nin two"), notice(recovered=True)]
    for one in told:
        await send(FILE, one, directory=tmp_path)
    ill, well = (tmp_path / "out" / "alerts.jsonl").read_text("utf-8").splitlines()
    assert json.loads(ill) == {"type": "source.ill"} | notice_payload(told[0])
    assert json.loads(well) == {"type": "source.recovered"} | notice_payload(told[1])


async def test_after_half_a_line_the_next_alert_starts_on_its_own(tmp_path: Path) -> None:
    path = tmp_path / "out" / "alerts.jsonl"
    path.parent.mkdir()
    path.write_text('{"id": "msg_1"}\n{"id": "ms')
    await send(FILE, message(id="msg_2"), directory=tmp_path)
    whole, half, new = path.read_text().splitlines()
    assert (json.loads(whole)["id"], half, json.loads(new)["id"]) == (
        "msg_1",
        '{"id": "ms',
        "msg_2",
    )


async def test_an_absolute_path_is_taken_as_it_is(tmp_path: Path) -> None:
    await send(make("file", path=str(tmp_path / "a.jsonl")))
    assert (tmp_path / "a.jsonl").exists()


@pytest.mark.parametrize(
    "path", ["/proc/alerts.jsonl", "/dev/null/alerts.jsonl", "/tmp", "/dev/full"]
)
async def test_a_file_that_cannot_be_written(path: str) -> None:
    error = await refused(make("file", path=path))
    assert error.retryable
    assert str(error).startswith(f"cannot write {path}: ")
