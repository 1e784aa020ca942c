"""What is kept: tables, repositories, the inbox and the outbox."""

from storage.migrations import migrate
from storage.people import StoredDirectory
from storage.unit_of_work import SqlStorage, open_database

__all__ = ["SqlStorage", "StoredDirectory", "migrate", "open_database"]
