import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from consult.record.contribution import (
    MAXIMUM_TEXT,
    Channel,
    Contribution,
    ContributionRevision,
    ImportedText,
    NewContribution,
    add_contributions,
    check_text,
    import_contributions,
)
from consult.record.database import unit_of_work
from consult.record.errors import RecordError


def _import(world, *rows: ImportedText):
    with unit_of_work(world.engine) as session:
        return import_contributions(session, world.consultation, "elsewhere", rows)


def test_a_list_of_texts_becomes_contributions_with_their_group_and_language(world):
    report = _import(
        world,
        ImportedText("line 2", "Attendre", "fr", "citizen"),
        ImportedText("line 3", "  ", "fr"),
        ImportedText("line 4", "Waiting", "en"),
    )
    assert (report.rows, report.contributions, report.empty) == (3, 2, 1)
    with unit_of_work(world.engine, read_only=True) as session:
        rows = session.execute(
            sa.select(
                ContributionRevision.text,
                Contribution.language,
                Contribution.group_id,
                Contribution.channel,
                Contribution.response_id,
            ).join(Contribution, Contribution.id == ContributionRevision.contribution_id)
        ).all()
    assert {tuple(row) for row in rows} == {
        ("Attendre", "fr", world.groups["citizen"], Channel.IMPORT, None),
        ("Waiting", "en", None, Channel.IMPORT, None),
    }


def test_the_same_text_twice_is_two_contributions(world):
    report = _import(world, ImportedText("line 2", "Wait", "en"), ImportedText("line 3", "Wait", "en"))
    assert report.contributions == 2


def test_one_bad_row_refuses_the_list_and_names_each_place(world):
    with pytest.raises(RecordError) as caught:
        _import(
            world,
            ImportedText("line 2", "Fine", "en"),
            ImportedText("line 3", "Wait", "de"),
            ImportedText("line 4", "Wait", "en", "martian"),
            ImportedText("line 5", "nul \0", "en"),
            ImportedText("line 6", "half \ud800", "en"),
            ImportedText("line 7", "x" * (MAXIMUM_TEXT + 1), "en"),
        )
    assert [(each.code, each.place) for each in caught.value.problems] == [
        ("language.unknown", "line 3"),
        ("group.unknown", "line 4"),
        ("text.bad_character", "line 5"),
        ("text.bad_character", "line 6"),
        ("text.too_long", "line 7"),
    ]
    with unit_of_work(world.engine, read_only=True) as session:
        assert session.scalars(sa.select(Contribution.id)).all() == []


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(said="« L’été… », œuvre,\r\n\ttabs 🌻 and 'quotes'; DROP TABLE")
@given(said=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_a_text_comes_back_as_it_was_written(world, said):
    check_text(f".{said}")  # what the checks let in is what both databases can keep
    with unit_of_work(world.engine) as session:
        new = NewContribution(said, "fr", "hardest", Channel.PHONE)
        (key,) = add_contributions(session, world.consultation.id, [new])
    with unit_of_work(world.engine, read_only=True) as session:
        assert session.get_one(ContributionRevision, (key, 1)).text == said
