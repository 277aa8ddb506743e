"""Answers for sources, and a shelf of them that remembers what was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.discover import Past
from monitor.errors import FetchError
from monitor.models import Fetched, Validators


def fetched(body: bytes | str, url: str, charset: str | None = None) -> Fetched:
    raw = body.encode() if isinstance(body, str) else body
    return Fetched(url, raw, "", charset, Validators())


@dataclass
class Shelf:
    """A site's further files by address; what is not there answers 404."""

    files: Mapping[str, bytes | str | FetchError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def get(self, url: str) -> Fetched:
        self.asked.append(url)
        found = self.files.get(url)
        if isinstance(found, FetchError):
            raise found
        if found is None:
            raise FetchError(f"{url}: HTTP 404", status=404, retryable=False)
        return fetched(found, url)


@dataclass
class Memory:
    """What earlier looks saw."""

    since: datetime | None
    seen: set[str] = field(default_factory=set)
    questions: list[Sequence[str]] = field(default_factory=list)

    @property
    def past(self) -> Past:
        return Past(self.since, self._known)

    async def _known(self, urls: Sequence[str]) -> set[str]:
        self.questions.append(urls)
        return self.seen & set(urls)
