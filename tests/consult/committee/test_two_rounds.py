"""A theme stays itself: raised in a first round, ranked in a second, decided on, printed; criteria can be weighed."""

from datetime import date

import pytest
import sqlalchemy as sa
from lxml import html

from analysis.ballots import Ballot, Kind
from analysis.stored_ballots import Spoken, read_spoken
from analysis.stored_rankings import Signed, make_rankings
from consult.exports.report_choice_tables import criteria_table, origins_table
from consult.record.account import Role
from consult.record.board_act import Seen
from consult.record.board_acts import accept_theme, rename_theme
from consult.record.board_begin import begin_board
from consult.record.consultation import Consultation, ConsultationState, get_consultation
from consult.record.contribution import Channel
from consult.record.database import random_key, unit_of_work
from consult.record.decision import Outcome, SubjectKey
from consult.record.decision_acts import NewDecision, decide
from consult.record.lifecycle import By
from consult.record.priority_rule import NewRule, find_rule
from consult.record.ranking import StoredRanking, sign_priorities
from consult.record.response import Response, ResponseAnswer
from consult.record.run import get_run
from consult.record.stored_ballots import list_ranking_questions, read_said
from consult.record.survey import create_survey, list_surveys, publish_version
from consult.record.theme_ballot import NewBallot, begin_second_round
from consult.report.gather import gather
from consult.report.sentences import Voice
from consult.settings import Settings
from surveys.definition import Choice, Question, Section, Survey
from surveys.localised import Localised
from tests.consult.planted_run import NOW, plant_run

SAMPLE, SECOND = "grand_heron_2027_2030", "grand_heron_2027_2030_2"
NOBODY = By(None, NOW)
NAMES = (
    Localised("Waiting", "L’attente"),
    Localised("Nights", "Les nuits"),
    Localised("Rare", "Rare"),
    Localised("Odd", "Drôle"),
)
SETTINGS = Settings("sqlite://", "a secret for tests that is long enough to be one")
STEPS = ("no", "perhaps", "yes")


def _both(text):
    return Localised(text, f"{text} (fr)")


def _close(session, consultation):
    query = sa.update(Consultation).where(Consultation.id == consultation.id)
    session.execute(query.values(state=ConsultationState.CLOSED, is_fictional=False))
    session.refresh(consultation)


def _keep(session, consultation, code, result):
    session.add(
        StoredRanking(consultation_id=consultation.id, question_code=code, is_final=True, made_at=NOW, result=result)
    )
    session.flush()


@pytest.fixture
def rounds(engine):
    """The sample's themes, ranked by forty people in a second round, one of them decided on."""
    run_id = plant_run(engine, SAMPLE, (20, 10, 2, 2))
    with unit_of_work(engine) as session:
        first = get_consultation(session, SAMPLE)
        board = begin_board(session, first, get_run(session, run_id), NOBODY)
        for number, name in enumerate(NAMES, start=1):
            accept_theme(session, board, f"t{number}", NOBODY, Seen(10_000))
            rename_theme(session, board, f"t{number}", name, NOBODY, Seen(10_000))
        _close(session, first)
        title = Localised("Second round", "Deuxième tour")
        text = Localised("What comes first?", "Qu’est-ce qui vient en premier?")
        new = NewBallot("ranking", title, title, Localised("Order", "Ordre"), text, ("t1", "t2", "t3"))
        second = begin_second_round(session, first, board, new, NOBODY)
        publish_version(session, list_surveys(session, second)[0], date(2026, 11, 22))
        ballots = [Ballot(("t2", "t1", "t3") if at % 4 else ("t3", "t1", "t2")) for at in range(40)]
        _close(session, second)
        _keep(
            session,
            second,
            "priorities",
            make_rankings(Kind.RANKING, ballots, ["t1", "t2", "t3"], Signed(resamples=200)),
        )
        key = SubjectKey(None, "priorities", "t2")
        decide(session, second, key, NewDecision(Outcome.KEPT, _both("It came first.")), NOBODY, seen=0)
    return engine


@pytest.fixture
def read(app, sign_in, make_account):
    """Read a page of the committee as a member of the consultations named: ``read(address, joins)``."""
    browsers = {}

    def read_it(address, joins=(SAMPLE, SECOND), status=200):
        if joins not in browsers:
            browsers[joins] = app.test_client()
            account = make_account(f"m{len(browsers)}@example.org", Role.COMMITTEE, joins=joins)
            assert sign_in(browsers[joins], account.email).status_code == 303
        response = browsers[joins].get(f"/en/committee/{address}")
        assert response.status_code == status, address
        page = html.fromstring(response.text)
        return page, " ".join(page.xpath("//main")[0].text_content().split())

    return read_it


def _raised(page):
    rows = page.xpath("//section[@aria-labelledby='first-round']//tbody/tr")
    return {row.xpath("./th")[0].text_content(): [each.text_content() for each in row.xpath("./td")] for row in rows}


def test_a_theme_is_followed_from_round_to_round_to_the_report(rounds, read):
    ranked, _ = read(f"{SECOND}/ranking/priorities")
    raised = _raised(ranked)
    assert list(raised) == ["Nights", "Waiting", "Rare"]  # by place, not by how often they were raised
    most = int(raised["Waiting"][1])
    assert most > int(raised["Nights"][1]) > 10
    assert ranked.xpath("//section[@aria-labelledby='first-round']//th/a/@href")[0].endswith("/board/hardest/theme/t2")
    text = read(f"{SECOND}/decisions")[1]
    assert f"raised to the question “What is hardest today when you get or give care in our network?” by {most}" in text
    assert "“Second round”: place 1 of 3" in read(f"{SAMPLE}/decisions")[1]
    with unit_of_work(rounds, read_only=True) as session:
        contents = gather(session, get_consultation(session, SECOND), SETTINGS)
        (heard,) = [
            each for each in gather(session, get_consultation(session, SAMPLE), SETTINGS).questions if each.themes
        ]
    told = {theme.labels.fr: "–" if theme.people is None else str(theme.people) for theme in heard.themes}
    assert (told["L’attente"], told["Rare"]) == (str(most), "–")  # too few for everybody to read
    (ranking,) = contents.rankings
    table = origins_table(contents, ranking, Voice.of("fr"))
    assert [[cell.text.text for cell in row] for row in table.rows] == [
        ["Les nuits", "Retenu", told["Les nuits"], "1"],
        ["L’attente", "À décider", told["L’attente"], "2"],
        ["Rare", "À décider", told["Rare"], "3"],
    ]
    assert "Réseau de santé du Grand Héron" in table.caption


def test_who_is_no_member_of_the_first_round_reads_no_number_of_it(rounds, read):
    page, _ = read(f"{SECOND}/ranking/priorities", (SECOND,))
    assert {tuple(cells)[1] for cells in _raised(page).values()} == {"–"}
    assert not page.xpath("//section[@aria-labelledby='first-round']//a")
    assert "by " not in read(f"{SECOND}/decisions", (SECOND,))[1].split("care in our network?”")[1].split(".")[0]


# Criteria


def _matrix(code):
    steps = tuple(Choice(each, _both(each)) for each in STEPS)
    rows = tuple(Choice(each, _both(each.upper())) for each in "abc")
    return Question(code, "matrix", _both(f"{code}?"), rows=rows, choices=steps)


@pytest.fixture
def scored(engine):
    """Forty people who score three choices by two criteria: the one puts a first, the other c."""
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, SAMPLE)
        section = Section("s", _both("S"), questions=(_matrix("fair"), _matrix("useful")))
        survey = create_survey(session, consultation, Survey("scores", _both("Scores"), sections=(section,)))
        version = publish_version(session, survey, date(2026, 11, 22))
        weights = {"fair": 3.0, "useful": 1.0}
        sign_priorities(session, consultation, "fair", NewRule("chnri", weights=weights), NOBODY, seen=0)
        for at in range(40):
            said = {"fair": _answer(at, "abc"), "useful": _answer(at, "cba")}
            response = Response(
                id=random_key(),
                consultation_id=consultation.id,
                version_id=version.id,
                language="fr",
                channel=Channel.WEB,
                submitted_on=date(2026, 11, 22),
                submission_key=f"{at:064x}",
                is_withdrawn=False,
            )
            session.add(response)
            session.flush()
            session.add_all(ResponseAnswer(response_id=response.id, question_code=q, value=v) for q, v in said.items())
        _close(session, consultation)
        asked = list_ranking_questions(session, consultation)["fair"]
        spoken = [Spoken(e.value, e.group, e.channel, e.version) for e in read_said(session, consultation, asked)]
        ballots = read_spoken(Kind.CRITERIA, spoken, list("abc"), steps=asked.steps)
        rule = find_rule(session, consultation, "fair")
        signed = Signed("chnri", criteria=rule.weights, resamples=200, salt="salt")
        _keep(session, consultation, "fair", make_rankings(Kind.CRITERIA, ballots, list("abc"), signed))
    return engine


def _answer(at, order):
    """Return one person's answers: all say yes to the first of `order`, three in five to the next, one to the last."""
    return {"rows": {code: STEPS[2 if at % 5 >= place * 2 else 0] for place, code in enumerate(order)}}


def test_scores_and_agreement_stand_beside_the_order_in_steps(scored, read):
    page, _ = read(f"{SAMPLE}/ranking/fair", (SAMPLE,))
    rows = page.xpath("//section[@aria-labelledby='criteria']//tbody/tr")
    told = {row.xpath("./th")[0].text_content(): [td.text_content() for td in row.xpath("./td")] for row in rows}
    assert told == {"A": ["over 72%", "over 72%"], "B": ["60%", "60%"], "C": ["40%", "over 72%"]}
    with unit_of_work(scored, read_only=True) as session:
        contents = gather(session, get_consultation(session, SAMPLE), SETTINGS)
    ranking = next(each for each in contents.rankings if each.code == "fair")
    cells = [[cell.text.text for cell in row] for row in criteria_table(ranking, Voice.of("en")).rows]
    assert cells == [["A", "–", "–"], ["B", "–", "–"], ["C", "–", "–"]]  # forty are too few for everybody to read


def test_criteria_are_weighed_otherwise_and_the_signed_ones_stay(scored, read):
    address = f"{SAMPLE}/ranking/fair/what-if"
    page, text = read(f"{address}?criterion-fair=0", (SAMPLE,))
    rows = page.xpath("//section[@class='changes']//tbody/tr")
    after = {row.xpath("./th")[0].text_content(): row.xpath("./td[2]")[0].text_content().strip()[0] for row in rows}
    assert after == {"A": "3", "B": "2", "C": "1"}
    assert "Signed: 75% of the score. Here: 0%." in text
    assert page.xpath("//select[@name='criterion-fair']/option[@selected]/@value") == ["0"]
    assert "Signed: 75% of the score." in read(address, (SAMPLE,))[1]
    assert "That leaves no criterion." in read(f"{address}?criterion-fair=0&criterion-useful=0", (SAMPLE,), 422)[1]
    read(f"{address}?criterion-fair=0.7", (SAMPLE,), 400)
