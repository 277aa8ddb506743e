"""Which sites want to be left alone, as the pages of one source show in one pass."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from monitor import schedule
from monitor.errors import MonitorError
from monitor.models import PendingLink
from monitor.store import Transaction, links

MOST_TROUBLES = 3  # pages of a source that may fail in a row before it is left alone


@dataclass(slots=True)
class Patience:
    """``troubles`` in a row; pages that wait are postponed, which counts as no attempt."""

    troubles: int = 0
    closed: dict[str, datetime] = field(default_factory=dict)  # hosts, and until when
    spared: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    @property
    def exhausted(self) -> bool:
        return self.troubles >= MOST_TROUBLES

    def spares(self, pending: PendingLink) -> bool:
        """Whether a page's host has asked to be left alone."""
        host = urlsplit(pending.link.url).netloc
        if host not in self.closed:
            return False
        self.spared[host].append(pending.id)
        return True

    def tried(self, pending: PendingLink, error: MonitorError, now: datetime) -> None:
        """A page failed."""
        self.troubles = self.troubles + 1 if error.retryable else 0
        asked = getattr(error, "retry_after", None)
        if asked and error.retryable:
            until = schedule.after_trouble(now, asked)
            self.closed[urlsplit(pending.link.url).netloc] = until

    def postpone(self, tx: Transaction, source_id: str, now: datetime) -> None:
        """Write down what was found, for the pages that were not tried."""
        for host, ids in self.spared.items():
            links.postpone(tx, source_id, self.closed[host], among=ids)
        if self.exhausted:
            links.postpone(tx, source_id, schedule.after_trouble(now))
