"""What the headers of an answer mean, however odd they are. Nothing here raises."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import webencodings

from monitor.fetch.exchange import Headers
from monitor.models import Validators

LONGEST_WAIT = 7 * 86_400.0  # seconds; no server can put us off, or call itself fresh, for longer

_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+", re.ASCII)
_LONGEST_VALIDATOR = 4_096  # bytes
_NEVER_SENT = re.compile(r"[\x00\n\r\x0b\x0c]")  # no library puts it in a header
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?\s*([\w.:+-]{1,40})", re.ASCII | re.IGNORECASE)
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d+)", re.ASCII | re.IGNORECASE)
_NO_CACHE = re.compile(r"(?:^|[,\s])no-(?:store|cache)\b", re.IGNORECASE)


def validators(headers: Headers) -> Validators:
    """What can be echoed: servers refuse requests with a header of many kilobytes."""
    return Validators(_echoable(headers, "ETag"), _echoable(headers, "Last-Modified"))


def _echoable(headers: Headers, name: str) -> str | None:
    value = headers.first(name)
    fits = value and len(value) <= _LONGEST_VALIDATOR and not _NEVER_SENT.search(value)
    return value if fits else None


def conditions(validators: Validators) -> list[tuple[bytes, bytes]]:
    """The headers that ask "changed since?", byte for byte what the server gave.

    Raises UnicodeEncodeError for validators that no server gave.
    """
    pairs = (
        (b"If-None-Match", validators.etag),
        (b"If-Modified-Since", validators.last_modified),
    )
    return [(name, value.encode("latin-1")) for name, value in pairs if value]


def content_type(headers: Headers) -> tuple[str, str | None]:
    """The media type in lower case ("" if there is none) and the charset parameter.

    A charset that browsers do not know is left out: Python's ``idna`` or ``undefined`` are none.
    """
    value = headers.first("Content-Type") or ""
    media = value.partition(";")[0].strip().lower()
    charset = _CHARSET.search(value)
    known = charset[1] if charset and webencodings.lookup(charset[1]) else None
    return media if _MEDIA_TYPE.fullmatch(media) else "", known


def coding(headers: Headers) -> str:
    """How the body is packed, in the order in which it was; chunks are undone already."""
    packed = headers.get("Content-Encoding")
    sent = headers.get("Transfer-Encoding")
    if not sent or sent.strip().lower() == "chunked":  # all but always
        return packed
    codings = [each.strip() for each in (*packed.split(","), *sent.split(","))]
    return ", ".join(each for each in codings if each and each.lower() != "chunked")


def retry_after(headers: Headers, now: datetime) -> float | None:
    """Seconds to wait as Retry-After has it (RFC 9110 §10.2.3), at most LONGEST_WAIT."""
    value = headers.first("Retry-After")
    if value is None:
        return None
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_WAIT)
    date = _date(value)
    return None if date is None else _bounded((date - now).total_seconds())


def fresh_for(headers: Headers, now: datetime) -> float:
    """Seconds for which the answer stays fresh (RFC 9111 §4.2) in a private cache, 0 to 7 days."""
    control = headers.get("Cache-Control")
    if _NO_CACHE.search(control):
        return 0.0
    max_age = _MAX_AGE.search(control)
    if max_age:
        return _bounded(float(max_age[1]) - _age(headers))
    expires = _date(headers.first("Expires"))
    if expires is None:
        return 0.0
    sent = _date(headers.first("Date")) or now
    return _bounded((expires - sent).total_seconds() - _age(headers))


def _age(headers: Headers) -> float:
    """For how many seconds a cache on the way had it."""
    age = headers.first("Age") or ""
    return float(age) if age.isascii() and age.isdigit() else 0.0


def _bounded(seconds: float) -> float:
    return max(0.0, min(seconds, LONGEST_WAIT)) if seconds == seconds else 0.0  # inf - inf: NaN


def _date(value: str | None) -> datetime | None:
    if not value:
        return None
    try:
        date = parsedate_to_datetime(value)
        return date if date.tzinfo else date.replace(tzinfo=UTC)  # "-0000" gives no zone
    except (ValueError, TypeError, OverflowError, IndexError):  # all seen on malformed dates
        return None
