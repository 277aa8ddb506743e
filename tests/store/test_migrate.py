"""Databases new, old, of tomorrow and of somebody else."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from monitor.errors import StoreError
from monitor.models import Message, SourceState, Validators
from monitor.store import (
    Store,
    back_up,
    connect,
    history,
    migrate,
    outbox,
    revision,
    sources,
    stories,
    upgrade,
)
from monitor.store.sources import Watched
from monitor.store.tables import metadata
from tests.builders import NOW, article, batch
from tests.contracts.race import race

HOUR = timedelta(hours=1)

TOMORROW = '''
"""a further column"""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = depends_on = None


def upgrade():
    with op.batch_alter_table("stories") as table:
        table.add_column(sa.Column("note", sa.Text()))
    op.execute("{statement}")
'''


@pytest.fixture
def engine(empty: str) -> Iterator[Engine]:
    engine = connect(empty, Path("/"))
    yield engine
    engine.dispose()


def test_files_of_migrations_bear_their_numbers() -> None:
    assert ScriptDirectory.from_config(migrate._config([])).get_current_head() == migrate._newest()


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """A database at today's schema with a story in it."""
    upgrade(engine, NOW)
    with Store(engine).write() as tx:
        stories.write(tx, batch(article(title="kept")))
    return engine


def tomorrow(
    folder: Path, engine: Engine, statement: str = "UPDATE stories SET note = 'n'"
) -> Path:
    """A folder with the migration of a later program."""
    folder /= "versions"
    folder.mkdir()
    migration = TOMORROW.format(head=revision(engine), statement=statement)
    (folder / "9999_note.py").write_text(migration)
    return folder


def titles(engine: Engine) -> list[str]:
    with Store(engine).read() as tx:
        return [story.article.title for story in stories.listing(tx)]


def backups(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.backup"))


def test_the_migrations_make_exactly_the_tables(engine: Engine) -> None:
    assert revision(engine) is None
    assert upgrade(engine, NOW) is None
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_database_at_today_s_schema_is_left_alone(filled: Engine, tmp_path: Path) -> None:
    at = revision(filled)
    assert upgrade(filled, NOW) is None
    assert (revision(filled), backups(tmp_path), titles(filled)) == (at, [], ["kept"])


def test_an_older_database_is_backed_up_and_keeps_its_rows(
    filled: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = revision(filled)
    with caplog.at_level(logging.WARNING):
        backup = upgrade(filled, NOW, versions=[tomorrow(tmp_path, filled)])
    assert (revision(filled), titles(filled)) == ("9999", ["kept"])
    with filled.connect() as connection:
        assert connection.scalar(text("SELECT note FROM stories")) == "n"
    if filled.dialect.name == "postgresql":
        assert backup is None
        assert "use pg_dump" in caplog.text
        return
    assert backup == tmp_path / f"monitor.db.{before}-20261120T080000Z.backup"
    old = connect(f"sqlite:///{backup}", Path("/"))
    assert (revision(old), titles(old)) == (before, ["kept"])
    old.dispose()


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    filled: Engine, tmp_path: Path
) -> None:
    before = revision(filled)
    broken = tomorrow(tmp_path, filled, "UPDATE no_such_table SET note = 1")
    with pytest.raises(StoreError, match="no_such_table"):
        upgrade(filled, NOW, versions=[broken])
    assert (revision(filled), titles(filled)) == (before, ["kept"])
    assert "note" not in [column["name"] for column in inspect(filled).get_columns("stories")]


def test_a_database_of_a_newer_program_is_refused(filled: Engine, tmp_path: Path) -> None:
    upgrade(filled, NOW, versions=[tomorrow(tmp_path, filled)])
    taken = backups(tmp_path)
    with pytest.raises(StoreError, match=r"is at 9999, .* newer one; upgrade the program$"):
        upgrade(filled, NOW.replace(year=2027))
    assert (revision(filled), backups(tmp_path)) == ("9999", taken)


def test_a_database_of_another_program_is_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE theirs (id INTEGER)"))
    with pytest.raises(StoreError, match="holds tables of something else: give another"):
        upgrade(engine, NOW)
    assert inspect(engine).get_table_names() == ["theirs"]


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "monitor.db").write_text("Dear diary, " * 100)
    with pytest.raises(StoreError, match=r"monitor\.db: file is not a database"):
        upgrade(connect("sqlite:///monitor.db", tmp_path), NOW)


def test_several_programs_that_start_at_once_upgrade_once(empty: str) -> None:
    def start(_: int) -> Path | None:
        engine = connect(empty, Path("/"))
        upgrade(engine, NOW)
        at = revision(engine)
        engine.dispose()
        return Path(str(at))

    assert len(set(race(4, start))) == 1


def test_several_programs_that_meet_an_old_database_upgrade_it_once(
    filled: Engine, empty: str, tmp_path: Path
) -> None:
    folder = tomorrow(tmp_path, filled)

    def start(_: int) -> Path | None:
        engine = connect(empty, Path("/"))
        backup = upgrade(engine, NOW, versions=[folder])
        engine.dispose()
        return backup

    taken = [backup for backup in race(4, start) if backup]
    assert len(taken) == (1 if filled.dialect.name == "sqlite" else 0)
    assert (revision(filled), titles(filled)) == ("9999", ["kept"])


def test_without_a_backup_nothing_is_upgraded(tmp_path: Path) -> None:
    engine = connect("sqlite:///monitor.db", tmp_path)
    upgrade(engine, NOW)
    before = revision(engine)
    folder = tomorrow(tmp_path, engine)
    (tmp_path / f"monitor.db.{before}-20261120T080000Z.backup").mkdir()
    with pytest.raises(StoreError, match=r"no backup .*, so nothing is upgraded"):
        upgrade(engine, NOW, versions=[folder])
    assert revision(engine) == before
    engine.dispose()


def test_a_database_in_use_can_be_backed_up(sqlite_store: Store, tmp_path: Path) -> None:
    with sqlite_store.write() as tx:
        stories.write(tx, batch(article(title="confirmed")))
    with sqlite_store.write() as tx:
        stories.write(tx, batch(article(url="https://x.example/", title="not yet")))
        backup = back_up(sqlite_store.engine, "by-hand")
    assert backup == tmp_path / "monitor.db.by-hand.backup"
    copy = connect(f"sqlite:///{backup}", Path("/"))
    assert titles(copy) == ["confirmed"]
    copy.dispose()


# --- databases of earlier programs, with what their users had in them -----------------------------

ROWS_OF_0001 = (
    "INSERT INTO sources (id, url, etag, checked_at, succeeded_at, baseline_at, next_at, failures,"
    " links) VALUES ('kpl', 'https://kpl.example/rss', '\"e\"', '{now}', '{now}', '{now}', '{now}',"
    " 0, 2)",
    "INSERT INTO links (source_id, key, url, announced, fingerprint, status, baseline, attempts,"
    " next_at, seen_at) VALUES ('kpl', 'https://kpl.example/a', 'https://kpl.example/a',"
    " '{{\"url\": \"https://kpl.example/a\"}}', 'f', 'pending', {true}, 1, '{later}', '{now}')",
    "INSERT INTO stories (id, key, source_id, source_name, revision, content_key, reason, title,"
    " site, language, first_seen_at, changed_at) VALUES (1, 'https://kpl.example/b', 'kpl', 'KPL',"
    " 1, 'c', 'new', 'kept', 'kpl.example', 'en', '{now}', '{now}')",
    "INSERT INTO revisions (story_id, number, article, seen_at)"
    " VALUES (1, 1, '{article}', '{now}')",
    "INSERT INTO matches (story_id, rule_id, revision, spans) VALUES (1, 'railway', 1, '[]')",
    "INSERT INTO alerts (id, rule_id, rule_label, story_id, revision, reason, correction,"
    " created_at) VALUES (1, 'railway', 'Railway', 1, 1, 'new story', {false}, '{now}')",
    "INSERT INTO deliveries (id, alert_id, channel, status, attempts, next_at, created_at)"
    " VALUES ('msg_1', 1, 'mail', 'pending', 2, '{now}', '{now}')",
)


@pytest.fixture
def of_0001(engine: Engine) -> Engine:
    """A database as the first release left it, in the middle of its work."""
    config = migrate._config([])
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        sqlite = engine.dialect.name == "sqlite"
        words = {
            "now": f"{NOW:%Y-%m-%d %H:%M:%S.%f}" + ("" if sqlite else "+00"),
            "later": f"{NOW + HOUR:%Y-%m-%d %H:%M:%S.%f}" + ("" if sqlite else "+00"),
            "article": article(title="kept").model_dump_json().replace("'", "''"),
            "true": "1" if sqlite else "true",
            "false": "0" if sqlite else "false",
        }
        for row in ROWS_OF_0001:
            connection.exec_driver_sql(row.format(**words))
    return engine


def test_a_database_of_the_first_release_goes_on_where_it_was(of_0001: Engine) -> None:
    upgrade(of_0001, NOW)
    assert titles(of_0001) == ["kept"]
    store = Store(of_0001)
    with store.write() as tx:
        sources.watch(tx, {"kpl": Watched("https://kpl.example/rss", "d")})
        (state,) = sources.claim(tx, NOW, HOUR)
        (delivery,) = outbox.read(tx, outbox.claim(tx, "mail", NOW, HOUR))
        assert history.events(tx, "kpl") == []
    assert state == SourceState(
        "kpl",
        Validators('"e"'),
        checked_at=NOW,
        succeeded_at=NOW,
        baseline_at=NOW,
        next_at=NOW,
        pages_at=NOW + HOUR,
        links=2,
    )
    assert (delivery.message.id, delivery.attempt) == ("msg_1", 3)
    assert isinstance(delivery.message, Message)
    assert delivery.message.article.title == "kept"


def test_a_source_that_had_something_new_since_its_first_look_is_known_to(of_0001: Engine) -> None:
    with of_0001.begin() as connection:
        connection.exec_driver_sql("UPDATE links SET seen_at = next_at")
    upgrade(of_0001, NOW)
    with Store(of_0001).read() as tx:
        state = sources.state(tx, "kpl")
    assert state is not None
    assert state.new_at == NOW + HOUR
