"""Rounds of coding: what is drawn, who says what, who sees it when, what is measured, and what a withdrawal leaves."""

import pytest
import sqlalchemy as sa

from consult.record.account import Membership, Role, create_account, join_consultation
from consult.record.audit import PARTICIPANT_TABLES
from consult.record.coding import (
    CodingItem,
    CodingOf,
    CodingSettlement,
    HandCoding,
    RoundState,
    count_left_out,
    final_codes,
    list_coders,
    list_items,
    list_progress,
    state_of,
)
from consult.record.coding_acts import (
    Said,
    code_item,
    count_drawable,
    find_coder,
    find_next,
    finish_coding,
    list_mine,
    list_readers,
    read_text,
    settle_item,
    stop_round,
)
from consult.record.coding_trust import TrustCounts, read_trust
from consult.record.consultation import get_consultation
from consult.record.contribution import Contribution, add_revision
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.storage import ANONYMOUS, WITH_TEXT
from consult.record.theme_board import PlacedBy, Theme, ThemeBoard, ThemePlacing, ThemeState
from consult.record.withdrawal import erase_texts
from tests.consult.planted_coding import NOW, TODAY, code_all, draw, import_texts, plant_board


@pytest.fixture
def board_id(world):
    import_texts(world.engine, "plan")
    return plant_board(world.engine, "plan")


@pytest.fixture
def people(world):
    """Two who may code: a facilitator, and a member of the committee who was given the right and accepted it."""
    with unit_of_work(world.engine) as session:
        consultation = get_consultation(session, "plan")
        made = []
        for name, role in (("Claire", Role.FACILITATOR), ("Noah", Role.COMMITTEE), ("Ines", Role.COMMITTEE)):
            account = create_account(session, f"{name}@example.org", name, roles=[role])
            join_consultation(session, account, consultation, role)
            made.append(account)
        noah = session.get_one(Membership, (made[1].id, consultation.id))
        noah.reading_given_at = noah.reading_accepted_at = NOW
        return made


@pytest.fixture
def opened(world, board_id):
    """Open a unit of work on the board: ``with opened() as (session, board)``."""

    class Opening:
        def __enter__(self):
            self.work = unit_of_work(world.engine)
            session = self.work.__enter__()
            return session, session.get_one(ThemeBoard, board_id)

        def __exit__(self, *error):
            return self.work.__exit__(*error)

    return Opening


def _refuses(code):
    return pytest.raises(RecordError, match=f"^{code.replace('.', '[.]')}")


def _as_machine(item):
    return item.machine


def test_the_seed_gives_the_same_draw_again_and_another_another(opened, people):
    with opened() as (session, board):
        first, again, other = (draw(session, board, people[:1], seed=seed) for seed in (5, 5, 6))
        drawn = [[each.item.contribution_id for each in list_items(session, made)] for made in (first, again, other)]
        assert drawn[0] == drawn[1] != drawn[2]
        assert len(set(drawn[0])) == 100
        assert first.drawn_from == 120
        # what no theme holds is drawn too: without it nobody could tell what the machine missed
        assert any(not each.item.machine for each in list_items(session, first))


def test_what_a_person_moved_or_somebody_took_back_is_not_drawn(opened, people):
    with opened() as (session, board):
        assert count_drawable(session, board) == {CodingOf.CONTRIBUTIONS: 120, CodingOf.PARTS: 120}
        moved, withdrawn, corrected = session.scalars(sa.select(ThemePlacing).limit(3)).all()
        moved.placed_by = PlacedBy.PERSON
        erase_texts(session, Contribution.id == withdrawn.contribution_id)
        add_revision(session, session.get_one(Contribution, corrected.contribution_id), "In other words.")
        session.flush()
        assert count_drawable(session, board)[CodingOf.CONTRIBUTIONS] == 117
        there = {each.item.contribution_id for each in list_items(session, draw(session, board, people[:1], size=None))}
        assert not there & {moved.contribution_id, withdrawn.contribution_id, corrected.contribution_id}


def test_a_round_is_refused(opened, people):
    with opened() as (session, board):
        for changes, code in (
            ({"size": 99}, "coding.size"),
            ({"twice": 50}, "coding.twice"),
            ({"seed": -1}, "coding.seed"),
        ):
            with _refuses(code):
                draw(session, board, people[:2], **changes)
        assert len(list_items(session, draw(session, board, people[:1], size=500))) == 120
        for coders in ((people[0], people[0]), people, (people[2],)):
            with _refuses("coding.coders"):
                draw(session, board, coders)
        session.execute(sa.update(Theme).values(state=ThemeState.PROPOSED))
        with _refuses("coding.no_themes"):
            draw(session, board, people[:1])


def test_only_who_may_read_codes_and_a_right_taken_back_ends_it(opened, people):
    with opened() as (session, board):
        consultation = get_consultation(session, "plan")
        assert [each.name for each in list_readers(session, consultation)] == ["Claire", "Noah"]
        coding = draw(session, board, people[:2])
        assert find_coder(session, coding, people[1].id).place == 2
        assert find_coder(session, coding, people[2].id) is None
        session.get_one(Membership, (people[1].id, consultation.id)).reading_given_at = None
        assert find_coder(session, coding, people[1].id) is None


def test_coding_resumes_and_what_was_put_off_comes_last(opened, people):
    with opened() as (session, board):
        coding = draw(session, board, people[:1])
        (coder,) = list_coders(session, coding)
        first, second, third = list_items(session, coding)[:3]
        code_item(session, coding, coder, first.item.id, Said(is_skipped=True))
        code_item(session, coding, coder, second.item.id, Said(["t2", "t1"], "Both."))
        items = list_items(session, coding)
        assert find_next(items, coder.account_id).item.id == third.item.id
        (progress,) = list_progress(session, coding, items)
        assert (progress.items, progress.coded, progress.skipped) == (100, 1, 1)
        assert items[1].codings[coder.account_id].themes == ["t1", "t2"]
        with _refuses("coding.left, count=99"):
            finish_coding(session, coding, coder, TODAY)
        for each in items[2:]:
            code_item(session, coding, coder, each.item.id, Said([]))
        items = list_items(session, coding)
        assert find_next(items, coder.account_id).item.id == first.item.id
        code_item(session, coding, coder, first.item.id, Said([]))
        finish_coding(session, coding, coder, TODAY)
        assert find_next(list_items(session, coding), coder.account_id) is None
        with _refuses("coding.finished"):
            code_item(session, coding, coder, first.item.id, Said(["t1"]))


def test_codes_are_refused(opened, people):
    with opened() as (session, board):
        coding = draw(session, board, people[:2], twice=100, size=None)
        first, second = list_coders(session, coding)
        items = list_items(session, coding)
        alone = next(each.item.id for each in items if not each.item.is_double)
        assert len(list_mine(items, second)) == 100
        with _refuses("coding.item_missing"):
            code_item(session, coding, second, alone, Said([]))
        with _refuses("coding.theme_unknown"):
            code_item(session, coding, first, alone, Said(["t9"]))
        with _refuses("coding.note_too_long"):
            code_item(session, coding, first, alone, Said([], "n" * 501))
        stop_round(session, coding, NOW)
        with _refuses("coding.stopped"):
            code_item(session, coding, first, alone, Said([]))
        assert state_of(coding, [first, second], items) is RoundState.STOPPED


def test_differences_are_settled_beside_the_codes_once_both_have_finished(opened, people):
    with opened() as (session, board):
        coding = draw(session, board, people[:2])
        coders = list_coders(session, coding)
        items = list_items(session, coding)
        in_first = next(each.item.id for each in items if each.item.machine == ["t1"])
        alike = next(each.item.id for each in items if each.item.machine == ["t2"])
        code_all(session, coding, 1, _as_machine)
        with _refuses("coding.unfinished"):
            settle_item(session, coding, in_first, [], By(people[0].id, NOW), TODAY)
        code_all(session, coding, 2, lambda item: ["t3"] if item.machine == ["t1"] else item.machine)
        assert state_of(coding, coders, list_items(session, coding)) is RoundState.SETTLING
        with _refuses("coding.item_missing"):
            settle_item(session, coding, alike, [], By(people[0].id, NOW), TODAY)
        for each in list_items(session, coding):
            if final_codes(each, coders) is None:
                settle_item(session, coding, each.item.id, ["t1", "t3"], By(people[0].id, NOW, "Both."), TODAY)
        settled = {each.item.id: each for each in list_items(session, coding)}
        assert state_of(coding, coders, list(settled.values())) is RoundState.DONE
        assert final_codes(settled[in_first], coders) == {"t1", "t3"}
        assert settled[in_first].codings[people[0].id].themes == ["t1"]
        assert settled[in_first].codings[people[1].id].themes == ["t3"]


def test_trust_compares_the_machine_with_what_was_settled(opened, people):
    with opened() as (session, board):
        coding = draw(session, board, people[:2])
        placed = sum(each.item.machine == ["t1"] for each in list_items(session, coding))

        # people take one in two of the first theme out of it, and put what the second holds in it too
        def say(item):
            if item.machine == ["t1"]:
                return ["t1"] if item.position % 2 else []
            return ["t1", "t2"] if item.machine == ["t2"] else item.machine

        code_all(session, coding, 1, say)
        assert read_trust(session, board) == {"t1": None, "t2": None, "t3": None}
        code_all(session, coding, 2, say)
        items = [each.item for each in list_items(session, coding)]
        both = sum("t1" in say(item) for item in items if item.machine == ["t1"])
        coded = sum("t1" in say(item) for item in items)
        found = read_trust(session, board)
        assert found["t1"] == TrustCounts(100, placed, coded, both, coding.id, CodingOf.CONTRIBUTIONS)
        assert found["t3"].both == found["t3"].placed == found["t3"].coded
        # another round that is not finished takes nothing away
        draw(session, board, people[:2], seed=9)
        assert read_trust(session, board) == found


def test_a_round_that_is_not_blind_or_has_one_coder_measures_nothing(opened, people):
    with opened() as (session, board):
        for coders, changes in ((people[:2], {"is_blind": False}), (people[:1], {})):
            coding = draw(session, board, coders, **changes)
            for place in range(len(coders)):
                code_all(session, coding, place + 1, _as_machine)
            assert state_of(coding, list_coders(session, coding), list_items(session, coding)) is RoundState.DONE
        assert set(read_trust(session, board).values()) == {None}


def test_a_theme_that_changed_is_no_longer_the_one_that_was_measured(opened, people):
    with opened() as (session, board):
        coding = draw(session, board, people[:2])
        for place in (1, 2):
            code_all(session, coding, place, _as_machine)
        assert None not in read_trust(session, board).values()
        themes = {each.code: each for each in session.scalars(sa.select(Theme))}
        themes["t2"].state, themes["t2"].into_id = ThemeState.MERGED, themes["t1"].id
        session.flush()
        found = read_trust(session, board)
        assert found["t1"] is None
        assert found["t3"] is not None
        assert "t2" not in found


def test_what_is_taken_back_leaves_the_round_with_the_notes_about_it(opened, people):
    with opened() as (session, board):
        coding = draw(session, board, people[:2])
        for place in (1, 2):
            code_all(session, coding, place, lambda item, place=place: ["t1"] if place == 1 else ["t2"])
        gone, corrected = [each.item for each in list_items(session, coding)[:2]]
        settle_item(session, coding, gone.id, [], By(people[0].id, NOW, "She says: pain."), TODAY)
        session.execute(sa.update(HandCoding).where(HandCoding.item_id == gone.id).values(note="She says: pain."))
        assert read_text(session, gone).part
        erase_texts(session, Contribution.id == gone.contribution_id)
        add_revision(session, session.get_one(Contribution, corrected.contribution_id), "In other words.")
        assert count_left_out(session, coding) == 2
        assert len(list_items(session, coding)) == 98
        for item in (gone, corrected):
            with _refuses("coding.item_missing"):
                read_text(session, item)
        notes = session.scalars(sa.select(HandCoding.note).where(HandCoding.item_id == gone.id))
        assert set(notes) == {""}
        assert session.get_one(CodingSettlement, gone.id).reason == ""


def test_parts_are_drawn_with_their_places_in_the_text(world, people):
    import_texts(world.engine, "plan")
    board_id = plant_board(world.engine, "plan", of_parts=True)
    with unit_of_work(world.engine) as session:
        board = session.get_one(ThemeBoard, board_id)
        assert count_drawable(session, board) == {CodingOf.CONTRIBUTIONS: 120, CodingOf.PARTS: 240}
        coding = draw(session, board, people[:1], of=CodingOf.PARTS, size=None)
        items = [each.item for each in list_items(session, coding)]
        first = next(each for each in items if each.unit == 0)
        text = read_text(session, first)
        assert (text.before, bool(text.after)) == ("", True)
        assert len(text.part) == first.ends_at
        whole = draw(session, board, people[:1])
        # a contribution stands in the themes of all its parts
        assert {len(each.item.machine) for each in list_items(session, whole)} == {0, 1}


def test_what_coders_say_is_kept_as_what_people_say_is():
    for model in (CodingItem, HandCoding, CodingSettlement):
        assert model in ANONYMOUS
        assert model.__tablename__ in PARTICIPANT_TABLES
    assert HandCoding in WITH_TEXT
    assert CodingSettlement in WITH_TEXT
