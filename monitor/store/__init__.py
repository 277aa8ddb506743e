"""What was seen, what it became, and whom it was told to: SQLAlchemy on SQLite or PostgreSQL."""

from sqlalchemy import Connection as Transaction

from monitor.store.engine import Store, connect, shown
from monitor.store.migrate import back_up, revision, upgrade

__all__ = ["Store", "Transaction", "back_up", "connect", "revision", "shown", "upgrade"]
