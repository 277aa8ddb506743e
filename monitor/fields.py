"""Field types of what users write: secrets, web addresses, lengths of time.

Their messages say what is allowed and never repeat what was found: it may hold a secret.
``config.py`` adds what the file says, before any ``${NAME}`` is filled in.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr, ValidationInfo, WithJsonSchema


def _read_secret(value: Any, info: ValidationInfo) -> Any:
    """``file:NAME`` stands for the text of that file, beside the configuration unless absolute."""
    if not isinstance(value, str) or not value.startswith("file:"):
        return value
    path = Path((info.context or {}).get("directory", "."), value.removeprefix("file:"))
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not a text file"
        raise ValueError(f"cannot read the secret file {path}: {reason}") from error


# ``${NAME}`` from the environment is filled in earlier, for every text of a file.
Secret = Annotated[
    SecretStr,
    BeforeValidator(_read_secret),
    WithJsonSchema({"type": "string", "description": "${ENVIRONMENT_VARIABLE} or file:PATH"}),
]


def _http_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"not a web address: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise ValueError("not a web address, allowed: http://… or https://…")
    if parts.username is not None or re.search(r"[\s\\\x00-\x1f]", value):
        raise ValueError("holds a user name, a blank or a backslash, allowed: a plain address")
    return value


HttpAddress = Annotated[
    str, AfterValidator(_http_address), WithJsonSchema({"type": "string", "format": "uri"})
]

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}


def _duration(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    read = re.fullmatch(r"(\d{1,6})\s*([smhdw])", str(value))
    if read is None:
        raise ValueError("not a length of time, allowed: 90s, 30m, 6h, 2d or 1w")
    return timedelta(seconds=int(read[1]) * _UNITS[read[2]])


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,6}\s*[smhdw]$", "examples": ["30m"]}),
]
