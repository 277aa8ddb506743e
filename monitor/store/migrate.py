"""Bring a database to the schema of this program, with a backup before anything is changed."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from monitor.errors import StoreError
from monitor.store.engine import named, shown

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

log = logging.getLogger(__name__)

_MIGRATIONS = Path(__file__).parent / "migrations"
_UPGRADE_LOCK = 0x6C616F74


def upgrade(engine: Engine, now: datetime, *, versions: Sequence[Path] = ()) -> Path | None:
    """Run the migrations that ``engine`` lacks; where the backup is, if one was taken.

    ``versions`` are further folders of migrations. Raises StoreError where the database was
    written by a newer program, or is not ours.
    """
    if not versions and revision(engine) == _newest():
        return None
    from alembic import command  # slow to load, and needed once for each new version
    from alembic.script import ScriptDirectory

    config = _config(versions)
    scripts = ScriptDirectory.from_config(config)
    head = scripts.get_current_head()
    if revision(engine) == head:
        return None
    with named(engine), engine.begin() as connection:
        _hold_upgrade_lock(connection)
        current = _revision(connection)  # another process may have been at it meanwhile
        if current == head:
            return None
        _check_ours(connection, scripts, current)
        backup = None if current is None else back_up(engine, f"{current}-{now:%Y%m%dT%H%M%SZ}")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    log.info("database upgraded from %s to %s", current or "nothing", head)
    return backup


def revision(engine: Engine) -> str | None:
    """The migration at which the database stands; None for an empty one."""
    with named(engine), engine.connect() as connection:
        return _revision(connection.execution_options(reads_only=True))


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    number: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return number


def _newest() -> str:
    """The last of our migrations, by the names of their files."""
    return max(path.name.partition("_")[0] for path in _MIGRATIONS.glob("versions/[0-9]*_*.py"))


def _check_ours(connection: Connection, scripts: ScriptDirectory, current: str | None) -> None:
    from alembic.util import CommandError

    where = f"database {shown(connection.engine)}"
    if current is None:
        if inspect(connection).get_table_names():
            raise StoreError(f"{where} holds tables of something else: give another")
        return
    try:
        scripts.get_revision(current)
    except CommandError as error:
        raise StoreError(
            f"{where} is at {current}, which this program does not know:"
            " it was upgraded by a newer one; upgrade the program"
        ) from error


def back_up(engine: Engine, label: str) -> Path | None:
    """Copy a SQLite database beside itself as ``<name>.<label>.backup``, while it is in use.

    PostgreSQL has tools of its own for that (pg_dump): None, and a line in the log. Raises
    StoreError.
    """
    if engine.dialect.name != "sqlite" or not engine.url.database:
        log.warning("no backup taken of %s: use pg_dump before an upgrade", shown(engine))
        return None
    source = Path(engine.url.database)
    target = source.with_name(f"{source.name}.{label}.backup")
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    except sqlite3.Error as error:
        with suppress(OSError):
            target.unlink()  # half a backup looks like a whole one
        raise StoreError(f"no backup {target}, so nothing is upgraded: {error}") from error
    log.info("database backed up to %s", target)
    return target


def _hold_upgrade_lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})"))


def _config(versions: Sequence[Path]) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "newline")
    folders = [_MIGRATIONS / "versions", *versions]
    config.set_main_option("version_locations", "\n".join(map(str, folders)))
    return config
