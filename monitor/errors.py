"""Every error that the monitor raises on purpose.

    MonitorError
    ├── ConfigError        a configuration file is wrong: carries every Problem found
    ├── RuleError          a query is wrong: carries the character where
    ├── FetchError         a URL could not be fetched
    ├── DiscoverError      a source's body is not what its kind says
    ├── ParseError         a page is not a story
    ├── DeliveryError      a channel did not take an alert
    ├── TemplateError      a template of the user's own cannot be rendered
    ├── StoreError         the database cannot be used as asked
    └── NotFoundError      nothing by that name: a rule, a story, a channel …

``retryable`` says whether the same attempt can succeed later.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

_log = logging.getLogger(__name__)


class MonitorError(Exception):
    """The root: anything below is a message for a person, in one line."""

    retryable = False


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a configuration file.

    ``line`` counts from 1; it is None only where the file as a whole is the trouble.
    """

    file: str
    line: int | None
    key: str
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (place, self.key, self.message) if part)


class ConfigError(MonitorError):
    """The configuration cannot be used; ``problems`` lists every mistake, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class RuleError(MonitorError):
    """A rule's query cannot be compiled; ``position`` counts characters of ``query`` from 0."""

    def __init__(self, message: str, query: str, position: int) -> None:
        self.message, self.query, self.position = message, query, position
        super().__init__(f"{message} (at character {position + 1})")

    def pointer(self, width: int = 70) -> str:
        """Two lines: the query around the mistake, and a caret under it."""
        start = max(0, self.position - width // 2)
        shown = " ".join(self.query[start : start + width].split("\n"))
        before = self.query[start : self.position]
        # East Asian characters fill two columns of a terminal, marks above and below none.
        columns = sum(
            2 if unicodedata.east_asian_width(c) in "WF" else unicodedata.category(c) != "Mn"
            for c in before
        )
        return f"  {shown}\n  {' ' * columns}^\n"


class TransientError(MonitorError):
    """An attempt failed; ``retryable`` tells whether another can help.

    ``retry_after`` is the wait in seconds that the other side asked for, where it did.
    """

    def __init__(
        self, message: str, *, retryable: bool = True, retry_after: float | None = None
    ) -> None:
        self.retryable, self.retry_after = retryable, retry_after
        super().__init__(message)


class FetchError(TransientError):
    """A URL could not be fetched.

    ``status`` is the HTTP status, where there was an answer; ``challenge`` who asked for a human;
    ``redirected`` whether another URL answered than the one that was asked for.
    """

    redirected = False

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        retryable: bool = True,
        retry_after: float | None = None,
        challenge: str | None = None,
    ) -> None:
        self.status, self.challenge = status, challenge
        super().__init__(message, retryable=retryable, retry_after=retry_after)


class DeliveryError(TransientError):
    """A channel did not take an alert.

    ``gone`` where the receiver wants nothing more at all: nothing is sent there any more.
    """

    def __init__(
        self,
        message: str,
        *,
        retryable: bool = True,
        retry_after: float | None = None,
        gone: bool = False,
    ) -> None:
        self.gone = gone
        super().__init__(message, retryable=retryable, retry_after=retry_after)


class TemplateError(MonitorError):
    """A template of the user's own cannot be rendered; ``problem`` says where."""

    def __init__(self, message: str, file: str, line: int | None) -> None:
        self.problem = Problem(file, line, "", message)
        super().__init__(str(self.problem))


class DiscoverError(MonitorError):
    """A source's body is not what its kind says: an HTML page where a feed should be."""


class ParseError(MonitorError):
    """A page gave no Article: no title, no body, not HTML.

    ``retryable`` where it was never tried, or ``challenge`` names what asked for a human.
    """

    def __init__(
        self, message: str, *, retryable: bool = False, challenge: str | None = None
    ) -> None:
        self.retryable, self.challenge = retryable, challenge
        super().__init__(message)


class StoreError(MonitorError):
    """The database cannot be opened, upgraded or written as asked."""


class NotFoundError(MonitorError):
    """Nothing in the store or the configuration bears that name."""


@contextmanager
def contained(kind: type[MonitorError], what: str) -> Iterator[None]:
    """Turn a fault of our own code into a ``kind`` that costs ``what`` and nothing else.

    A stranger's bytes may break a parser in ways that nobody foresaw; the sources and stories
    behind them must not wait for the fix. The traceback goes to the log.
    """
    try:
        yield
    except MonitorError:
        raise
    except Exception as error:
        _log.exception("%s broke the monitor; please report this", what)
        raise kind(f"the monitor broke on it: {type(error).__name__}: {error}") from error
