"""How a database is opened and locked, and what is said when it cannot be used."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, func, select, update
from sqlalchemy.pool import QueuePool

from monitor.errors import StoreError
from monitor.store import Store, connect, engine, sources, stories
from monitor.store.sources import Watched
from monitor.store.tables import sources as sources_table
from tests.builders import NOW, article, batch
from tests.contracts.race import race


def pragma(store: Store, name: str) -> Any:
    with store.read() as tx:
        return tx.exec_driver_sql(f"PRAGMA {name}").scalar()


def refused(store: Store) -> str:
    """What is said when a story cannot be written: one line."""
    with pytest.raises(StoreError) as caught, store.write() as tx:
        stories.write(tx, batch(article(body=("long " * 20_000,))))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_sqlite_keeps_what_it_confirmed_and_lets_readers_read(sqlite_store: Store) -> None:
    assert pragma(sqlite_store, "journal_mode") == "wal"
    assert pragma(sqlite_store, "busy_timeout") == engine.BUSY_TIMEOUT
    assert pragma(sqlite_store, "foreign_keys") == 1


@pytest.mark.parametrize("durable", [True, False])
def test_only_what_can_be_found_again_does_not_wait_for_the_disk(
    store: Store, durable: bool
) -> None:
    with store.write(durable=not durable):
        pass  # what the connection was told before counts for nothing
    with store.write(durable=durable) as tx:
        if tx.dialect.name == "sqlite":
            assert tx.exec_driver_sql("PRAGMA synchronous").scalar() == (2 if durable else 1)
        else:
            shown = tx.exec_driver_sql("SHOW synchronous_commit").scalar()
            assert shown == ("on" if durable else "off")


def test_a_writer_takes_its_lock_before_it_reads(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT", 0)
    with sqlite_store.write() as tx:
        sources.register(tx, {"a": Watched("https://a.example/")})
        with closing(sqlite3.connect(tmp_path / "monitor.db", timeout=0)) as other:
            assert other.execute("SELECT count(*) FROM sources").fetchone() == (0,), (
                "reads as before"
            )
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")


def test_a_locked_database_is_named_in_the_error(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT", 0)
    with closing(sqlite3.connect(tmp_path / "monitor.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        assert refused(sqlite_store) == (
            f"database sqlite:///{tmp_path}/monitor.db: database is locked"
        )
        with sqlite_store.read() as tx:
            assert sources.states(tx) == {}


def test_the_switch_to_wal_waits_for_whoever_is_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new.db"
    with closing(sqlite3.connect(path)) as other, closing(sqlite3.connect(path, timeout=0)) as mine:
        other.execute("CREATE TABLE theirs (id INTEGER)")
        other.execute("BEGIN EXCLUSIVE")
        with monkeypatch.context() as patch:
            patch.setattr(engine, "BUSY_TIMEOUT", engine._WAL_PAUSE)  # one attempt
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                engine._use_wal(mine)
        monkeypatch.setattr(time, "sleep", lambda _: other.rollback())
        engine._use_wal(mine)
        assert mine.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_writers_that_read_first_wait_for_each_other(store: Store) -> None:
    """On SQLite a transaction that begins as a reader would fail here instead of waiting."""
    with store.write() as tx:
        sources.register(tx, {"a": Watched("https://a.example/")})

    def count(_: int) -> None:
        with store.write(exclusive=True) as tx:
            links = tx.execute(select(sources_table.c.links)).scalar_one()
            tx.execute(update(sources_table).values(links=links + 1))

    race(6, count)
    with store.read() as tx:
        assert tx.scalar(select(sources_table.c.links)) == 6


def test_a_full_disk_is_said_in_one_line_and_leaves_what_was_there(
    sqlite_store: Store, tmp_path: Path
) -> None:
    with sqlite_store.write() as tx:
        sources.register(tx, {"a": Watched("https://a.example/")})
    sqlite_store.close()

    def fill(connection: Any, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(sqlite_store.engine, "connect", fill)
    assert "disk is full" in refused(sqlite_store)
    with sqlite_store.read() as tx:
        assert list(sources.states(tx)) == ["a"]
        assert list(stories.listing(tx)) == []


@contextmanager
def not_as_root() -> Iterator[None]:
    """Root may write to what is read-only."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_a_read_only_folder(sqlite_template: Path) -> None:
    folder = Path(tempfile.mkdtemp())
    path = folder / "monitor.db"
    shutil.copy(sqlite_template, path)
    path.chmod(0o444)
    folder.chmod(0o555)
    try:
        with not_as_root():
            store = Store(connect(f"sqlite:///{path}", Path("/")))
            assert refused(store).startswith(f"database sqlite:///{path}: ")
            store.close()
            with pytest.raises(StoreError, match=r"^cannot make the folder of .*: Permission"):
                connect(f"sqlite:///{folder}/data/monitor.db", Path("/"))
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_a_folder_where_the_file_should_be(tmp_path: Path) -> None:
    store = Store(connect(f"sqlite:///{tmp_path}", Path("/")))
    assert "unable to open database file" in refused(store)


def test_a_relative_file_starts_at_home_and_gets_its_folder(tmp_path: Path) -> None:
    made = connect("sqlite:///data/monitor.db", tmp_path)
    assert made.url.database == str(tmp_path / "data" / "monitor.db")
    assert (tmp_path / "data").is_dir()


def test_a_database_in_memory_needs_no_folder(tmp_path: Path) -> None:
    store = Store(connect("sqlite://", tmp_path))
    with store.read() as tx:
        assert tx.scalar(select(func.count(1))) == 1
    store.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://monitor:s3cret@127.0.0.1:1/news",
        "postgresql+psycopg://monitor:s3cret@127.0.0.1:1/news",
        "postgresql://monitor@127.0.0.1:1/news?password=s3cret",
        "postgresql://monitor:s3cret@127.0.0.1:1/news?no_such_option=s3cret",
    ],
)
def test_an_error_of_postgresql_shows_no_password(address: str) -> None:
    store = Store(connect(address, Path("/")))
    said = refused(store)
    assert said.startswith("database postgresql+psycopg://monitor")
    assert "/news: " in said
    assert "s3cret" not in said


def test_postgresql_without_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match="pip install"):
        connect("postgresql://127.0.0.1/news", Path("/"))


def test_a_pool_that_runs_dry() -> None:
    dry = create_engine(
        "sqlite://", poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0
    )
    store = Store(dry)
    with store.read() as _, pytest.raises(StoreError, match="QueuePool limit"), store.read():
        pass
    store.close()


def test_nothing_is_written_in_a_reading_transaction(store: Store) -> None:
    with store.read() as tx:
        sources.register(tx, {"a": Watched("https://a.example/")})
    with store.read() as tx:
        assert sources.states(tx) == {}


def test_times_are_utc_whatever_they_were_given_in(store: Store) -> None:
    local = NOW.astimezone()
    with store.write() as tx:
        stories.write(tx, batch(now=local))
    with store.read() as tx:
        (story,) = stories.listing(tx)
    assert story.first_seen_at == NOW
    assert str(story.first_seen_at) == "2026-11-20 08:00:00+00:00"
