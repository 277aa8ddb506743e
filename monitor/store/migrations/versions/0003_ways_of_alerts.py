"""ways of alerts: severity, recipients, what is held and why, bundles, silences"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("alerts") as table:
        table.add_column(
            sa.Column("severity", sa.String(length=16), server_default="normal", nullable=False)
        )
        table.add_column(sa.Column("withheld", sa.Text(), nullable=True))
    _silences()
    _bundles()
    _deliveries()


def _silences() -> None:
    op.create_table(
        "silences",
        sa.Column("id", _ID, nullable=False),
        sa.Column("rule_id", sa.String(length=64), nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silences")),
        comment="rules of which nobody wants to hear for a while",
    )
    op.create_index(op.f("ix_silences_rule_id"), "silences", ["rule_id"])


def _bundles() -> None:
    op.create_table(
        "bundles",
        sa.Column("id", _ID, nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("closed_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundles")),
        comment="alerts that go out together",
    )
    columns = ["channel", "kind", "key", "closed_at"]
    op.create_index(op.f("ix_bundles_channel_kind_key_closed_at"), "bundles", columns)
    op.create_table(
        "bundle_items",
        sa.Column("bundle_id", _ID, nullable=False),
        sa.Column("alert_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["bundle_id"], ["bundles.id"], name=op.f("fk_bundle_items_bundle_id")
        ),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_bundle_items_alert_id")),
        sa.PrimaryKeyConstraint("bundle_id", "alert_id", name=op.f("pk_bundle_items")),
    )
    op.create_index(op.f("ix_bundle_items_alert_id"), "bundle_items", ["alert_id"])


def _deliveries() -> None:
    with op.batch_alter_table("deliveries") as table:
        table.add_column(sa.Column("bundle_id", _ID, nullable=True))
        table.add_column(
            sa.Column("recipient", sa.String(length=320), server_default="", nullable=False)
        )
        table.add_column(sa.Column("held", sa.Text(), nullable=True))
        table.add_column(sa.Column("due_at", _TIME, nullable=True))
        for what in ("alert_id", "notice_id"):
            table.drop_constraint(op.f(f"uq_deliveries_{what}_channel"), type_="unique")
        for what in ("alert_id", "notice_id", "bundle_id"):
            table.create_unique_constraint(
                op.f(f"uq_deliveries_{what}_channel_recipient"), [what, "channel", "recipient"]
            )
        table.create_foreign_key(op.f("fk_deliveries_bundle_id"), "bundles", ["bundle_id"], ["id"])
        table.create_index(op.f("ix_deliveries_channel_due_at"), ["channel", "due_at"])
