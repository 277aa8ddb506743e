"""health of channels: which are closed or ill; notices tell of them, too"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "channels",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=32), server_default="", nullable=False),
        sa.Column("closed_at", _TIME, nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("ill_since", _TIME, nullable=True),
        sa.Column("health", sa.String(length=16), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_channels")),
        comment="channels that are, or were, closed or ill",
    )
    with op.batch_alter_table("notices") as table:
        table.add_column(
            sa.Column("about", sa.String(length=16), server_default="source", nullable=False)
        )
