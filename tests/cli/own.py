"""A configuration of a test's own, on the sample sites that all tests share."""

from __future__ import annotations

import os
import pty
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Monitor, World


def take(monitor: Monitor, world: World, folder: Path) -> Path:
    """Have ``monitor`` use a copy of the world's configuration in ``folder``: its sources.yaml."""
    monitor.config = folder / "config"
    shutil.copytree(world.config, monitor.config)
    return monitor.config / "sources.yaml"


@contextmanager
def typing(patch: pytest.MonkeyPatch, words: str) -> Iterator[None]:
    """Somebody sits at a terminal and answers with ``words``."""
    person, terminal = pty.openpty()
    try:
        os.write(person, words.encode())
        with os.fdopen(terminal, "r") as stdin, patch.context() as patched:
            patched.setattr(sys, "stdin", stdin)
            yield
    finally:
        os.close(person)
