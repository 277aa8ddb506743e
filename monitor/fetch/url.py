"""An address that can be asked for, in the pieces that a request is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import httpx


class Url(NamedTuple):
    """What ``gate.check_url`` let pass; str() gives the whole of it, without a fragment.

    httpx reads addresses well and slowly, and spells each piece anew whenever it is asked for.
    """

    text: str
    scheme: str  # http or https
    host: str  # as people write it: 中文.example
    raw_host: str  # as it is dialled: xn--fiq228c.example
    port: int | None  # None: the scheme's own
    netloc: bytes  # as the Host header has it
    raw_path: bytes  # with the query

    def __str__(self) -> str:
        return self.text

    @classmethod
    def of(cls, url: httpx.URL) -> Url:
        return cls(
            text=str(url),
            scheme=url.scheme,
            host=url.host,
            raw_host=url.raw_host.decode("ascii"),
            port=url.port,
            netloc=url.netloc,
            raw_path=url.raw_path,
        )

    def at(self, path: str) -> Url:
        """Another address of the same server; ``path`` needs no escapes."""
        origin = f"{self.scheme}://{self.netloc.decode('ascii')}"
        return self._replace(text=origin + path, raw_path=path.encode("ascii"))
