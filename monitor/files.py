"""Files that people name, read with a bound: a folder may hold anything, a device has no end."""

from __future__ import annotations

import errno
import stat
from pathlib import Path
from typing import BinaryIO

MOST_BYTES = 32 * 2**20  # of a file; rules by the ten thousand take a tenth of it


def read_regular(path: Path) -> bytes:
    """The bytes of a file that is one on disk: nobody waits for the other end of a pipe.

    Raises OSError, with what is allowed where it is another kind of file, or too large.
    """
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # to read a folder says so by itself
        raise OSError(errno.EINVAL, "a pipe or a device, allowed: a regular file", str(path))
    return read_any(path)


def read_any(path: Path) -> bytes:
    """The bytes of a file, or of what a pipe gives. Raises OSError, as ``read_all`` does."""
    with path.open("rb") as file:
        return read_all(file)


def read_all(file: BinaryIO) -> bytes:
    """What a stream holds. Raises OSError where it is more than ``MOST_BYTES``."""
    found = file.read(MOST_BYTES + 1)
    if len(found) > MOST_BYTES:
        raise OSError(errno.EFBIG, f"too large, allowed: {MOST_BYTES >> 20} MiB")
    return found
