"""the order in which deliveries go out, along an index"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("deliveries") as table:
        table.drop_index(op.f("ix_deliveries_channel_status_next_at"))
        table.create_index(
            "ix_deliveries_next",
            ["channel", "status", "next_at", "alert_id", "notice_id", "recipient"],
        )
