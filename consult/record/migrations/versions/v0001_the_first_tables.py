"""The first tables."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TABLES = (
    "accounts",
    "jobs",
    "audit_entries",
    "consultations",
    "groups",
    "memberships",
    "surveys",
    "survey_versions",
    "invitations",
    "drafts",
    "draft_answers",
    "responses",
    "response_answers",
    "contributions",
    "contribution_revisions",
    "runs",
    "run_contributions",
    "candidate_themes",
    "assignments",
    "quote_snapshots",
)


def upgrade() -> None:
    """Go to this revision."""
    _create_people()
    _create_consultations()
    _create_surveys()
    _create_drafts()
    _create_responses()
    _create_contributions()
    _create_runs()
    _create_themes()


def downgrade() -> None:
    """Go back from this revision: nothing is left."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_people() -> None:
    """Accounts, their jobs and their acts."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("roles", JSON, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("email", name="uq_accounts_email"),
        sa.UniqueConstraint("fs_uniquifier", name="uq_accounts_fs_uniquifier"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(length=64), nullable=False),
        sa.Column("arguments", JSON, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_code", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_state_lease_until", "jobs", ["state", "lease_until"])
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("object_type", sa.String(length=64), nullable=False),
        sa.Column("object_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_audit_entries_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
    )
    op.create_index("ix_audit_entries_account_id", "audit_entries", ["account_id"])
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"])
    op.create_index("ix_audit_entries_object_type_object_id", "audit_entries", ["object_type", "object_id"])


def _create_consultations() -> None:
    """Consultations, groups and members."""
    op.create_table(
        "consultations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("mandate", JSON, nullable=False),
        sa.Column("promise", JSON, nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("anonymity", sa.String(length=32), nullable=False),
        sa.Column("language_policy", sa.String(length=32), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("group_question", sa.String(length=64), nullable=True),
        sa.Column("is_fictional", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consultations"),
        sa.UniqueConstraint("code", name="uq_consultations_code"),
    )
    op.create_table(
        "groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", JSON, nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultations.id"], name="fk_groups_consultation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_groups"),
        sa.UniqueConstraint("consultation_id", "code", name="uq_groups_consultation_id_code"),
    )
    op.create_table(
        "memberships",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("consultation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_memberships_account_id"),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultations.id"], name="fk_memberships_consultation_id"),
        sa.PrimaryKeyConstraint("account_id", "consultation_id", name="pk_memberships"),
    )
    op.create_index("ix_memberships_consultation_id", "memberships", ["consultation_id"])


def _create_surveys() -> None:
    """Surveys, their versions and invitations."""
    op.create_table(
        "surveys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("working_definition", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultations.id"], name="fk_surveys_consultation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_surveys"),
        sa.UniqueConstraint("consultation_id", "code", name="uq_surveys_consultation_id_code"),
    )
    op.create_table(
        "survey_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name="fk_survey_versions_survey_id"),
        sa.PrimaryKeyConstraint("id", name="pk_survey_versions"),
        sa.UniqueConstraint("survey_id", "number", name="uq_survey_versions_survey_id_number"),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("token_encrypted", sa.Text(), nullable=True),
        sa.Column("is_used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultations.id"], name="fk_invitations_consultation_id"),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_invitations_group_id"),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("token_hash", name="uq_invitations_token_hash"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_invitations_consultation_id", "invitations", ["consultation_id"])
    op.create_index("ix_invitations_group_id", "invitations", ["group_id"])


def _create_drafts() -> None:
    """Drafts and their inputs."""
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("touched_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_drafts_group_id"),
        sa.ForeignKeyConstraint(["version_id"], ["survey_versions.id"], name="fk_drafts_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_drafts_group_id", "drafts", ["group_id"])
    op.create_index("ix_drafts_version_id", "drafts", ["version_id"])
    op.create_table(
        "draft_answers",
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("question_code", sa.String(length=64), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name="fk_draft_answers_draft_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("draft_id", "question_code", name="pk_draft_answers"),
        sqlite_with_rowid=False,
    )


def _create_responses() -> None:
    """Responses and their answers."""
    op.create_table(
        "responses",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("submission_key", sa.String(length=64), nullable=False),
        sa.Column("receipt_hash", sa.String(length=64), nullable=True),
        sa.Column("respondent", sa.Text(), nullable=True),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultations.id"], name="fk_responses_consultation_id"),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_responses_group_id"),
        sa.ForeignKeyConstraint(["version_id"], ["survey_versions.id"], name="fk_responses_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_responses"),
        sa.UniqueConstraint("receipt_hash", name="uq_responses_receipt_hash"),
        sa.UniqueConstraint("submission_key", name="uq_responses_submission_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_responses_consultation_id", "responses", ["consultation_id"])
    op.create_index("ix_responses_group_id", "responses", ["group_id"])
    op.create_index("ix_responses_version_id", "responses", ["version_id"])
    op.create_table(
        "response_answers",
        sa.Column("response_id", sa.String(length=32), nullable=False),
        sa.Column("question_code", sa.String(length=64), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["responses.id"], name="fk_response_answers_response_id"),
        sa.PrimaryKeyConstraint("response_id", "question_code", name="pk_response_answers"),
        sqlite_with_rowid=False,
    )


def _create_contributions() -> None:
    """Contributions and their revisions."""
    op.create_table(
        "contributions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.String(length=32), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("question_code", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultations.id"], name="fk_contributions_consultation_id"),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_contributions_group_id"),
        sa.ForeignKeyConstraint(["response_id"], ["responses.id"], name="fk_contributions_response_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contributions"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_contributions_consultation_id_question_code",
        "contributions",
        ["consultation_id", "question_code"],
    )
    op.create_index("ix_contributions_group_id", "contributions", ["group_id"])
    op.create_index("ix_contributions_response_id", "contributions", ["response_id"])
    op.create_table(
        "contribution_revisions",
        sa.Column("contribution_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contributions.id"], name="fk_contribution_revisions_contribution_id"
        ),
        sa.PrimaryKeyConstraint("contribution_id", "number", name="pk_contribution_revisions"),
        sqlite_with_rowid=False,
    )


def _create_runs() -> None:
    """Keep runs and what they read."""
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("question_code", sa.String(length=64), nullable=True),
        sa.Column("engine", sa.String(length=64), nullable=False),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("versions", JSON, nullable=False),
        sa.Column("input_digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary", JSON, nullable=True),
        sa.Column("error_code", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultations.id"], name="fk_runs_consultation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_consultation_id", "runs", ["consultation_id"])
    op.create_table(
        "run_contributions",
        sa.Column("run_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("contribution_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contribution_id"], ["contributions.id"], name="fk_run_contributions_contribution_id"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_run_contributions_run_id"),
        sa.PrimaryKeyConstraint("run_id", "contribution_id", name="pk_run_contributions"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_run_contributions_contribution_id", "run_contributions", ["contribution_id"])


def _create_themes() -> None:
    """Keep what runs proposed."""
    op.create_table(
        "candidate_themes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("labels", JSON, nullable=False),
        sa.Column("terms", JSON, nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_candidate_themes_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_candidate_themes"),
        sa.UniqueConstraint("run_id", "number", name="uq_candidate_themes_run_id_number"),
    )
    op.create_table(
        "assignments",
        sa.Column("run_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("contribution_id", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("starts_at", sa.Integer(), nullable=True),
        sa.Column("ends_at", sa.Integer(), nullable=True),
        sa.Column("theme_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("strength", sa.Double(), nullable=False),
        sa.CheckConstraint("(theme_id IS NULL) <> (reason IS NULL)", name="ck_assignments_theme_or_reason"),
        sa.ForeignKeyConstraint(
            ["run_id", "contribution_id"],
            ["run_contributions.run_id", "run_contributions.contribution_id"],
            name="fk_assignments_run_id_contribution_id",
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["candidate_themes.id"], name="fk_assignments_theme_id"),
        sa.PrimaryKeyConstraint("run_id", "contribution_id", "unit", name="pk_assignments"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_assignments_theme_id", "assignments", ["theme_id"])
    op.create_table(
        "quote_snapshots",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["approved_by_id"], ["accounts.id"], name="fk_quote_snapshots_approved_by_id"),
        sa.ForeignKeyConstraint(["contribution_id"], ["contributions.id"], name="fk_quote_snapshots_contribution_id"),
        sa.ForeignKeyConstraint(["theme_id"], ["candidate_themes.id"], name="fk_quote_snapshots_theme_id"),
        sa.PrimaryKeyConstraint("id", name="pk_quote_snapshots"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_quote_snapshots_approved_by_id", "quote_snapshots", ["approved_by_id"])
    op.create_index("ix_quote_snapshots_contribution_id", "quote_snapshots", ["contribution_id"])
    op.create_index("ix_quote_snapshots_theme_id", "quote_snapshots", ["theme_id"])
