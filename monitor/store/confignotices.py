"""What ``health.channels`` hear of the configuration: that it went wrong, and is right again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from monitor.routing import Door
from monitor.store.history import write_notice
from monitor.store.tables import notices

CONFIGURATION = "*configuration*"  # in the place of a source's id; no source can have it
_WRONG = "wrong"


def went_wrong(
    tx: Connection, folder: str, problems: Sequence[str], now: datetime, doors: Iterable[Door]
) -> bool:
    """Tell of problems, each with its file, line and key; False where they were told already."""
    last, detail = _last(tx), "\n".join(problems)
    stands = last is not None and not last.recovered
    if last is not None and stands and last.detail == detail:
        return False
    since = last.since if last is not None and stands else now
    _tell(tx, folder, detail, now, doors, recovered=False, since=since)
    return True


def is_right(tx: Connection, folder: str, now: datetime, doors: Iterable[Door]) -> bool:
    """Tell that the configuration is in order; False where nobody was told that it was not."""
    last = _last(tx)
    if last is None or last.recovered:
        return False
    _tell(tx, folder, last.detail, now, doors, recovered=True, since=last.since)
    return True


def _last(tx: Connection) -> Row[Any] | None:
    which = select(notices).where(notices.c.source_id == CONFIGURATION)
    return tx.execute(which.order_by(notices.c.id.desc()).limit(1)).one_or_none()


def _tell(
    tx: Connection,
    folder: str,
    detail: str,
    now: datetime,
    doors: Iterable[Door],
    *,
    recovered: bool,
    since: datetime,
) -> None:
    values = {
        "source_id": CONFIGURATION,
        "name": "configuration",
        "url": folder,
        "health": _WRONG,
        "recovered": recovered,
        "detail": detail,
        "since": since,
        "created_at": now,
    }
    write_notice(tx, values, doors)
