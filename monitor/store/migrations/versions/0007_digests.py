"""digests: the time zone of a bundle, and what stands around its alerts"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("bundles") as table:
        table.add_column(
            sa.Column("zone", sa.String(length=64), server_default="UTC", nullable=False)
        )
        table.add_column(sa.Column("background", sa.JSON(none_as_null=True), nullable=True))
