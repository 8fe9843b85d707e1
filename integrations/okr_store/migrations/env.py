"""Alembic's environment: works in the transaction and under the lock of `okr_store.schema`."""

from alembic import context

from okr_store.schema import VERSION_TABLE
from okr_store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
context.run_migrations()
