"""Open the database: SQLite with one writer at a time, or PostgreSQL, under the same queries."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from monitor.errors import StoreError
from monitor.text import one_line, storable

BUSY_TIMEOUT = 30_000  # ms a SQLite connection waits for another writer
_WAL_PAUSE = 10  # ms between two tries to switch a new file to WAL
_INGEST_LOCK = 0x6C616F73  # any fixed number: PostgreSQL's advisory locks are named by one


class Store:
    """One database. ``read`` and ``write`` give a connection inside a transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._turn = threading.Lock() if engine.dialect.name == "sqlite" else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with named(self.engine), self.engine.connect() as connection:
            yield connection.execution_options(reads_only=True)

    @contextmanager
    def write(self, *, exclusive: bool = False, durable: bool = True) -> Iterator[Connection]:
        """A transaction, committed at the end of the block.

        ``exclusive`` lets one process at a time decide and write. SQLite always does. One that is
        not ``durable`` does not wait for the disk: a power cut may undo it, and all since, unless
        a durable one followed.
        """
        with named(self.engine), self._in_turn(), self.engine.connect() as connection:
            connection.execution_options(durable=durable)
            with connection.begin():
                if self.engine.dialect.name == "postgresql":
                    _begin_postgresql(connection, exclusive=exclusive, durable=durable)
                yield connection

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Threads line up here: SQLite's own waiters sleep for up to 0.1 s at a time."""
        mine = self._turn is not None and self._turn.acquire(timeout=BUSY_TIMEOUT / 1000)
        try:
            yield
        finally:
            if self._turn is not None and mine:
                self._turn.release()

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def named(engine: Engine) -> Iterator[None]:
    """Turn what the database raises into a StoreError of one line that names it."""
    try:
        yield
    except (DBAPIError, PoolTimeoutError) as error:
        reason = getattr(error, "orig", error)
        raise StoreError(one_line(f"database {shown(engine)}: {reason}", 500)) from error


def shown(engine: Engine) -> str:
    """The address of a database as people may see it: without password and parameters."""
    return engine.url.set(query={}).render_as_string(hide_password=True)


def connect(address: str, home: Path) -> Engine:
    """An engine for ``address``; a relative SQLite file starts at ``home``.

    Raises StoreError where the driver is missing or the file cannot be made.
    """
    url = _absolute(make_url(address), home)
    as_json = {"json_serializer": _to_json, "json_deserializer": from_json}
    try:
        if url.get_backend_name() == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
            return create_engine(url, pool_pre_ping=True, **as_json)
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, **as_json)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise StoreError(
            "PostgreSQL needs its driver: pip install 'china-laos-monitor[postgres]'"
        ) from error
    except OSError as error:
        raise StoreError(f"cannot make the folder of {url.database}: {error.strerror}") from error
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _absolute(url: URL, home: Path) -> URL:
    if url.get_backend_name() != "sqlite" or not url.database:
        return url
    return url.set(database=str(home / url.database))


def _to_json(value: Any) -> str:
    """JSON in which Chinese and Lao can be read; escapes would also double its size."""
    text = json.dumps(value, ensure_ascii=False)
    if "\\u0000" in text or storable(text) != text:  # rare, and dear to look for piece by piece
        text = json.dumps(_storable(value), ensure_ascii=False)
    return text


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {key: _storable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_storable(item) for item in value]
    return value


def _configure_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin below, not in the driver
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")
    _use_wal(connection)
    connection.execute("PRAGMA foreign_keys = ON")


def _use_wal(connection: Any) -> None:
    """Let readers read while one writes.

    The switch itself ignores the busy timeout: programs that meet at a new file try again.
    """
    for tries_left in reversed(range(BUSY_TIMEOUT // _WAL_PAUSE)):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or not tries_left:
                raise
            time.sleep(_WAL_PAUSE / 1000)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    """Writers take their lock at the start: a read that turns into a write would fail instead."""
    options = connection.get_execution_options()
    if options.get("reads_only", False):
        connection.exec_driver_sql("BEGIN")
        return
    # An alert recorded survives a power cut. WAL is cut at its end, never in its middle.
    level = "FULL" if options.get("durable", True) else "NORMAL"
    connection.exec_driver_sql(f"PRAGMA synchronous = {level}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection, *, exclusive: bool, durable: bool) -> None:
    if not durable:
        connection.execute(text("SET LOCAL synchronous_commit TO off"))
    if exclusive:
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_INGEST_LOCK})"))
