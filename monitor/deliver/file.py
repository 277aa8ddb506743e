"""Alerts and notices as JSON Lines (https://jsonlines.org), appended to a file for pipes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import Field

from monitor.deliver.base import Channel, Outlets, Told
from monitor.deliver.payload import event, payload, to_json
from monitor.errors import DeliveryError
from monitor.text import one_line


class FileChannel(Channel):
    """One JSON object a line; the file is on disk before it counts as sent."""

    kind: Literal["file"]
    path: str = Field(min_length=1, description="relative to the configuration's parent folder")

    async def send(self, told: Told, out: Outlets, *, recipient: str = "") -> str:
        path = out.directory / self.path
        line = to_json({"type": event(told), **payload(told)}).encode() + b"\n"
        try:
            append_line(path, line)
        except OSError as error:
            raise DeliveryError(one_line(f"cannot write {path}: {error.strerror}", 500)) from error
        return f"{len(line)} bytes"


def append_line(path: Path, line: bytes) -> None:
    """Append and sync ``line``, on a line of its own even after a write that was cut short."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        if file.tell() > 0:
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                line = b"\n" + line
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
