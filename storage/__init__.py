"""What is kept: tables, repositories, the inbox and the outbox."""

from storage.people import StoredDirectory
from storage.unit_of_work import SqlStorage, open_database


async def migrate(url: str) -> None:
    """Bring a database up to date: see `storage.migrations.migrate`."""
    from storage.migrations import migrate as bring_up_to_date  # noqa: PLC0415 - Alembic takes a quarter of a second to read

    await bring_up_to_date(url)


__all__ = ["SqlStorage", "StoredDirectory", "migrate", "open_database"]
