"""Which groups everybody reads together: chosen once, taken back until it was published, kept with its reason."""

from datetime import timedelta

import pytest

from consult.record.audit import list_entries
from consult.record.consultation import Consultation, NewGroup, list_groups, set_groups
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.group_merging import (
    GroupSet,
    Merge,
    NewMerging,
    choose_merging,
    find_merging,
    is_published_with,
    list_mergings,
    take_back_merging,
)
from consult.record.lifecycle import By, close_consultation
from consult.record.report import publish_snapshot, save_snapshot
from surveys.localised import Localised

WHY = Localised("Few people in each.", "Peu de personnes dans chacun.")


@pytest.fixture
def session(world):
    with unit_of_work(world.engine) as session:
        consultation = session.get_one(Consultation, world.consultation.id)
        present = tuple(NewGroup(each.code, each.name) for each in list_groups(session, consultation))
        set_groups(session, consultation, (*present, NewGroup("zoo", Localised("Zoo", "Zoo"))))
        close_consultation(session, world.consultation.code)
        yield session


@pytest.fixture
def consultation(session, world):
    return session.get_one(Consultation, world.consultation.id)


@pytest.fixture
def together(world):
    codes = tuple(sorted(world.groups))[:2]
    return NewMerging(Merge.TOGETHER, (GroupSet(codes, Localised("Both", "Les deux")),), WHY)


def _refused(session, consultation, new, now, seen=0):
    with pytest.raises(RecordError) as refused:
        choose_merging(session, consultation, new, By(None, now), seen=seen)
    return refused.value


def test_a_choice_stands_until_another_takes_its_place_or_it_is_taken_back(session, consultation, together, now):
    by = By(None, now)
    assert find_merging(session, consultation) is None
    apart = choose_merging(session, consultation, NewMerging(Merge.APART, (), WHY), by, seen=0)
    assert choose_merging(session, consultation, NewMerging(Merge.APART, (), WHY), by, seen=0) is apart  # sent twice
    assert _refused(session, consultation, NewMerging(Merge.AUTOMATIC), now).code == "merging.changed"
    later = By(None, now + timedelta(minutes=1))
    back = choose_merging(session, consultation, NewMerging(Merge.AUTOMATIC), later, seen=apart.id)
    assert find_merging(session, consultation) is back
    with pytest.raises(RecordError, match=r"merging\.changed"):
        take_back_merging(session, consultation, apart.id, later)
    assert take_back_merging(session, consultation, back.id, later) is apart
    assert take_back_merging(session, consultation, back.id, later) is apart  # sent twice
    assert [(each.choice.id, each.choice.taken_back_at is None) for each in list_mergings(session, consultation)] == [
        (back.id, False),
        (apart.id, True),
    ]
    assert [each.action for each in list_entries(session, subject=back)] == ["merging.taken_back", "merging.chosen"]
    with pytest.raises(RecordError, match=r"merging\.missing"):
        take_back_merging(session, consultation, 999, later)


def test_what_is_wrong_is_said_field_by_field(session, consultation, world, together, now):
    first, *others = (*sorted(world.groups), "zoo")
    wrong = NewMerging(Merge.TOGETHER, (GroupSet((first,), Localised("One", "")),), Localised("x" * 2_001))
    found = {(each.code, each.place) for each in _refused(session, consultation, wrong, now).problems}
    assert found == {("merging.too_few", "sets"), ("text.too_long", "reason.en")}
    everybody = NewMerging(Merge.TOGETHER, (GroupSet((first, *others), Localised("All", "")),))
    found = {each.code for each in _refused(session, consultation, everybody, now).problems}
    assert found == {"merging.nothing_left", "merging.name_missing", "merging.reason_missing"}
    assert _refused(session, consultation, NewMerging(Merge.APART), now).problems[0].place == "reason"
    for codes in ((first, "nobody"), (first, first)):
        unknown = NewMerging(Merge.TOGETHER, (GroupSet(codes),), WHY)
        assert _refused(session, consultation, unknown, now).code == "merging.unknown_group"
    assert find_merging(session, consultation) is None


def test_nothing_is_chosen_while_people_answer(world, together, now):
    with unit_of_work(world.engine) as session:
        consultation = session.get_one(Consultation, world.consultation.id)
        assert _refused(session, consultation, together, now).code == "merging.not_yet"


def _save(session, consultation, name, columns, now, *, choice=0, within=()):
    contents = {"questions": [{"code": "q", "behind": columns}], "together": {"choice": choice, "within": within}}
    return save_snapshot(session, consultation, name, contents, By(None, now))


def test_what_a_report_was_published_with_is_not_taken_back(session, consultation, together, now):
    choice = choose_merging(session, consultation, together, By(None, now), seen=0)
    codes = list(together.sets[0].groups)
    _save(session, consultation, "one", [codes, ["z"]], now, choice=choice.id)
    assert not is_published_with(session, consultation, choice)
    publish_snapshot(session, consultation, "one", By(None, now))
    with pytest.raises(RecordError, match=r"merging\.published"):
        take_back_merging(session, consultation, choice.id, By(None, now))
    assert find_merging(session, consultation) is choice
    assert choice.sets == together.sets


def test_a_report_with_other_groups_together_is_published_only_where_it_was_made_with_regard_to_the_first(
    session, consultation, now
):
    _save(session, consultation, "one", [["a", "b"], ["c"]], now)
    _save(session, consultation, "same", [["c"], ["a", "b"]], now)
    _save(session, consultation, "other", [["a"], ["b", "c"]], now)
    _save(session, consultation, "regarding", [["a", "b", "c"], ["d"]], now, within=["one", "same"])
    publish_snapshot(session, consultation, "one", By(None, now))
    publish_snapshot(session, consultation, "same", By(None, now))
    with pytest.raises(RecordError, match=r"report\.merged_otherwise"):
        publish_snapshot(session, consultation, "other", By(None, now))
    assert publish_snapshot(session, consultation, "regarding", By(None, now)).is_public
