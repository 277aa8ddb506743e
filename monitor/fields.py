"""Field types of what users write: names, secrets, web addresses, lengths of time.

Their messages say what is allowed and never repeat what was found: it may hold a secret.
``problems.py`` adds what the file says, before any ``${NAME}`` is filled in.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import re2
from annotated_types import Gt
from pydantic import (
    AfterValidator,
    BeforeValidator,
    SecretStr,
    ValidationInfo,
    WithJsonSchema,
)

from monitor.files import read_regular

_NAME = r"^[a-z0-9][a-z0-9_-]{0,63}$"


def _name(value: str) -> str:
    if not re.fullmatch(_NAME[1:-1], value):
        raise ValueError(
            "not a name, allowed: at most 64 small letters, digits, - and _, the first no sign"
        )
    return value


# The key under which a source, a rule or a channel stands.
Name = Annotated[str, AfterValidator(_name), WithJsonSchema({"type": "string", "pattern": _NAME})]


def read_secret(value: Any, info: ValidationInfo) -> Any:
    """``file:NAME`` stands for the text of that file, beside the configuration unless absolute."""
    if not isinstance(value, str) or not value.startswith("file:"):
        return value
    path = Path((info.context or {}).get("directory", "."), value.removeprefix("file:"))
    try:
        text = read_regular(path).decode("utf-8").strip()
    except (OSError, ValueError) as error:  # ValueError: not UTF-8, or a name with a nul in it
        reason = getattr(error, "strerror", None) or "not a text file"
        raise ValueError(
            f"the secret's file cannot be read ({reason}), allowed: file:PATH,"
            " absolute or from the folder of this file"
        ) from error
    if not text:
        raise ValueError("the secret's file is empty: put the secret in it")
    return text


# ``${NAME}`` from the environment is filled in earlier, for every text of a file.
Secret = Annotated[
    SecretStr,
    BeforeValidator(read_secret),
    WithJsonSchema(
        {
            "type": "string",
            "format": "password",
            "description": "${ENVIRONMENT_VARIABLE} or file:PATH",
        }
    ),
]


def _http_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        raise ValueError("not a web address, allowed: http://… or https://…") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise ValueError("not a web address, allowed: http://… or https://…")
    if "@" in parts.netloc or re.search(r"[\s\\\x00-\x1f\x7f]", value):
        raise ValueError("holds a user name, a blank or a backslash, allowed: a plain address")
    return value


HttpAddress = Annotated[
    str, AfterValidator(_http_address), WithJsonSchema({"type": "string", "format": "uri"})
]


def _re2(pattern: str) -> str:
    try:
        re2.compile(pattern, _quiet())
    except re2.error as error:
        reason = error.args[0] if error.args else "?"
        if isinstance(reason, bytes):
            reason = reason.decode("utf-8", "replace")
        raise ValueError(f"not a regular expression of RE2: {reason}") from error
    return pattern


def _quiet() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    return options


# RE2 takes linear time, whatever the pattern: https://github.com/google/re2/wiki/Syntax
Pattern = Annotated[str, AfterValidator(_re2)]

_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
DURATION = r"^\d{1,6}\s*[smhdw]$"
_LONGEST = timedelta(days=36_500)  # the year stays below 9999 whatever it is added to


def parse_duration(value: Any) -> timedelta:
    """``30m`` as a timedelta. Raises ValueError."""
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str) or not re.fullmatch(DURATION[1:-1], value, re.ASCII):
        raise ValueError("not a length of time, allowed: 90s, 30m, 6h, 2d or 1w")
    length = timedelta(seconds=int(value[:-1]) * _UNITS[value[-1]])
    if length > _LONGEST:
        raise ValueError(f"too long, allowed: at most {format_duration(_LONGEST)}")
    return length


def format_duration(length: timedelta) -> str:
    """As one writes it in a file: ``90s``, ``6h``; whole seconds."""
    seconds = int(length.total_seconds())
    unit = next((unit for unit, size in _UNITS.items() if seconds and seconds % size == 0), "s")
    return f"{seconds // _UNITS[unit]}{unit}"


_AS_WRITTEN = (
    BeforeValidator(parse_duration),
    WithJsonSchema({"type": "string", "pattern": DURATION, "examples": ["30m"]}),
)
Duration = Annotated[timedelta, *_AS_WRITTEN]
Wait = Annotated[timedelta, Gt(timedelta(0)), *_AS_WRITTEN]  # never no time at all


_BACKLOG = "allowed: none, a number of stories up to 10000, or a length of time such as 2d"


def _backlog(value: Any) -> Any:
    if value == "none":
        return 0
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10_000:
        return value
    try:
        return parse_duration(value)
    except ValueError as error:
        raise ValueError(_BACKLOG) from error


# How much of the first look is alerted on: so many of the newest, or what is newer.
Backlog = Annotated[
    int | timedelta,
    BeforeValidator(_backlog),
    WithJsonSchema(
        {
            "oneOf": [
                {"const": "none"},
                {"type": "integer", "minimum": 0, "maximum": 10_000},
                {"type": "string", "pattern": DURATION},
            ]
        }
    ),
]
