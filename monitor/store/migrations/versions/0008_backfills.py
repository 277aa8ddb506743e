"""backfills: the rules that have looked back in the archive; deliveries of late, of any channel"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backfills",
        sa.Column("rule_id", sa.String(length=64), nullable=False),
        sa.Column("definition", sa.String(length=32), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("rule_id", name=op.f("pk_backfills")),
        comment="rules that have looked back in the archive",
    )
    with op.batch_alter_table("deliveries") as table:
        table.drop_index(op.f("ix_deliveries_channel_due_at"))
        table.create_index(op.f("ix_deliveries_due_at_channel"), ["due_at", "channel"])
