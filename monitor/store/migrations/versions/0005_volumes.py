"""rules on how many stories come: what they counted, whether they hold, their alerts"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_OF_ALERTS = ("bundle_items", "deliveries")


def upgrade() -> None:
    with _let_go(), op.batch_alter_table("alerts") as table:
        table.alter_column("story_id", existing_type=_ID, nullable=True)
        table.alter_column("revision", existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column("volume", sa.JSON(), nullable=True))
    op.create_table(
        "counted",
        sa.Column("rule_id", sa.String(length=64), nullable=False),
        sa.Column("definition", sa.String(length=32), nullable=False),
        sa.Column("story_id", _ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name=op.f("fk_counted_story_id")),
        sa.PrimaryKeyConstraint("rule_id", "definition", "story_id", name=op.f("pk_counted")),
        comment="stories that rules on how many come have counted",
    )
    for last in ("at", "day"):
        columns = ["rule_id", "definition", last]
        op.create_index(op.f(f"ix_counted_rule_id_definition_{last}"), "counted", columns)
    op.create_table(
        "episodes",
        sa.Column("rule_id", sa.String(length=64), nullable=False),
        sa.Column("definition", sa.String(length=32), nullable=False),
        sa.Column("known_since", _TIME, nullable=False),
        sa.Column("since", _TIME, nullable=True),
        sa.Column("ceased", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("rule_id", name=op.f("pk_episodes")),
        comment="rules on how many stories come: whether their condition holds",
    )


@contextmanager
def _let_go() -> Iterator[None]:
    """Nothing refers to alerts meanwhile: SQLite makes the table anew to change a column, and
    counts every row that refers to the old one as a mistake, even once it has its name again."""
    if op.get_bind().dialect.name != "sqlite":
        yield
        return
    for name in _OF_ALERTS:
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"fk_{name}_alert_id"), type_="foreignkey")
    yield
    for name in _OF_ALERTS:
        with op.batch_alter_table(name) as table:
            table.create_foreign_key(op.f(f"fk_{name}_alert_id"), "alerts", ["alert_id"], ["id"])
