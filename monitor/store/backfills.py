"""Which rules have looked back in the archive, and what they have told of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select

from monitor.store.sources import insert_for
from monitor.store.tables import alerts, backfills, stories


def definition(tx: Connection, rule: str) -> str | None:
    """Of a rule as it looked back last; None where it never did."""
    query = select(backfills.c.definition).where(backfills.c.rule_id == rule)
    found: str | None = tx.scalar(query)
    return found


def finish(tx: Connection, rule: str, definition: str, now: datetime) -> None:
    values = {"definition": definition, "done_at": now}
    new = insert_for(tx)(backfills).values(rule_id=rule, **values)
    tx.execute(new.on_conflict_do_update(index_elements=["rule_id"], set_=values))


def told_of(tx: Connection, rules: Collection[str]) -> set[tuple[str, int]]:
    """Rules, with the first tellings of the stories that they alerted on, or were not to."""
    first = func.coalesce(stories.c.copy_of, stories.c.id)
    query = select(alerts.c.rule_id, first).join(stories, stories.c.id == alerts.c.story_id)
    return {(row[0], row[1]) for row in tx.execute(query.where(alerts.c.rule_id.in_(rules)))}
