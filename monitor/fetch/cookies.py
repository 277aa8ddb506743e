"""Cookies, where a source asks for them: the jar is the caller's and lasts as long as one look."""

from __future__ import annotations

from email.message import Message
from http.cookiejar import CookieJar
from urllib.request import Request as Asked

from monitor.fetch.exchange import Headers, RawHeaders, Response
from monitor.fetch.url import Url


class _Given:
    """An answer as http.cookiejar wants it; bytes are read as Latin-1, so that they come back."""

    def __init__(self, headers: Headers) -> None:
        self._headers = Message()
        for name, value in headers.raw:
            if name.lower() == b"set-cookie":
                self._headers["Set-Cookie"] = value.decode("latin-1")

    def info(self) -> Message:
        return self._headers


def sent(jar: CookieJar, url: Url) -> RawHeaders:
    """The Cookie header for ``url``, if ``jar`` holds one."""
    asked = Asked(str(url))  # noqa: S310 - nothing is opened
    jar.add_cookie_header(asked)
    value = asked.get_header("Cookie")
    return [(b"Cookie", value.encode("latin-1"))] if value else []


def keep(jar: CookieJar, url: Url, response: Response) -> None:
    """Put into ``jar`` what ``url`` set."""
    given = _Given(response.headers)
    jar.extract_cookies(given, Asked(str(url)))  # type: ignore[arg-type]  # noqa: S310
