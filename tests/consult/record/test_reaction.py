import statistics
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.record.database import unit_of_work
from consult.record.discussion import DiscussionParticipant
from consult.record.errors import RecordError
from consult.record.reaction import (
    Stand,
    choose,
    find_reaction,
    measure_progress,
    next_statement,
    take_reaction_back,
)
from consult.record.reaction_counts import read_kept, renew_count
from consult.record.statement import StatementState, take_in
from tests.consult.record.discussing import Talk


def test_everybody_sees_every_statement_of_others_once_and_never_their_own(world):
    talk = Talk(world)
    authors = [talk.join() for _ in range(4)]
    said = [talk.post(author, f"Idée {number}") for number, author in enumerate(authors)]
    reader = authors[0]
    seen = []
    while (statement := _next(talk, reader)) is not None:
        assert _next(talk, reader).id == statement.id  # the page opened again shows the same
        seen.append(statement.id)
        talk.react(reader, statement, Stand.PASS)

    assert sorted(seen) == sorted(statement.id for statement in said[1:])
    with unit_of_work(world.engine) as session:
        me = session.get_one(DiscussionParticipant, reader.id)
        assert measure_progress(session, talk.found(session), me).left == 0
        take_reaction_back(session, me, seen[0])
        assert measure_progress(session, talk.found(session), me).left == 1
    assert _next(talk, reader).id == seen[0]
    with unit_of_work(world.engine, read_only=True) as session:
        me = session.get_one(DiscussionParticipant, reader.id)
        assert next_statement(session, talk.found(session), me, skip=seen[0]) is None


def test_a_reaction_counts_once_and_the_last_one_stands(world):
    talk = Talk(world)
    author, reader = talk.join(), talk.join()
    statement = talk.post(author, "Une idée")
    for stand in (Stand.AGREE, Stand.AGREE, Stand.DISAGREE):
        talk.react(reader, statement, stand)

    with unit_of_work(world.engine, read_only=True) as session:
        assert find_reaction(session, reader, statement.id) is Stand.DISAGREE
        assert measure_progress(session, talk.found(session), reader).reacted == 1


def test_nobody_reacts_to_their_own_nor_to_what_is_not_published(world):
    talk = Talk(world, may_reply=True)
    author, reader = talk.join(), talk.join()
    statement, reply = talk.post(author, "Une idée"), None
    reply = talk.post(reader, "D’accord, mais le soir", reply_to=statement.id)
    with pytest.raises(RecordError, match=r"statement\.own"):
        talk.react(author, statement, Stand.AGREE)
    with pytest.raises(RecordError, match=r"statement\.missing"):
        talk.react(author, reply, Stand.AGREE)  # replies are read, not judged
    with unit_of_work(world.engine) as session:
        take_in(session, session.merge(statement), StatementState.HIDDEN)
    with pytest.raises(RecordError, match=r"statement\.missing"):
        talk.react(reader, statement, Stand.AGREE)
    assert _next(talk, reader) is None


@settings(max_examples=25, deadline=None)
@given(st.integers(8, 25), st.integers(120, 240), st.integers(3, 6), st.integers(0, 10**6))
def test_exposure_evens_out_far_below_pure_chance(statements, people, each, seed):
    """The law: with 1 / (1 + s)² the counts vary by about a fifth of their mean; by pure chance, by all of it."""
    seen = _discuss(statements, people, each, seed, choose)
    # the control: the same people, and a rule that does not look at what was seen
    blind = _discuss(statements, people, each, seed, lambda counts, who: choose(dict.fromkeys(counts, 0), who))

    mean = people * each / statements
    assert sum(seen.values()) == sum(blind.values()) == people * each
    # the variance of n counts is itself uncertain by sqrt(2 / (n - 1)): four of these are allowed
    doubt = 1 + 4 * (2 / (statements - 1)) ** 0.5
    assert statistics.variance(seen.values()) < mean / 5 * doubt + 1
    assert min(seen.values()) > mean / 2


def test_the_control_of_the_law_varies_as_pure_chance_does():
    blind = _discuss(25, 400, 3, 5, lambda counts, who: choose(dict.fromkeys(counts, 0), who))
    assert statistics.variance(blind.values()) > 48 / 2


@settings(max_examples=15, deadline=None)
@given(st.integers(5, 20), st.integers(20, 60), st.integers(0, 10**6))
def test_a_late_statement_catches_up_and_the_old_ones_still_come(statements, before, seed):
    seen = {f"old{number}": before for number in range(statements)} | {"late": 0}
    first = Counter()
    for person in range(before * 4):
        chosen = choose(seen, f"{seed}:{person}")
        seen[chosen] += 1
        first["late" if chosen == "late" else "old"] += 1

    assert seen["late"] > 0.6 * min(seen[key] for key in seen if key != "late")
    assert first["old"] > before  # three in four went to those that had been seen before


def test_the_draw_depends_on_who_draws_and_on_nothing_else():
    seen = dict.fromkeys("abcdef", 3)
    assert choose(seen, "one") == choose(dict(reversed(seen.items())), "one")
    assert len({choose(seen, str(person)) for person in range(100)}) == 6
    assert choose({}, "one") is None


def _discuss(statements: int, people: int, each: int, seed: int, rule) -> Counter[str]:
    """Let people come one after the other and each react to some statements; return how often each was seen."""
    seen = Counter(dict.fromkeys((f"s{number}" for number in range(statements)), 0))
    for person in range(people):
        left = dict(seen)
        for _ in range(each):
            chosen = rule({key: seen[key] for key in left}, f"{seed}:{person}")
            seen[chosen] += 1
            del left[chosen]
    return seen


def _next(talk, participant):
    with unit_of_work(talk.world.engine, read_only=True) as session:
        me = session.get_one(DiscussionParticipant, participant.id)
        return next_statement(session, talk.found(session), me)


def test_what_participants_read_changes_by_batches_of_a_group_and_by_nobody_alone(world):
    talk = Talk(world)
    statement, seen = talk.post(talk.join(), "Une idée"), []
    people = [talk.join() for _ in range(7)] + [talk.join(None) for _ in range(3)]
    for place, each in enumerate(people):
        talk.react(each, statement, Stand.AGREE if place % 2 else Stand.PASS)
        seen.append(_renew(talk, each, statement))
    group = world.groups["citizen"]
    first, second = {group: (1, 0, 2)}, {group: (3, 0, 3)}
    assert seen == [{}, {}, first, first, first, second, second, second, second, second | {None: (2, 0, 1)}]
    talk.react(people[0], statement, Stand.DISAGREE)  # a changed mind is one person, not two
    assert _renew(talk, people[0], statement) == seen[-1]
    talk.react(people[2], statement, Stand.DISAGREE)
    assert _renew(talk, people[2], statement) == seen[-1]  # three people, of whom two show in the numbers
    talk.react(people[4], statement, Stand.DISAGREE)
    assert _renew(talk, people[4], statement)[group] == (3, 3, 1)


def _renew(talk, person, statement):
    with unit_of_work(talk.world.engine) as session:
        renew_count(session, session.get_one(DiscussionParticipant, person.id), statement.id, 3)
        return read_kept(session, talk.found(session)).counts[0]
