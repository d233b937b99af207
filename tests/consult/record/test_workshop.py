"""A workshop with thirty phones: one vote each, and no result before its round has ended."""

import re

import pytest
import sqlalchemy as sa

from consult.record.account import Role
from consult.record.audit import PARTICIPANT_TABLES
from consult.record.contribution import Contribution
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.session_notes import Statement, mark_ready
from consult.record.storage import ANONYMOUS, WITH_TEXT, shuffle_anonymous_rows
from consult.record.workshop import (
    RoundKind,
    RoundState,
    VoteMethod,
    Workshop,
    WorkshopIdea,
    WorkshopOption,
    WorkshopParticipant,
    WorkshopRound,
    WorkshopVote,
    count_people,
    count_sent,
    find_by_code,
    list_options,
    list_rounds,
)
from consult.record.workshop_leading import (
    NewWorkshop,
    add_option,
    drop_option,
    end_round,
    end_workshop,
    list_votes,
    make_workshop,
    merge_options,
    must_count,
    open_round,
    save_result,
    show_next_idea,
    word_option,
)
from consult.record.workshop_part import (
    cast_vote,
    find_participant,
    find_vote,
    join_workshop,
    leave_workshop,
    list_own_ideas,
    send_idea,
    take_idea_back,
)
from consult.record.workshop_results import keep_ideas
from consult.workshop.counting import count_votes
from surveys.localised import Localised

PHONES = 30
LINES = tuple(Localised(f"Option {name}", f"Choix {name}") for name in ("A", "B", "C"))


@pytest.fixture
def begin(world, now, today):
    """Make a workshop on three options, with or without ideas, and begin its first round."""

    def make(method=VoteMethod.RANKING, most=2, *, has_ideas=False, lines=LINES):
        title, question = Localised("Evening", "Soirée"), Localised("What first?", "Quoi d’abord?")
        new = NewWorkshop(title, question, method, most, today, has_ideas, 2, (), lines)
        with unit_of_work(world.engine) as session:
            workshop = make_workshop(session, world.consultation, new, By(None, now), "f" * 32)
            again = make_workshop(session, world.consultation, new, By(None, now), "f" * 32)
            assert again.id == workshop.id  # a double click
            open_round(session, workshop, 1)
            return workshop.id

    return make


def _phone(name):
    return f"token {name}"


@pytest.fixture
def at(world):
    """Do something in a workshop: ``with at(key) as (session, workshop): …``."""

    def open_it(key):
        class Unit:
            def __enter__(self):
                self.work = unit_of_work(world.engine)
                session = self.work.__enter__()
                return session, session.get_one(Workshop, key)

            def __exit__(self, *error):
                return self.work.__exit__(*error)

        return Unit()

    return open_it


def test_thirty_phones_vote_once_each_and_nothing_is_told_before_the_end(
    world, begin, make_app, make_account, sign_in, csrf_of, engine
):
    key = begin()
    app = make_app(engine.url.render_as_string(hide_password=False))
    leader = app.test_client()
    account = make_account("claire@example.org", Role.FACILITATOR, joins=("plan",))
    assert sign_in(leader, account.email).status_code == 303
    base = f"/en/manage/plan/workshops/{key}"

    def do(what):
        page = leader.get(base)
        seen = re.search(r'name="seen" value="(\d+)"', page.text)
        sent = {"csrf_token": csrf_of(page), "do": what, "seen": seen[1] if seen else ""}
        assert leader.post(f"{base}/round", data=sent).status_code == 303

    with unit_of_work(engine, read_only=True) as session:
        join = session.get_one(Workshop, key).join_code
        groups = [None, *world.groups.values()]
    phones = [app.test_client() for _ in range(PHONES)]
    for number, phone in enumerate(phones):
        token = csrf_of(phone.get(f"/fr/w/{join}"))
        sent = {"csrf_token": token, "language": "fr", "group": groups[number % 3] or ""}
        assert phone.post(f"/fr/w/{join}", data=sent).status_code == 303
    assert phones[0].post(f"/fr/w/{join}", data=sent | {"csrf_token": csrf_of(phones[0].get(f"/fr/w/{join}"))})
    with unit_of_work(engine, read_only=True) as session:
        assert count_people(session, session.get_one(Workshop, key)) == PHONES  # joined twice is once

    do("end:1")
    do("open:2")
    pages = [(phones[0], f"/en/w/{join}"), (phones[0], f"/en/w/{join}/state")]
    pages += [(leader, address) for address in (base, f"{base}/screen", f"{base}/state")]

    def told():
        """Return which pages say anything of a result: a place, a tier, a share of resamples."""
        texts = [browser.get(address).text for browser, address in pages]
        return ["Result:" in text or "Among the first" in text or "tier" in text.lower() for text in texts]

    for number, phone in enumerate(phones):
        data = {"csrf_token": csrf_of(phone.get(f"/fr/w/{join}")), "round": "2"}
        first, second = ("o2", "o1") if number < 20 else ("o3", "o2")
        wrong = phone.post(f"/fr/w/{join}/vote", data=data | {"place-1": "o1", "place-2": "o1"})
        assert wrong.status_code == 422 or number > 0  # once is enough to see
        assert phone.post(f"/fr/w/{join}/vote", data=data | {"place-1": "o1"}).status_code == 303  # changed below
        assert phone.post(f"/fr/w/{join}/vote", data=data | {"place-1": first, "place-2": second}).status_code == 303
        if number % 10 == 9:
            assert not any(told())
    assert "Everybody has voted." in leader.get(f"{base}/state").json["said"]
    assert not any(told())  # not even then: the facilitator ends the round
    with unit_of_work(engine, read_only=True) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(WorkshopVote)) == PHONES
        assert session.scalars(sa.select(WorkshopRound.result)).all() == [None] * 3

    do("end:2")
    assert told() == [True, False, True, True, False]
    with unit_of_work(engine, read_only=True) as session:
        result = session.scalars(sa.select(WorkshopRound.result).where(WorkshopRound.number == 2)).one()
    assert (result["people"], result["places"]["o2"]) == (PHONES, [1, 3])
    late = phones[0].get(f"/fr/w/{join}")
    sent = {"csrf_token": csrf_of(late), "round": "2", "place-1": "o3"}
    refused = phones[0].post(f"/fr/w/{join}/vote", data=sent)
    assert refused.status_code == 422
    assert "Cette étape est terminée" in refused.text

    do("open:3")  # the second vote hides the first one's result again
    assert not any(told())
    assert app.test_client().get(base).status_code == 303  # leading is for who signed in
    assert app.test_client().get(f"/en/w/{join}x").status_code == 404


@pytest.mark.parametrize("method", VoteMethod)
def test_what_is_no_vote_is_refused(begin, at, today, method):
    key = begin(method)
    is_ranking = method is VoteMethod.RANKING
    with at(key) as (session, workshop):
        mine = join_workshop(session, workshop, _phone(1), "fr", None, today)
        vote = {"ranking": ["o1"]} if is_ranking else {"points": {"o1": 2}}
        with pytest.raises(RecordError, match=r"round\.not_open"):
            cast_vote(session, workshop, mine, 2, vote)
        open_round(session, workshop, 2)
        with pytest.raises(RecordError, match=r"round\.not_open"):
            cast_vote(session, workshop, mine, 3, vote)  # from a page of another round
        wrong = (
            [([], "empty"), (["o1", "o1"], "twice"), (["o1", "o2", "o3"], "too_many"), (["o9"], "unknown_option")]
            if is_ranking
            else [({}, "empty"), ({"o1": 1}, "sum"), ({"o1": 3, "o2": -1}, "sum"), ({"o9": 2}, "unknown_option")]
        )
        for value, code in wrong:
            with pytest.raises(RecordError, match=rf"vote\.{code}"):
                cast_vote(session, workshop, mine, 2, {"ranking" if is_ranking else "points": value})
        cast_vote(session, workshop, mine, 2, vote)
        assert find_vote(session, list_rounds(session, workshop)[1], mine) == vote
        with pytest.raises(RecordError, match=r"option\.voted"):
            add_option(session, workshop, LINES[0])


def test_a_vote_that_is_opened_again_changes_its_result_for_five_or_for_nobody(begin, at, today):
    key = begin()

    def count():
        with at(key) as (session, workshop):
            ended = list_rounds(session, workshop)[1]
            if must_count(session, ended):
                codes = [each.code for each in list_options(session, workshop)]
                votes = list_votes(session, ended)
                save_result(session, workshop, 2, count_votes(votes, codes, workshop.method, 7, 5))
            return ended.result["places"]

    def vote(people, choice):
        with at(key) as (session, workshop):
            open_round(session, workshop, 2)
            for number in people:
                mine = join_workshop(session, workshop, _phone(number), "fr", None, today)
                cast_vote(session, workshop, mine, 2, {"ranking": [choice]})
            end_round(session, workshop, 2)

    vote(range(9), "o1")
    assert count() == {}  # of nine there is no order
    vote(range(9, 14), "o2")
    first = count()
    assert (first["o1"], first["o2"]) == ([1, 3], [2, 3])
    vote(range(4), "o2")  # four change their vote: the result stays as it was
    assert count() == first
    vote(range(4, 5), "o2")  # with the fifth it is counted anew
    assert count()["o2"] == [1, 3]
    with at(key) as (session, workshop):
        assert list_rounds(session, workshop)[1].times_reopened == 3


def test_who_leaves_is_waited_for_no_more_and_who_comes_back_is_the_same(begin, at, today):
    key = begin()
    with at(key) as (session, workshop):
        for number in (1, 2):
            join_workshop(session, workshop, _phone(number), "fr", None, today)
        current = open_round(session, workshop, 2)
        mine = find_participant(session, workshop, _phone(1))
        cast_vote(session, workshop, mine, 2, {"ranking": ["o1"]})
        leave_workshop(session, mine)
        assert find_participant(session, workshop, _phone(1)) is None
        assert (count_people(session, workshop), count_sent(session, workshop, current)) == (1, 0)
        assert len(list_votes(session, current)) == 1  # what was sent counts
        assert join_workshop(session, workshop, _phone(1), "en", None, today).id == mine.id
        assert (count_people(session, workshop), count_sent(session, workshop, current)) == (2, 1)
        end_workshop(session, workshop)
        assert current.state is RoundState.ENDED
        with pytest.raises(RecordError, match=r"workshop\.over"):
            join_workshop(session, workshop, _phone(3), "fr", None, today)
        workshop.is_over = False
        with pytest.raises(RecordError, match=r"group\.unknown"):
            join_workshop(session, workshop, _phone(3), "fr", 9_999, today)


def test_ideas_are_their_authors_until_they_become_notes(world, begin, at, today, keyring, engine):
    key = begin(has_ideas=True, lines=())
    with at(key) as (session, workshop):
        group = next(iter(world.groups.values()))
        one = join_workshop(session, workshop, _phone(1), "fr", group, today)
        other = join_workshop(session, workshop, _phone(2), "en", None, today)
        send_idea(session, workshop, one, "1" * 32, "  Un guichet \n unique ")
        assert send_idea(session, workshop, one, "1" * 32, "twice").text == "Un guichet unique"
        send_idea(session, workshop, one, "2" * 32, "Une idée reprise")
        send_idea(session, workshop, other, "3" * 32, "Fewer forms")
        for text, code in (("", "empty"), ("x" * 301, "too_long")):
            with pytest.raises(RecordError, match=rf"idea\.{code}"):
                send_idea(session, workshop, one, "4" * 32, text)
        with pytest.raises(RecordError, match=r"idea\.missing"):
            send_idea(session, workshop, other, "1" * 32, "somebody else’s")
        current = list_rounds(session, workshop)[0]
        assert (current.kind, count_sent(session, workshop, current)) == (RoundKind.IDEAS, 2)
        open_round(session, workshop, 2)
        assert [show_next_idea(session, workshop) for _ in range(4)] == [True, True, True, False]
        with pytest.raises(RecordError, match=r"round\.not_open"):
            send_idea(session, workshop, one, "5" * 32, "Too late")
        take_idea_back(session, workshop, other, "2" * 32)  # not theirs
        assert len(list_options(session, workshop)) == 3
        take_idea_back(session, workshop, one, "2" * 32)
        assert [each.text for each in list_own_ideas(session, one)] == ["Un guichet unique"]
        first, second = list_options(session, workshop)
        assert (first.name.fr, second.name.en) == ("Un guichet unique", "Fewer forms")
        end_workshop(session, workshop)
        with pytest.raises(RecordError, match=r"workshop\.unworded"):
            keep_ideas(session, keyring, world.consultation, workshop, "They were told.")
        workshop.is_over = False
        word_option(session, workshop, first.id, Localised("One desk", "Un guichet"))
        merge_options(session, workshop, [first.id, second.id], first.id)
        assert [each.name.en for each in list_options(session, workshop)] == ["One desk"]
        drop_option(session, workshop, second.id, is_out=False)
        word_option(session, workshop, second.id, Localised("Forms"))
        end_workshop(session, workshop)
    with at(key) as (session, workshop):
        listening = keep_ideas(session, keyring, world.consultation, workshop, "They were told.")
        assert keep_ideas(session, keyring, world.consultation, workshop, "").id == listening.id
        statements = session.scalars(sa.select(Statement)).all()
        assert {(each.text, each.language, each.group_id, each.may_quote) for each in statements} == {
            ("Un guichet unique", "fr", group, False),
            ("Fewer forms", "en", None, False),
        }
        assert session.scalars(sa.select(WorkshopIdea.text)).all() == [None] * 3  # their words have moved
        assert session.scalar(sa.select(sa.func.count()).select_from(Contribution)) == 0
        assert mark_ready(session, world.consultation, listening.id) == 2
    shuffle_anonymous_rows(engine)  # tables that refer to one another are rewritten together
    with at(key) as (session, workshop):
        assert [each.name.en for each in list_options(session, workshop)] == ["One desk", "Forms"]


def test_nothing_tells_when_or_who(world, begin, at, today, engine):
    key = begin()
    for model in (WorkshopParticipant, WorkshopIdea, WorkshopVote):
        assert model in ANONYMOUS
        assert model.__tablename__ in PARTICIPANT_TABLES
        assert not [each for each in model.__table__.columns if isinstance(each.type, sa.DateTime)]
        if engine.dialect.name == "sqlite":
            with engine.connect() as connection, pytest.raises(sa.exc.OperationalError):
                connection.exec_driver_sql(f"SELECT rowid FROM {model.__tablename__}")
    assert WorkshopIdea in WITH_TEXT
    with at(key) as (session, workshop):
        join_workshop(session, workshop, _phone(1), "fr", None, today)
        stored = session.scalars(sa.select(WorkshopParticipant)).one()
        assert _phone(1) not in stored.id
        assert find_by_code(session, f" {workshop.join_code.upper()[:4]}-{workshop.join_code[4:]}")[0].id == key
        assert find_by_code(session, "nothing") is None


def test_a_workshop_that_lacks_something_is_refused_with_its_place(world, now, today):
    good = {"title": LINES[0], "question": LINES[0], "method": VoteMethod.RANKING, "most": 3, "held_on": today}
    for change, place in (
        ({"title": Localised()}, "title"),
        ({"question": Localised("x" * 501)}, "question.en"),
        ({"most": 0}, "most"),
        ({"most": 11}, "most"),
        ({"votes": 3}, "votes"),
        ({"lines": LINES * 21}, "lines"),
    ):
        with unit_of_work(world.engine) as session, pytest.raises(RecordError) as refused:
            make_workshop(session, world.consultation, NewWorkshop(**(good | change)), By(None, now), "a" * 32)
        assert [each.place for each in refused.value.problems] == [place]
    with unit_of_work(world.engine) as session:
        made = make_workshop(session, world.consultation, NewWorkshop(**good), By(None, now), "a" * 32)
        with pytest.raises(RecordError, match=r"round\.too_few_options"):
            open_round(session, made, 4)
        assert [each.kind for each in list_rounds(session, made)] == [
            RoundKind.IDEAS,
            RoundKind.SHARING,
            RoundKind.DISCUSSION,
            RoundKind.VOTE,
            RoundKind.VOTE,
        ]
        assert session.scalars(sa.select(WorkshopOption)).all() == []
