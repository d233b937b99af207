"""Codes that are typed, forms typed in from paper, and their second entry, on both databases."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from consult.record.account import create_account
from consult.record.consultation import Anonymity, get_consultation, set_dates
from consult.record.contribution import Channel
from consult.record.database import random_key, unit_of_work
from consult.record.draft import AnswerChange, draft_answers, open_draft, save_answers
from consult.record.errors import RecordError
from consult.record.form_entry import (
    FormEntry,
    correct_form,
    keys_of,
    leave_for_online,
    next_number,
    receipt_of,
    remove_form,
    save_form,
)
from consult.record.invitation import InvitationRequest, create_invitations, find_invitation, list_reminders
from consult.record.keys import ALPHABET, CODE_SIGNS, Keyring, write_code
from consult.record.lifecycle import close_consultation
from consult.record.response import Response, find_submitted, get_answers
from consult.record.second_entry import compare_form, draw_sample, find_waiting, sample_size, settle_form
from consult.record.submission import submit_draft
from consult.record.tables import METADATA
from consult.record.typed_code import MOST_CODES, count_codes, create_codes, find_code
from consult.record.typed_form import (
    ILLEGIBLE,
    TWO_TICKED,
    NewBatch,
    QuestionCount,
    close_batch,
    count_batch,
    create_batch,
    get_batch,
    list_batches,
    list_forms,
)
from consult.record.withdrawal import withdraw_response

WORDS = "La file d’attente est longue"
RAW = {"answer_as": {"choice": "citizen"}, "hardest": {"text": WORDS}, "quoted": {"given": True}}


@pytest.fixture
def batch(world, today):
    """The number of an open batch of paper forms."""
    return make_batch(world, today)


def make_batch(world, today, **changes):
    with unit_of_work(world.engine) as session:
        consultation = get_consultation(session, "plan")
        new = replace(NewBatch(Channel.PAPER, "fr", today), **changes)
        return create_batch(session, consultation, world.version, new, today).number


def form_of(number, **changes):
    return replace(FormEntry(random_key(), number, RAW, "fr"), **changes)


def type_in(world, batch, today, entry):
    with unit_of_work(world.engine) as session:
        form = save_form(session, world.keyring, get_consultation(session, "plan"), batch, entry, today)
        return receipt_of(world.keyring, form)


def codes_of(world, **changes):
    with unit_of_work(world.engine) as session:
        how = {"seed": "s", "count": 3, "language": "fr", "group": "clinician"} | changes
        return create_codes(session, world.keyring, get_consultation(session, "plan"), **how)


def said(session, response):
    """The stored answers, without the version of the text that was consented to."""
    answers = get_answers(session, response)
    return {
        code: {name: each for name, each in value.items() if name != "text_version"} for code, value in answers.items()
    }


def refused(code, do, *given, **named):
    with pytest.raises(RecordError) as caught:
        do(*given, **named)
    assert caught.value.code == code
    return caught.value


@given(st.text(alphabet=ALPHABET, min_size=CODE_SIGNS, max_size=CODE_SIGNS), st.data())
def test_a_code_is_found_however_it_is_typed(code, data):
    keyring = Keyring("an installation's secret, for tests only")
    written = write_code(code)
    signs = [
        data.draw(st.sampled_from([sign, sign.lower(), f" {sign}", f"{sign} -", f"–{sign}\t"])) for sign in written
    ]
    assert keyring.hash_token("".join(signs)) == keyring.hash_token(code)
    other = code[:-1] + ALPHABET[(ALPHABET.index(code[-1]) + 1) % 32]
    assert keyring.hash_token(other) != keyring.hash_token(code)


def test_codes_are_invitations_without_contact_made_once_and_never_listed_again(world):
    codes = codes_of(world)
    assert codes_of(world) == codes  # a double click
    assert set(codes_of(world, seed="t")).isdisjoint(codes)
    assert all(len(code) == CODE_SIGNS and set(code.upper()) <= set(ALPHABET) for code in codes)
    with unit_of_work(world.engine, read_only=True) as session:
        consultation = get_consultation(session, "plan")
        counted = [(each.group_id, each.language, each.made, each.used) for each in count_codes(session, consultation)]
        assert counted == [(world.groups["clinician"], "fr", 6, 0)]
        assert list_reminders(session, world.keyring, consultation) == []
        invitation = find_code(session, world.keyring, consultation, write_code(codes[0]))
        assert (invitation.contact, invitation.token_encrypted) == (None, None)


def test_codes_are_refused_in_wrong_numbers_groups_and_once_it_is_closed(world):
    refused("code.count", codes_of, world, count=0)
    refused("code.count", codes_of, world, count=MOST_CODES + 1)
    refused("group.unknown", codes_of, world, group="nobody")
    with unit_of_work(world.engine) as session:
        close_consultation(session, "plan")
    refused("consultation.closed", codes_of, world)


def test_a_personal_link_is_no_code(world):
    with unit_of_work(world.engine) as session:
        consultation = get_consultation(session, "plan")
        link = create_invitations(session, world.keyring, consultation, [InvitationRequest("fr")])[0]
        refused("code.unknown", find_code, session, world.keyring, consultation, link.token)
        refused("code.unknown", find_code, session, world.keyring, consultation, "ABCDE-FGHJK")


def test_a_form_is_a_response_of_the_day_it_arrived_saved_once(world, batch, today):
    entry = form_of(1, marks={"protect": [ILLEGIBLE]}, group="clinician")
    receipt = type_in(world, batch, today, entry)
    assert type_in(world, batch, today, entry) == receipt
    with unit_of_work(world.engine, read_only=True) as session:
        response = session.scalars(sa.select(Response)).one()
        assert (response.channel, response.submitted_on, response.language) == (Channel.PAPER, today, "fr")
        assert response.group_id == world.groups["clinician"]
        assert said(session, response) == RAW
        counts = count_batch(session, get_batch(session, get_consultation(session, "plan"), batch))
        assert (counts.forms, counts.questions["protect"].illegible) == (1, 1)
        assert next_number(session, get_batch(session, get_consultation(session, "plan"), batch)) == 2
    error = refused("form.number_taken", type_in, world, batch, today, form_of(1))
    assert error.values == {"number": 1, "next": 2}
    refused("form.number", type_in, world, batch, today, form_of(0))


def test_answers_are_checked_as_everywhere_and_nothing_is_stored_of_a_refused_form(world, batch, today):
    error = refused("response.refused", type_in, world, batch, today, form_of(1, raw={"answer_as": {"choice": "king"}}))
    assert [problem.place for problem in error.problems] == ["answer_as"]
    with unit_of_work(world.engine, read_only=True) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Response)) == 0


def test_forms_that_arrived_in_time_are_taken_after_the_closing_and_late_ones_are_not(world, today):
    with unit_of_work(world.engine) as session:
        consultation = get_consultation(session, "plan")
        set_dates(session, consultation, None, today)
        close_consultation(session, "plan")
    refused("batch.in_future", make_batch, world, today, received_on=today + timedelta(days=1))
    refused("batch.late", make_batch, world, today + timedelta(days=2), received_on=today + timedelta(days=1))
    refused("batch.channel", make_batch, world, today, channel=Channel.WEB)
    number = make_batch(world, today, channel=Channel.PHONE)
    assert type_in(world, number, today + timedelta(days=2), form_of(1))


def test_a_code_that_was_answered_online_is_not_typed_in_again(world, batch, today):
    code = codes_of(world)[0]
    with unit_of_work(world.engine) as session:
        keys = world.keyring.open_link(code)
        open_draft(session, keys, world.version, language="fr", today=today)
        save_answers(session, keys, [AnswerChange("hardest", {"text": "en ligne"}, 1)], today=today)
        submit_draft(session, world.keyring, code, today)
    refused("code.answered", type_in, world, batch, today, form_of(1, code=write_code(code)))
    with unit_of_work(world.engine, read_only=True) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Response)) == 1
        assert list_forms(session, get_batch(session, get_consultation(session, "plan"), batch)) == []


def test_what_was_begun_online_is_joined_with_the_paper_on_request_and_the_code_is_used_once(world, batch, today):
    code = codes_of(world)[0]
    keys = world.keyring.open_link(code)
    with unit_of_work(world.engine) as session:
        open_draft(session, keys, world.version, language="en", today=today)
        online = {"cells": {"": "Said online"}, "language": "en"}
        save_answers(session, keys, [AnswerChange("hardest", online, 1)], today=today)
    entry = form_of(1, code=code.upper())
    assert refused("code.begun", type_in, world, batch, today, entry).values == {"count": 1}
    type_in(world, batch, today, replace(entry, joins_draft=True))
    with unit_of_work(world.engine, read_only=True) as session:
        response = session.scalars(sa.select(Response)).one()
        assert said(session, response)["hardest"] == {"text": "Said online"}
        assert said(session, response)["quoted"] == {"given": True}  # paper fills what was blank
        assert response.group_id == world.groups["clinician"]  # the code's
        assert find_submitted(session, keys).id == response.id
        assert find_invitation(session, world.keyring, code).is_used
    refused("code.answered", type_in, world, batch, today, form_of(2, code=code))


def test_a_form_is_left_for_its_person_to_go_on_online(world, today):
    code = codes_of(world)[0]
    keys = world.keyring.open_link(code)
    raw = {"hardest": {"cells": {"": WORDS}, "language": "fr"}}
    with unit_of_work(world.engine) as session:
        consultation = get_consultation(session, "plan")
        entry = FormEntry(random_key(), 1, raw, "fr", code=code)
        leave_for_online(session, world.keyring, consultation, world.version, entry, today, page=0)
        assert draft_answers(session, keys)["hardest"].value == raw["hardest"]
        save_answers(session, keys, [AnswerChange("hardest", {"cells": {"": "online"}}, 2)], today=today)
        leave_for_online(session, world.keyring, consultation, world.version, entry, today, page=0)
        assert draft_answers(session, keys)["hardest"].value == {"cells": {"": "online"}}  # what is online stays
        submit_draft(session, world.keyring, code, today)
        leave = partial(leave_for_online, session, world.keyring, consultation, world.version)
        refused("code.answered", leave, replace(entry, key=random_key()), today, page=0)


def test_a_form_is_corrected_and_taken_out_again_also_after_the_closing(world, batch, today):
    entry = form_of(1, marks={"protect": [ILLEGIBLE]})
    type_in(world, batch, today, entry)
    with unit_of_work(world.engine) as session:
        close_consultation(session, "plan")
    with unit_of_work(world.engine) as session:
        opened = get_batch(session, get_consultation(session, "plan"), batch)
        raw = {"answer_as": None, "protect": {"text": "les soins"}}
        changed = correct_form(session, world.keyring, opened, entry.key, raw, {"answer_as": [TWO_TICKED]}, today)
        assert changed == ["answer_as", "protect"]
        response = session.scalars(sa.select(Response)).one()
        kept = {code: value for code, value in RAW.items() if code != "answer_as"}
        assert said(session, response) == kept | {"protect": {"text": "les soins"}}
        assert list_forms(session, opened)[0].marks == {"answer_as": [TWO_TICKED]}
        remove_form(session, world.keyring, opened, entry.key)
        assert list_forms(session, opened) == []
        assert response.is_withdrawn
        assert get_answers(session, response) == {}


def test_closing_a_batch_keeps_counts_and_nothing_that_leads_from_a_number_to_a_response(world, batch, today):
    for number in (1, 2):
        type_in(world, batch, today, form_of(number, marks={"hardest": [ILLEGIBLE], "answer_as": [TWO_TICKED]}))
    with unit_of_work(world.engine) as session:
        form = list_forms(session, get_batch(session, get_consultation(session, "plan"), batch))[0]
        stored = find_submitted(session, keys_of(world.keyring, form))  # the control: it leads there while it is open
        assert stored is not None
        joined = {form.token_encrypted, form.id}
        close_batch(session, get_consultation(session, "plan"), batch)
        close_batch(session, get_consultation(session, "plan"), batch)
    with unit_of_work(world.engine, read_only=True) as session:
        closed = list_batches(session, get_consultation(session, "plan"))[0]
        counts = count_batch(session, closed)
        assert counts.forms == 2
        assert counts.questions == {"hardest": QuestionCount(illegible=2), "answer_as": QuestionCount(two_ticked=2)}
        for table in METADATA.sorted_tables:
            for row in session.execute(sa.select(table)):
                assert joined.isdisjoint(str(cell) for cell in row), table.name
    refused("batch.closed", type_in, world, batch, today, form_of(3))


def test_no_column_joins_a_form_or_its_code_with_its_response(world, batch, today):
    code = codes_of(world)[0]
    type_in(world, batch, today, form_of(1, code=code))
    with unit_of_work(world.engine, read_only=True) as session:
        cells = {
            name: {str(cell) for row in session.execute(sa.select(METADATA.tables[name])) for cell in row if cell}
            for name in ("invitations", "typed_forms", "responses", "response_answers", "contributions")
        }
    telling = {name: {cell for cell in found if len(cell) >= 16} for name, found in cells.items()}
    assert telling["typed_forms"]
    assert telling["invitations"]
    assert telling["responses"] & telling["contributions"]  # the control: one key joins these two
    for one in ("invitations", "typed_forms"):
        for other in ("responses", "response_answers", "contributions"):
            assert telling[one].isdisjoint(telling[other])
    assert telling["invitations"].isdisjoint(telling["typed_forms"])


def test_an_identified_consultation_names_nobody_by_a_code(make_world, today):
    world = make_world(anonymity=Anonymity.IDENTIFIED)
    batch = make_batch(world, today)
    type_in(world, batch, today, form_of(1, code=codes_of(world)[0]))
    with unit_of_work(world.engine, read_only=True) as session:
        assert session.scalars(sa.select(Response.respondent)).one() is None


@given(st.integers(0, 10_000))
def test_a_tenth_at_least_five_and_never_more_than_there_are_is_entered_twice(forms):
    size = sample_size(forms)
    assert size <= forms
    assert size >= min(forms, 5)
    assert forms / 10 <= max(size, 5)
    assert size < max(5, forms / 10) + 1


def test_a_second_entry_is_blind_and_its_differences_are_counted_and_settled(world, batch, today):
    with unit_of_work(world.engine) as session:
        first = create_account(session, "one@example.org", "One").id
        second = create_account(session, "two@example.org", "Two").id
    for number in range(1, 8):
        type_in(world, batch, today, form_of(number, account_id=first))
    with unit_of_work(world.engine) as session:
        opened = get_batch(session, get_consultation(session, "plan"), batch)
        drawn = draw_sample(session, opened)
        assert len(drawn) == 5
        assert {form.id for form in draw_sample(session, opened)} == {form.id for form in drawn}
        assert find_waiting(session, opened, first, today) == ([], drawn)
        assert find_waiting(session, opened, first, today + timedelta(days=1)) == (drawn, [])
        assert find_waiting(session, opened, second, today) == (drawn, [])
        by = {"account_id": second, "today": today}
        own = {"account_id": first, "today": today}
        refused("second.too_soon", compare_form, session, world.keyring, opened, drawn[0].id, RAW, {}, **own)
        same = RAW | {"hardest": {"text": f"  {WORDS.upper()} "}}
        assert compare_form(session, world.keyring, opened, drawn[0].id, same, {}, **by) == []
        other = {"answer_as": {"choice": "clinician"}, "hardest": {"text": WORDS}, "quoted": {"given": True}}
        marks = {"hardest": [ILLEGIBLE]}
        found = compare_form(session, world.keyring, opened, drawn[1].id, other, marks, **by)
        assert [(each.question, each.first, each.second) for each in found] == [
            ("answer_as", {"choice": "citizen"}, {"choice": "clinician"}),
            ("hardest", {"text": WORDS}, {"text": WORDS}),
        ]
        compare_form(session, world.keyring, opened, drawn[1].id, RAW, {}, **by)  # no second blind one
        counts = count_batch(session, opened)
        assert (counts.compared, counts.unsettled, counts.questions["answer_as"].disagreed) == (2, 1, 1)
        settle_form(session, opened, drawn[1].id)
        assert count_batch(session, opened).unsettled == 0
        outside = next(form for form in list_forms(session, opened) if not form.is_sampled)
        refused("second.not_drawn", compare_form, session, world.keyring, opened, outside.id, RAW, {}, **by)
        withdraw_response(session, world.keyring, receipt_of(world.keyring, drawn[2]))
        refused("response.withdrawn", compare_form, session, world.keyring, opened, drawn[2].id, RAW, {}, **by)
        close_batch(session, get_consultation(session, "plan"), batch)
        counts = count_batch(session, opened)
        assert (counts.forms, counts.compared, counts.questions["answer_as"].disagreed) == (7, 2, 1)
