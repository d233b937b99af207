"""Somebody who takes part in a discussion reads what others think, in both languages, and finds nobody."""

import re
from datetime import date
from itertools import pairwise

import pytest
from lxml import html

from analysis.attacker import Attacker
from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.discussion import DiscussionParticipant, Moderation, get_prompt
from consult.record.reaction import Reaction, Stand
from consult.record.reaction_counts import ReactionCount, renew_count
from consult.record.statement import DiscussionStatement, StatementState
from tests.consult.discuss.conftest import HOME

PUBLIC, FEWEST = 11, 5
# Who agrees and who does not, group by group, of each statement.
PLANTED = {
    "Evening clinics": [(20, 3), (15, 14), (30, 12), (4, 16)],
    "A nurse in each school": [(25, 25), (12, 13), (2, 30), (18, 19)],
    "Less paper": [(40, 1), (12, 0), (9, 0), (14, 0)],
}


@pytest.fixture
def planted(engine, make_prompt):
    code = make_prompt(moderation=Moderation.AFTER, least_reactions=1)
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, HOME)
        prompt, groups = get_prompt(session, consultation, code), list(consultation.groups)[:4]
        people = {group.id: [_person(consultation, group.id, n) for n in range(60)] for group in groups}
        session.add_all(person for each in people.values() for person in each)
        session.flush()
        for at, (text, counts) in enumerate(PLANTED.items()):
            author = people[groups[0].id][-1 - at]
            statement = DiscussionStatement(
                id=f"{at:032x}",
                prompt_id=prompt.id,
                participant_id=author.id,
                language="en",
                text=text,
                state=StatementState.PUBLISHED,
                is_flagged=False,
                posted_on=date(2026, 11, 1),
            )
            session.add(statement)
            session.flush()
            for group, (agree, others) in zip(groups, counts, strict=True):
                for place, person in enumerate(people[group.id][: agree + others]):
                    stand = Stand.AGREE if place < agree else (Stand.PASS if place % 2 else Stand.DISAGREE)
                    session.add(Reaction(participant_id=person.id, statement_id=statement.id, stand=stand))
                session.flush()
                renew_count(session, people[group.id][0], statement.id, FEWEST)
        names = {name: place for place, group in enumerate(groups) for name in (group.name.en, group.name.fr)}
    return code, names


def _person(consultation, group_id, number):
    return DiscussionParticipant(
        id=f"{group_id:04x}{number:028x}",
        consultation_id=consultation.id,
        group_id=group_id,
        language="en",
        is_invited=False,
        may_quote=False,
        joined_on=date(2026, 11, 1),
        receipt_hash=f"{group_id:04x}{number:060x}",
        respondent=None,
        has_taken_part=True,
        is_withdrawn=False,
    )


def _attack(counts):
    attacker, rows = Attacker(), [*range(len(counts)), "all"]
    for row in rows:
        attacker.add_up((row, "people"), [(row, "agree"), (row, "others")])
    for column in ("agree", "others"):
        attacker.add_up(("all", column), [(row, column) for row in range(len(counts))])
    return attacker


def _read(item, names, attacker):
    """Note the lines of a statement's table, and what is said in words where there is none; return how many lines."""
    found = 0
    for row in item.xpath(".//table//tr[th[@scope='row']]"):
        name = row.xpath("string(./th)").strip()
        cells = [int(each) for each in (cell.text_content().strip() for cell in row.xpath("./td")) if each.isdigit()]
        place = names.get(name, "all" if name in {"Everybody", "Tout le monde", "Ensemble"} else None)
        if place is not None and len(cells) == 2:
            for column, count in zip(("agree", "others"), cells, strict=True):
                attacker.read((place, column), count)
            found += 1
    words = " ".join(item.text_content().split())
    if "Nearly everybody agrees" in words:
        attacker.bound(("all", "others"), 0, PUBLIC - 1)
        attacker.bound(("all", "agree"), PUBLIC)
    return found


def test_a_participant_finds_no_small_number(planted, speaker):
    code, names = planted
    readers = [speaker("en").join().discuss(code)]
    readers[0].press("/react", "agree")
    readers[0].open(f"/d/{HOME}/{code}/results")
    pages = [readers[0].page]
    pages.append(html.fromstring(readers[0].client.get(f"/fr/d/{HOME}/{code}/results").text))
    lines = 0
    for text, planted_counts in PLANTED.items():
        attacker = _attack(planted_counts)
        for page in pages:
            item = next(each for each in page.xpath("//ol/li") if text in each.text_content())
            lines += _read(item, names, attacker)
        few = [
            (place, column)
            for place, counts in enumerate(planted_counts)
            for column, count in zip(("agree", "others"), counts, strict=True)
            if count < PUBLIC - 1  # the reader's own reaction, of no group, may be one of them
        ]
        assert few
        # ten values: that a hidden number is under eleven may be known
        assert attacker.narrow(few, PUBLIC - 1) == {}
    assert lines >= 4


def test_the_same_reader_finds_people_where_only_small_lines_are_hidden():
    counts = PLANTED["Evening clinics"]
    attacker = _attack(counts)
    for place, (agree, others) in enumerate(counts):
        if min(agree, others) >= PUBLIC:
            attacker.read((place, "agree"), agree)
            attacker.read((place, "others"), others)
        elif agree >= PUBLIC:
            attacker.read((place, "agree"), agree)
    for column, at in (("agree", 0), ("others", 1)):
        attacker.read(("all", column), sum(each[at] for each in counts))
    assert re.match("agree", next(iter(attacker.narrow([(3, "agree")], PUBLIC)))[1])


def _put(session, consultation, statement, group, number, stand):
    person = _person(consultation, group.id, number)
    session.add(person)
    session.flush()
    session.add(Reaction(participant_id=person.id, statement_id=statement.id, stand=stand))
    session.flush()
    renew_count(session, person, statement.id, FEWEST)


def _lines(reader, code, text):
    """Return what a page tells of a statement: its numbers by line, as they are written."""
    reader.open(f"/d/{HOME}/{code}/results")
    item = next(each for each in reader.page.xpath("//ol/li") if text in each.text_content())
    rows = item.xpath(".//table//tr[th[@scope='row']]")
    return {row.xpath("string(./th)").strip(): [each.text_content() for each in row.xpath("./td")] for row in rows}


@pytest.fixture
def look(planted, speaker):
    code, _ = planted
    reader = speaker("en").join().discuss(code).press("/react", "agree")
    return lambda: _lines(reader, code, "A nurse in each school")


def test_two_readings_tell_of_nobody_who_reacted_or_left_between_them(look, engine):
    """Whoever looks after each single act sees the numbers change by whole batches, or not at all."""
    before = look()
    seen = []
    for number in range(70, 70 + 2 * FEWEST):
        with unit_of_work(engine) as session:
            consultation = get_consultation(session, HOME)
            statement, group = session.get_one(DiscussionStatement, f"{1:032x}"), consultation.groups[0]
            _put(session, consultation, statement, group, number, Stand.AGREE if number % 2 else Stand.PASS)
        seen.append(look())
    assert all(each == before for each in seen[: FEWEST - 1])
    assert seen[FEWEST - 1]["Everybody"] != before["Everybody"]
    assert len({str(each) for each in seen}) == 3
    people = [int(each["Everybody"][0]) + int(each["Everybody"][1]) for each in (before, seen[FEWEST], seen[-1])]
    assert [after - earlier for earlier, after in pairwise(people)] == [FEWEST, FEWEST]
    with unit_of_work(engine) as session:  # somebody withdraws, somebody else changes their mind
        statement = f"{1:032x}"
        mine = session.get_one(Reaction, (f"{_group(session):04x}{71:028x}", statement))
        other = session.get_one(Reaction, (f"{_group(session):04x}{72:028x}", statement))
        session.delete(mine)
        other.stand = Stand.DISAGREE
        session.flush()
        person = session.get_one(DiscussionParticipant, other.participant_id)
        assert not renew_count(session, person, statement, FEWEST)
    assert look() == seen[-1]


def test_the_same_two_readings_tell_of_one_person_where_counts_follow_each_reaction(look, engine):
    before = look()
    with unit_of_work(engine) as session:
        line = session.get_one(ReactionCount, (f"{1:032x}", _group(session)))
        line.agree += 1
    after = look()
    assert int(after["Everybody"][0]) - int(before["Everybody"][0]) == 1


def _group(session):
    return get_consultation(session, HOME).groups[0].id
