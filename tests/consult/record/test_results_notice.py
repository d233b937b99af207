"""Who asked to be told when the results are out."""

import pytest
import sqlalchemy as sa

from consult.record.database import Base, unit_of_work
from consult.record.errors import RecordError
from consult.record.results_notice import ResultsNotice, ask_for_results, count_results_notices


def ask(world, email, language="fr"):
    with unit_of_work(world.engine) as session:
        ask_for_results(session, world.consultation, email, language)


def test_an_address_is_kept_once_in_the_language_given_last(world):
    ask(world, "Marie@Example.org")
    ask(world, " marie@example.org ", "en")
    with unit_of_work(world.engine, read_only=True) as session:
        assert session.execute(sa.select(ResultsNotice.email, ResultsNotice.language)).all() == [
            ("marie@example.org", "en")
        ]
        assert count_results_notices(session, world.consultation) == 1


@pytest.mark.parametrize(
    ("email", "language", "code"), [("no address", "fr", "account.bad_email"), ("a@b.org", "es", "language.unknown")]
)
def test_what_is_refused(world, email, language, code):
    with pytest.raises(RecordError) as refused:
        ask(world, email, language)
    assert refused.value.code == code


def test_nothing_joins_it_to_a_response():
    """Its columns lead to the consultation alone, and it has neither clock nor counter.

    One table leads to it: the message that tells the results, once all is over, and holds a day and no words.
    """
    table = Base.metadata.tables["results_notices"]
    assert {key.column.table.name for key in table.foreign_keys} == {"consultations"}
    assert [
        each.name for each in Base.metadata.tables.values() for key in each.foreign_keys if key.column.table is table
    ] == ["messages"]
    assert {column.name for column in table.columns} == {"id", "consultation_id", "email", "language"}
