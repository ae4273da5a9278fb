"""Runs migrations in the connection that the store hands over; see `circulation.store.database`."""

from __future__ import annotations

from alembic import context

from circulation.store.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    compare_type=True,
    render_as_batch=connection.dialect.name == "sqlite",  # SQLite alters by copying
)
context.run_migrations()
