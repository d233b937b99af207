"""Every table, by import: whoever needs `METADATA` whole (migrations, storage, tests) takes it from here."""

from consult.record import (
    account,
    audit,
    consultation,
    contribution,
    draft,
    invitation,
    job,
    ranking,
    response,
    results_notice,
    survey,
    survey_edit,
    survey_presence,
    theme,
)
from consult.record.database import Base

NOUNS = (
    account,
    audit,
    consultation,
    contribution,
    draft,
    invitation,
    job,
    ranking,
    response,
    results_notice,
    survey,
    survey_edit,
    survey_presence,
    theme,
)
METADATA = Base.metadata
