"""health of sources: what is known of each, its gaps, and the notices of its troubles"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _gaps()
    _notices()
    _deliveries()
    _sources()
    _links()


def _gaps() -> None:
    op.create_table(
        "gaps",
        sa.Column("id", _ID, nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filled_with", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gaps")),
        comment="what a source announced and dropped between two looks",
    )
    op.create_index(op.f("ix_gaps_source_id"), "gaps", ["source_id"], unique=False)


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", _ID, nullable=False),
        sa.Column("source_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("health", sa.String(length=16), nullable=False),
        sa.Column("recovered", sa.Boolean(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        comment="sources that fell ill or recovered: their history, and what health.channels"
        " were told",
    )
    op.create_index(op.f("ix_notices_source_id"), "notices", ["source_id"], unique=False)


def _deliveries() -> None:
    with op.batch_alter_table("deliveries") as table:
        table.add_column(sa.Column("notice_id", _ID, nullable=True))
        table.alter_column("alert_id", existing_type=_ID, nullable=True)
        table.create_unique_constraint(
            op.f("uq_deliveries_notice_id_channel"), ["notice_id", "channel"]
        )
        table.create_foreign_key(op.f("fk_deliveries_notice_id"), "notices", ["notice_id"], ["id"])


def _sources() -> None:
    flag = sa.Boolean()
    with op.batch_alter_table("sources") as table:
        table.add_column(sa.Column("definition", sa.String(length=32), nullable=True))
        table.add_column(sa.Column("watched", flag, server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("body_digest", sa.String(length=32), nullable=True))
        table.add_column(sa.Column("why", sa.Text(), nullable=True))
        table.add_column(sa.Column("pages_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("moved_to", sa.Text(), nullable=True))
        table.add_column(sa.Column("moved_times", sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("kept_out", sa.JSON(), nullable=True))
        table.add_column(sa.Column("newest_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("new_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("rhythm", sa.JSON(), nullable=True))
        table.add_column(sa.Column("extraction", sa.JSON(), nullable=True))
        table.add_column(
            sa.Column("health", sa.String(length=16), server_default="ok", nullable=False)
        )
        table.add_column(sa.Column("condition", sa.JSON(), nullable=True))
        table.create_index(op.f("ix_sources_watched_next_at"), ["watched", "next_at"])
    op.execute(
        "UPDATE sources SET pages_at = (SELECT min(links.next_at) FROM links"
        " WHERE links.source_id = sources.id AND links.status = 'pending')"
    )
    op.execute(
        "UPDATE sources SET new_at = (SELECT max(links.seen_at) FROM links"
        " WHERE links.source_id = sources.id AND links.seen_at > sources.baseline_at)"
    )


def _links() -> None:
    op.add_column("links", sa.Column("guid", sa.String(length=32), nullable=True))
    op.create_index(op.f("ix_links_source_id_guid"), "links", ["source_id", "guid"], unique=False)
