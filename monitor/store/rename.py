"""Another name for a source, with all that is known under the old one."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select, update

from monitor.models import About
from monitor.store.tables import gaps, links, notices, sources, stories


def rename(tx: Connection, old: str, new: str) -> None:
    """Carry everything of source ``old`` over to ``new``.

    What is left there of a source of that name, removed long ago, gives way where both know a link,
    and is joined where not: what was seen stays known.
    """
    if tx.scalar(select(sources.c.id).where(sources.c.id == old)) is not None:
        tx.execute(delete(sources).where(sources.c.id == new))
        tx.execute(update(sources).where(sources.c.id == old).values(id=new))
    known = select(links.c.key).where(links.c.source_id == old).scalar_subquery()
    tx.execute(delete(links).where(links.c.source_id == new, links.c.key.in_(known)))
    for table in (links, stories, gaps):
        tx.execute(update(table).where(table.c.source_id == old).values(source_id=new))
    told = (notices.c.source_id == old, notices.c.about == About.SOURCE)
    tx.execute(update(notices).where(*told).values(source_id=new))
