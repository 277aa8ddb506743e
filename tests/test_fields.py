"""What may stand in a single field."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from monitor.fields import (
    Duration,
    HttpAddress,
    Name,
    Secret,
    Wait,
    format_duration,
    parse_duration,
)

durations, waits = TypeAdapter[timedelta](Duration), TypeAdapter[timedelta](Wait)
addresses, names = TypeAdapter[str](HttpAddress), TypeAdapter[str](Name)
secrets = TypeAdapter[Any](Secret)


def refusal(adapter: TypeAdapter[Any], value: object, directory: Path = Path()) -> str:
    with pytest.raises(ValidationError) as caught:
        adapter.validate_python(value, context={"directory": directory})
    return caught.value.errors()[0]["msg"]


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90s", 90), ("30m", 1800), ("6h", 21600), ("2 d", 172800), ("1w", 604800), ("0s", 0)],
)
def test_lengths_of_time(written: str, seconds: int) -> None:
    assert durations.validate_python(written) == timedelta(seconds=seconds)


@pytest.mark.parametrize("written", ["", "5", 5, "h", "1.5h", "-1h", "1h30m", "1y", "٣h", None, []])
def test_no_lengths_of_time(written: object) -> None:
    assert "allowed: 90s, 30m, 6h, 2d or 1w" in refusal(durations, written)


def test_bounds_of_lengths_of_time() -> None:
    assert "at most 36500d" in refusal(durations, "999999w")
    assert "greater than" in refusal(waits, "0s")
    assert waits.validate_python(timedelta(minutes=1)) == timedelta(minutes=1)


@given(st.integers(0, 36_500 * 86_400))
def test_a_length_of_time_reads_back(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    if len(format_duration(length)) <= 7:  # six digits and a unit
        assert parse_duration(format_duration(length)) == length


@pytest.mark.parametrize(
    "url",
    [
        "https://kpl.gov.la/En/News.aspx?cat=9",
        "http://127.0.0.1:8025/",
        "https://[::1]/",
        "HTTP://A",
    ],
)
def test_web_addresses(url: str) -> None:
    assert addresses.validate_python(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "kpl.gov.la",
        "ftp://a",
        "//a/b",
        "https://",
        "https://a:0/",
        "https://a:x/",
        "https://[a/",
        "https://me:pw@a/",
        "https://@a/",
        "https://a\\b/",
        "https://a/b c",
        "https://a/\n",
    ],
)
def test_no_web_addresses(url: str) -> None:
    assert "allowed: " in refusal(addresses, url)


@pytest.mark.parametrize("name", ["a", "0", "kpl-news_2", "x" * 64])
def test_names(name: str) -> None:
    assert names.validate_python(name) == name


@pytest.mark.parametrize("name", ["", "-a", "_a", "A", "a b", "a.b", "ລາວ", "a\n", "x" * 65])
def test_no_names(name: str) -> None:
    assert "not a name" in refusal(names, name)


def test_secrets(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("\tpass word\n")
    context = {"directory": tmp_path}
    assert secrets.validate_python("plain").get_secret_value() == "plain"
    for path in ("secret", tmp_path / "secret"):
        found = secrets.validate_python(f"file:{path}", context=context)
        assert found.get_secret_value() == "pass word"
        assert "pass" not in repr(found)


def test_no_secrets(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    assert "the secret's file is empty" in refusal(secrets, "file:empty", tmp_path)
    assert "(not a text file)" in refusal(secrets, "file:bytes", tmp_path)
    assert "(not a text file)" in refusal(secrets, "file:a\0b", tmp_path)
    assert "(No such file or directory)" in refusal(secrets, "file:none", tmp_path)
    assert "(Is a directory)" in refusal(secrets, "file:", tmp_path)
    assert "string" in refusal(secrets, 12, tmp_path)
