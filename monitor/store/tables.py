"""The tables: a row each for a source, a link, a story and its revisions, a match, an alert …

Times are UTC. The migrations in ``migrations/`` create these; a test holds the two together.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)
from sqlalchemy.engine import Dialect

from monitor.text import storable


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime; SQLite, which knows no zones, keeps it in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        at: datetime | None = value
        if at is None or at.tzinfo is UTC:
            return at
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)

    def bind_processor(self, dialect: Dialect) -> Any:
        return _to_sqlite if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        if dialect.name == "sqlite":
            return _from_sqlite
        return super().result_processor(dialect, coltype)


def _to_sqlite(value: datetime | None) -> str | None:
    """As SQLAlchemy writes it, in a fifth of the time: a pass writes three a source."""
    if value is None:
        return None
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _from_sqlite(value: str | None) -> datetime | None:
    """A fifth of the time that SQLAlchemy's own way takes; a pass reads many."""
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


class Words(TypeDecorator[str]):
    """Text, much of it from strangers: what no database can hold is replaced on its way in."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


LANGUAGE = 35  # characters: RFC 5646 §4.4.1 finds no need for more

# SQLite counts rows by itself only in a column declared INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

sources = Table(
    "sources",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("url", Words, nullable=False),
    Column("definition", String(32)),  # of the keys that decide what a look finds
    Column("watched", Boolean, nullable=False, server_default=false()),  # in the file, and enabled
    Column("etag", Words),
    Column("last_modified", Words),
    Column("body_digest", String(32)),  # of the last body, which need not be read twice
    Column("checked_at", UtcDateTime),
    Column("succeeded_at", UtcDateTime),
    Column("baseline_at", UtcDateTime),  # when the first look succeeded; None until then
    Column("next_at", UtcDateTime),  # of the source; None: now
    Column("why", Words),  # then
    Column("pages_at", UtcDateTime),  # when the next of its pages wants to be read
    Column("lease_until", UtcDateTime),  # a process is looking at it until then
    Column("failures", Integer, nullable=False, default=0),
    Column("links", Integer, nullable=False, default=0),  # found at the last full look
    Column("kept_out", JSON),  # of those that include and exclude kept out then, in short
    Column("error", Words),
    Column("moved_to", Words),  # where 301 or 308 leads
    Column("moved_times", Integer, nullable=False, server_default="0"),  # it did, in a row
    Column("newest_at", UtcDateTime),  # the newest date that it announced
    Column("new_at", UtcDateTime),  # when it last announced something new
    Column("rhythm", JSON),  # its hours of publication
    Column("extraction", JSON),  # how long its stories usually are
    Column("health", String(16), nullable=False, server_default="ok"),
    Column("condition", JSON),  # since when, why, and what its owners know
    Index(None, "watched", "next_at"),
    comment="state of what sources.yaml names",
)

gaps = Table(
    "gaps",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source_id", String(64), nullable=False, index=True),
    Column("since", UtcDateTime, nullable=False),  # the last look before it
    Column("until", UtcDateTime, nullable=False),  # the oldest item after it
    Column("seen_at", UtcDateTime, nullable=False),
    Column("filled_at", UtcDateTime),
    Column("filled_with", Integer),  # so many links
    comment="what a source announced and dropped between two looks",
)

notices = Table(
    "notices",
    metadata,
    Column("id", Id, primary_key=True),
    Column("about", String(16), nullable=False, server_default="source"),  # or channel
    Column("source_id", String(64), nullable=False, index=True),  # or the channel's name
    Column("name", Words, nullable=False),
    Column("url", Words, nullable=False),
    Column("health", String(16), nullable=False),
    Column("recovered", Boolean, nullable=False),
    Column("detail", Words, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    comment="sources that fell ill or recovered: their history, and what health.channels were told",
)

channels = Table(
    "channels",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("place", String(32), nullable=False, server_default=""),  # where it led, in short
    Column("closed_at", UtcDateTime),  # its receiver wants no more since
    Column("closed_by", Words),  # what it answered
    Column("ill_since", UtcDateTime),  # health.channels were told
    Column("health", String(16)),
    Column("detail", Words),
    comment="channels that are, or were, closed or ill",
)

links = Table(
    "links",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source_id", String(64), nullable=False),
    Column("key", Words, nullable=False),  # the canonical URL
    Column("guid", String(32)),  # a digest of what its source calls it
    Column("url", Words, nullable=False),
    Column("announced", JSON, nullable=False),  # the Link as the source gave it
    Column("fingerprint", String(32), nullable=False),  # of what would show a correction
    Column("status", String(16), nullable=False),  # pending, done, failed, skipped
    Column("baseline", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", UtcDateTime, nullable=False),
    Column("error", Words),
    Column("seen_at", UtcDateTime, nullable=False),
    UniqueConstraint("source_id", "key"),
    Index(None, "source_id", "guid"),
    Index(None, "status", "next_at"),
)

stories = Table(
    "stories",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Words, nullable=False, unique=True),  # the canonical URL
    Column("source_id", String(64), nullable=False),
    Column("source_name", Words, nullable=False),  # as people read it
    Column("revision", Integer, nullable=False),  # the current one
    Column("content_key", String(64), nullable=False),
    Column("copy_of", Id, ForeignKey("stories.id")),
    Column("reason", Words, nullable=False),  # of the latest verdict: new, revised, a copy of …
    Column("on_topic", Boolean),  # None where no topic is configured
    Column("title", Words, nullable=False),
    Column("site", Words, nullable=False),
    Column("language", String(LANGUAGE), nullable=False),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("pruned_at", UtcDateTime),  # when its text was let go
    Index(None, "first_seen_at"),
    Index(None, "copy_of"),
)

revisions = Table(
    "revisions",
    metadata,
    Column("story_id", Id, ForeignKey("stories.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("article", JSON, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

sketches = Table(
    "sketches",
    metadata,
    Column("story_id", Id, ForeignKey("stories.id"), primary_key=True),
    Column("value", BigInteger, primary_key=True),
    Index(None, "value"),
)

matches = Table(
    "matches",
    metadata,
    Column("story_id", Id, ForeignKey("stories.id"), primary_key=True),
    Column("rule_id", String(64), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("spans", JSON, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("rule_id", String(64), nullable=False),
    Column("rule_label", Words, nullable=False),
    Column("story_id", Id, ForeignKey("stories.id")),  # None: it is on how many stories came
    Column("revision", Integer),
    Column("volume", JSON),  # the figures, and the stories behind them
    Column("reason", Words, nullable=False),
    Column("correction", Boolean, nullable=False),
    Column("severity", String(16), nullable=False, server_default="normal"),
    Column("withheld", Words),  # why nobody is told: the rule was silenced, the story too old
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("rule_id", "story_id", "revision"),
)

counted = Table(
    "counted",
    metadata,
    Column("rule_id", String(64), primary_key=True),
    Column("definition", String(32), primary_key=True),  # of the rule that counted it
    Column("story_id", Id, ForeignKey("stories.id"), primary_key=True),  # the first telling
    Column("day", Date, nullable=False),  # of UTC
    Column("at", UtcDateTime, nullable=False),  # when it came
    Index(None, "rule_id", "definition", "at"),
    Index(None, "rule_id", "definition", "day"),
    comment="stories that rules on how many come have counted",
)

episodes = Table(
    "episodes",
    metadata,
    Column("rule_id", String(64), primary_key=True),
    Column("definition", String(32), nullable=False),  # of the rule that is judged
    Column("known_since", UtcDateTime, nullable=False),  # all stories since then are counted
    Column("since", UtcDateTime),  # when its condition began to hold, and somebody was told
    Column("ceased", UtcDateTime),  # when it held no more
    comment="rules on how many stories come: whether their condition holds",
)

backfills = Table(
    "backfills",
    metadata,
    Column("rule_id", String(64), primary_key=True),
    Column("definition", String(32), nullable=False),  # of the rule, as it looked back
    Column("done_at", UtcDateTime, nullable=False),
    comment="rules that have looked back in the archive",
)

silences = Table(
    "silences",
    metadata,
    Column("id", Id, primary_key=True),
    Column("rule_id", String(64), nullable=False, index=True),
    Column("until", UtcDateTime, nullable=False),
    Column("why", Words, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    comment="rules of which nobody wants to hear for a while",
)

bundles = Table(
    "bundles",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", String(64), nullable=False),
    Column("kind", String(16), nullable=False),  # as routing.py names it
    Column("key", String(64), nullable=False),  # of what goes together
    Column("due_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),  # when it was first taken to be sent: nothing joins it
    Column("zone", String(64), nullable=False, server_default="UTC"),  # of the channel
    Column("background", JSON(none_as_null=True)),  # taken then, and shown at every attempt
    Index(None, "channel", "kind", "key", "closed_at"),
    comment="alerts that go out together",
)

bundle_items = Table(
    "bundle_items",
    metadata,
    Column("bundle_id", Id, ForeignKey("bundles.id"), primary_key=True),
    Column("alert_id", Id, ForeignKey("alerts.id"), primary_key=True),
    Index(None, "alert_id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("alert_id", Id, ForeignKey("alerts.id")),  # one of these three
    Column("notice_id", Id, ForeignKey("notices.id")),
    Column("bundle_id", Id, ForeignKey("bundles.id")),
    Column("channel", String(64), nullable=False),
    Column("recipient", String(320), nullable=False, server_default=""),  # "": the channel's only
    Column("held", Words),  # why it does not go out at once
    Column("status", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", UtcDateTime),  # when it was to go out first
    Column("next_at", UtcDateTime, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("error", Words),
    Column("answer", Words),  # what the receiver said when it took it
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    UniqueConstraint("alert_id", "channel", "recipient"),
    UniqueConstraint("notice_id", "channel", "recipient"),
    UniqueConstraint("bundle_id", "channel", "recipient"),
    # The order in which they go out: however many wait, the next are at the front.
    Index(
        "ix_deliveries_next", "channel", "status", "next_at", "alert_id", "notice_id", "recipient"
    ),
    Index(None, "due_at", "channel"),
)
