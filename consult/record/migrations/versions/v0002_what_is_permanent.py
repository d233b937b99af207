"""What is permanent: the database itself refuses to change it, whoever asks."""

from collections.abc import Sequence

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# What people wrote: PostgreSQL would otherwise copy samples of it into its planner's statistics.
WRITTEN = (
    ("draft_answers", "value"),
    ("response_answers", "value"),
    ("contribution_revisions", "text"),
    ("quote_snapshots", "text"),
)
PERMANENT = (("survey_versions", "version.permanent"), ("audit_entries", "audit.permanent"))
# From the opening on, the promise stays what it was and the consultation is never a draft again.
PROMISE = "OLD.state <> 'draft' AND (NEW.anonymity <> OLD.anonymity OR NEW.state = 'draft')"
PROMISE_CODE = "consultation.anonymity_fixed"


def upgrade() -> None:
    """Go to this revision."""
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    """Go back from this revision."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        # The triggers go with their function; statistics are a hint that harms nobody by its absence.
        connection.exec_driver_sql("DROP FUNCTION consult_refuse() CASCADE")
        return
    for table, _ in PERMANENT:
        connection.exec_driver_sql(f"DROP TRIGGER {table}_no_update")
        connection.exec_driver_sql(f"DROP TRIGGER {table}_no_delete")
    connection.exec_driver_sql("DROP TRIGGER consultations_promise")


def _guard_sqlite() -> None:
    """Make the database refuse to change what is permanent."""
    connection = op.get_bind()
    for table, code in PERMANENT:
        for act in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'consult:{code}'); END"
            )
    connection.exec_driver_sql(
        f"CREATE TRIGGER consultations_promise BEFORE UPDATE ON consultations WHEN {PROMISE} "
        f"BEGIN SELECT RAISE(ABORT, 'consult:{PROMISE_CODE}'); END"
    )


def _guard_postgresql() -> None:
    """Make the database refuse to change what is permanent, and keep people's words out of its statistics."""
    connection = op.get_bind()
    connection.exec_driver_sql(
        "CREATE FUNCTION consult_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION USING MESSAGE = 'consult:' || TG_ARGV[0]; END $$"
    )
    for table, code in PERMANENT:
        for act, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            connection.exec_driver_sql(
                f"CREATE TRIGGER {table}_no_{each.lower()} BEFORE {act} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION consult_refuse('{code}')"
            )
    connection.exec_driver_sql(
        f"CREATE TRIGGER consultations_promise BEFORE UPDATE ON consultations FOR EACH ROW WHEN ({PROMISE}) "
        f"EXECUTE FUNCTION consult_refuse('{PROMISE_CODE}')"
    )
    for table, column in WRITTEN:
        connection.exec_driver_sql(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
