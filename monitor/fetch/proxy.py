"""The operator's proxy. None is ever taken from the environment."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field

import httpcore

from monitor.errors import FetchError
from monitor.fetch.gate import AddressPolicy, check_url

ALLOWED = "http://HOST:PORT or https://HOST:PORT, with USER:PASSWORD@ before the host if it asks"


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where to send requests instead of to their hosts. ``parse`` makes one."""

    url: str = field(repr=False)  # without user and password
    host: str
    auth: tuple[bytes, bytes] | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> Proxy:
        """Raises ValueError, which does not repeat ``url``: it may hold a password."""
        import httpx  # slow to load, and most have no proxy

        wrong = ValueError(f"not the address of a proxy, allowed: {ALLOWED}")
        try:
            given = httpx.URL(url)
            bare = check_url(str(given.copy_with(username=None, password=None)))
            AddressPolicy([bare.host])
        except (FetchError, httpx.InvalidURL, ValueError):
            raise wrong from None
        if bare.raw_path != b"/":
            raise wrong
        auth = (given.username.encode(), given.password.encode()) if given.userinfo else None
        return cls(str(bare), bare.host, auth)

    def for_httpcore(self, tls: ssl.SSLContext) -> httpcore.Proxy:
        context = tls if self.url.startswith("https:") else None
        return httpcore.Proxy(self.url, auth=self.auth, ssl_context=context)
