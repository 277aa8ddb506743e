"""What one answer comes to: a body, "not modified", another URL, or a FetchError."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from http.cookiejar import CookieJar

from monitor.errors import FetchError
from monitor.fetch import cookies
from monitor.fetch import headers as meaning
from monitor.fetch.challenge import BEGINNING, challenger
from monitor.fetch.decode import ACCEPTED, read_body, too_large
from monitor.fetch.exchange import Headers, RawHeaders, Response
from monitor.fetch.faults import WIRE_ERRORS
from monitor.fetch.gate import follow
from monitor.fetch.url import Url
from monitor.models import Fetched, NotModified, Validators
from monitor.text import one_line

REASON_BYTES, REASON_CHARS = 4_096, 500  # of what the receiver of a POST has to say
PATIENCE = 3.0  # seconds spent on the page that comes with an error

PERMANENT = frozenset({301, 308})
_REDIRECTS = PERMANENT | {302, 303, 307}
# Beside 5xx: blocked, in a hurry or in a muddle for now. The others say: not this URL.
_RETRYABLE = frozenset({304, 403, 408, 421, 423, 425, 429})

NOTHING_KNOWN = Validators()
_UNDERSTOOD = (b"Accept-Encoding", ACCEPTED.encode("ascii"))


@dataclass(frozen=True, slots=True)
class Ask:
    """What a GET is to bring."""

    accept: str
    limit: int  # bytes of the decoded body
    cut: bool = False  # beyond the limit: keep the beginning instead of failing
    validators: Validators = NOTHING_KNOWN
    cookies: CookieJar | None = None  # the caller's; without one there are none

    @property
    def conditional(self) -> bool:
        return bool(self.validators.etag or self.validators.last_modified)

    def headers(self, url: Url) -> RawHeaders:
        """What a GET of ``url`` says, beside who we are."""
        said = [
            (b"Accept", self.accept.encode("ascii")),
            _UNDERSTOOD,
            *meaning.conditions(self.validators),
        ]
        return said if self.cookies is None else said + cookies.sent(self.cookies, url)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said to a POST: ``reason`` is the beginning of its text, on one line."""

    status: int
    reason: str = ""
    retry_after: float | None = None  # seconds, at most 7 days


@dataclass(frozen=True, slots=True)
class Redirect:
    """Ask there instead: from now on, or this once."""

    url: Url
    permanent: bool


async def judge(
    url: Url, response: Response, ask: Ask, now: datetime
) -> Fetched | NotModified | Redirect:
    """Read what ``url`` answered to ``ask``. Raises FetchError."""
    status = response.status
    if ask.cookies is not None:
        cookies.keep(ask.cookies, url, response)
    if status == HTTPStatus.NOT_MODIFIED and ask.conditional:
        return _not_modified(response.headers, ask.validators, now)
    if status in _REDIRECTS and (location := response.headers.get("Location")):
        return Redirect(follow(url, location), status in PERMANENT)
    if not 200 <= status < 300:
        body = await _beginning(response, url.host)
        raise _failure(url, response, body, now)
    body = await _body(url, response, ask)
    if challenger(response.headers, body) or (status != HTTPStatus.OK and not body):
        raise _failure(url, response, body, now)
    media, charset = meaning.content_type(response.headers)
    return Fetched(
        url=str(url),
        body=body,
        content_type=media,
        charset=charset,
        validators=meaning.validators(response.headers),
        fresh_for=meaning.fresh_for(response.headers, now),
    )


async def reply(response: Response, now: datetime, deadline: float | None) -> Answer:
    """What the receiver of a POST answered; its explanation where it is whole by ``deadline``.

    The status counts even where the rest never arrives. ``deadline`` is the event loop's time.
    """
    body = b""
    with suppress(FetchError, *WIRE_ERRORS):
        async with asyncio.timeout_at(deadline):
            body = await _beginning_of(response, "", REASON_BYTES)
    reason = one_line(body.decode("utf-8", "replace"), REASON_CHARS)
    return Answer(response.status, reason, meaning.retry_after(response.headers, now))


def _not_modified(headers: Headers, asked: Validators, now: datetime) -> NotModified:
    """RFC 9110 §15.4.5: a 304 bears the ETag; what it leaves out still holds."""
    given = meaning.validators(headers)
    kept = Validators(given.etag or asked.etag, given.last_modified or asked.last_modified)
    return NotModified(kept, meaning.fresh_for(headers, now))


async def _body(url: Url, response: Response, ask: Ask) -> bytes:
    length = response.headers.get("Content-Length")
    if not ask.cut and length.isdigit() and int(length) > ask.limit:
        raise too_large(url.host, ask.limit)
    encoding = meaning.coding(response.headers)
    return await read_body(response.chunks, encoding, ask.limit, host=url.host, cut=ask.cut)


async def _beginning(response: Response, host: str) -> bytes:
    """The first bytes of an error page, where they come soon: only a challenge is looked for."""
    with suppress(FetchError, *WIRE_ERRORS):
        async with asyncio.timeout(PATIENCE):
            return await _beginning_of(response, host, BEGINNING)
    return b""


async def _beginning_of(response: Response, host: str, limit: int) -> bytes:
    encoding = meaning.coding(response.headers)
    return await read_body(response.chunks, encoding, limit, host=host, cut=True)


def _failure(url: Url, response: Response, body: bytes, now: datetime) -> FetchError:
    """The error of an answer that brings nothing."""
    status = response.status
    who = challenger(response.headers, body)
    if who:
        message = f"{url.host} shows a challenge page ({who}) instead of its content"
    else:
        message = f"{url.host} answers {_named(status)}"
    if 200 <= status < 300 and not body:
        message += " without content"
    return FetchError(
        message,
        status=status,
        retryable=bool(who) or status < 300 or status in _RETRYABLE or status >= 500,
        retry_after=meaning.retry_after(response.headers, now),
        challenge=who,
    )


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:  # not in the registry
        return str(status)
