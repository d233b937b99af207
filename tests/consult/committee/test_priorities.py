"""Rules, the ranking read by them, what-if, open data and ballots for an auditor, as pages and files."""

import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile

import pytest
import sqlalchemy as sa
from lxml import html

from analysis.stored_rankings import read_methods
from consult.record.account import Role
from consult.record.audit import AuditEntry
from consult.record.consultation import Consultation, ConsultationState, get_consultation
from consult.record.contribution import Channel
from consult.record.database import create_record_engine, unit_of_work
from consult.record.lifecycle import By
from consult.record.priority_rule import NewRule, write_group_words
from consult.record.ranking import StoredRanking, find_ranking, request_rankings, sign_priorities
from consult.record.response import Response, ResponseAnswer
from consult.record.run import NewRun, start_run
from consult.record.theme_board import Theme, ThemeBoard, ThemeState
from consult.worker import Worker
from surveys.localised import Localised
from tests.consult.planted_run import NOW

SAMPLE, QUESTION = "grand_heron_2027_2030", "orientations"
RANKING, RULE = f"ranking/{QUESTION}", f"rules/{QUESTION}"


def _close(engine, method="borda", **changes):
    """Sign a rule that reports a group in words, make that group small, close, and have the ranking made."""
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, SAMPLE)
        group = next(each for each in consultation.groups if each.code == "decision_maker")
        rule = NewRule(method, small={"decision_maker": "in_words"}, **changes)
        consultation.state = ConsultationState.DRAFT
        session.flush()
        sign_priorities(session, consultation, QUESTION, rule, By(None, NOW), seen=0)
        session.execute(sa.update(Consultation).values(state=ConsultationState.CLOSED, is_fictional=False))
        ordered = _by_answer(session)
        for response in [each for each in ordered if each.group_id == group.id][7:]:
            response.is_withdrawn = True
        for response in ordered[:40]:
            response.channel = Channel.PAPER
        request_rankings(session, NOW)
    worker = Worker(engine)
    while worker.run_next():
        pass


def _by_answer(session):
    """Return the responses in the order of what they answered: their keys are random, and tests want the same ones."""
    query = (
        sa.select(Response, ResponseAnswer.value).join(ResponseAnswer).where(ResponseAnswer.question_code == QUESTION)
    )
    return [response for response, _ in sorted(session.execute(query), key=lambda row: json.dumps(row[1]))]


@pytest.fixture(scope="module")
def closed(loaded, tmp_path_factory):
    """The sample, closed and ranked: copy it, never change it."""
    path = shutil.copy(loaded, tmp_path_factory.mktemp("closed") / "record.sqlite")
    made = create_record_engine(f"sqlite:///{path}")
    _close(made)
    made.dispose()
    return path


@pytest.fixture
def engine(closed, tmp_path):
    made = create_record_engine(f"sqlite:///{shutil.copy(closed, tmp_path / 'record.sqlite')}")
    yield made
    made.dispose()


@pytest.fixture
def member(app, sign_in, make_account):
    """A browser of a committee member."""
    browser = app.test_client()
    assert sign_in(browser, make_account("paul@example.org", Role.COMMITTEE, name="Paul Roy").email).status_code == 303
    return browser


@pytest.fixture
def read(member, sample_code):
    def read_it(path, language="en", status=200):
        response = member.get(f"/{language}/committee/{sample_code}/{path}")
        assert response.status_code == status, path
        page = html.fromstring(response.text)
        return page, " ".join(page.xpath("//main")[0].text_content().split())

    return read_it


def test_once_it_is_made_the_rule_stands(read):
    page, text = read(RULE)
    assert "The ranking is made, by the rule that stood at the closing." in text
    assert not page.xpath("//main//form")


# The ranking


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            (
                "among the first 3: those that differ are marked",
                "reported in words, as was decided before",
                "That was before anybody",
            ),
        ),
        ("fr", ("ceux qui diffèrent sont marqués", "rapporté en mots", "avant que quiconque")),
    ],
)
def test_the_ranking_says_by_what_rule_with_what_other_methods_and_cautions(read, engine, sample_code, language, words):
    with unit_of_work(engine) as session:
        said = Localised("They spoke of staff.", "Le personnel est revenu souvent.")
        write_group_words(
            session, get_consultation(session, sample_code), QUESTION, "decision_maker", said, By(None, NOW)
        )
    page, text = read(RANKING, language)
    assert all(each in text for each in words), text
    assert said.get(language) in text
    methods = page.xpath("//section[@aria-labelledby='methods']//thead//th")
    assert len(methods) == 5
    assert (
        len(page.xpath("//dl[@class='tops']/dt"))
        == len(page.xpath("//section[@aria-labelledby='side']//thead//th")) - 1
    )
    assert not page.xpath("//*[@style]")


def test_the_signed_method_and_k_are_those_of_the_ranking(loaded, tmp_path):
    made = create_record_engine(f"sqlite:///{shutil.copy(loaded, tmp_path / 'other.sqlite')}")
    _close(made, "schulze", top=5)
    with unit_of_work(made, read_only=True) as session:
        stored = find_ranking(session, get_consultation(session, SAMPLE), QUESTION).result
    made.dispose()
    found = read_methods(stored)
    assert list(found) == ["schulze", "borda", "jla", "bradley_terry"]
    assert found["borda"].everybody.top == 5


# What if


def _what_if(read, query, status=200):
    return read(f"{RANKING}/what-if?{query}", status=status)


def test_what_if_says_what_enters_and_leaves(read):
    page, text = _what_if(read, "")
    assert "would change" not in text.split("Whose order")[0].replace("What would change", "")
    page, text = _what_if(read, "without=citizen&without=patient&view=equal_voice")
    (heading,) = page.xpath("//h2[@id='difference']")
    changed = "would change" in heading.text_content()
    assert changed == ("Enters:" in text)
    rows = page.xpath("//section[@class='changes']//tbody/tr")
    assert len(rows) == 8
    before = [int(re.search(r"\d+", row.xpath("./td[1]")[0].text_content())[0]) for row in rows]
    assert before == sorted(before)
    checked = page.xpath("//input[@name='without'][@checked]/@value")
    assert checked == ["citizen", "patient"]
    assert "Decision-makers" not in text  # too small to be left out


def test_what_cannot_be_asked_is_refused(read):
    for query in ("without=decision_maker", "weight-citizen=7", "method=chnri", "channel=web", "view=x"):
        assert read(f"{RANKING}/what-if?{query}", status=400)


def test_a_channel_can_be_left_out_and_one_voice_alone_is_no_equal_voice(read):
    page, _ = _what_if(read, "channel=paper")
    assert page.xpath("//h2[@id='difference']")
    others = "&".join(f"without={value}" for value in page.xpath("//input[@name='without']/@value")[1:])
    page, text = _what_if(read, f"{others}&view=equal_voice", status=422)
    assert text.count("An equal voice takes two groups at least.") == 1
    assert not page.xpath("//h2[@id='difference']")


def test_once_somebody_took_an_answer_back_the_panel_is_shut(read, engine):
    before = read(RANKING)[1]
    with unit_of_work(engine) as session:
        ranked = sa.select(ResponseAnswer.response_id).where(ResponseAnswer.question_code == "orientations")
        session.scalars(sa.select(Response).where(Response.id.in_(ranked))).first().is_withdrawn = True
    page, text = _what_if(read, "without=citizen")
    assert "This panel is shut" in text
    assert not page.xpath("//main//table")
    assert read(RANKING)[1] == before


# Open data, and ballots for an auditor


@pytest.fixture
def post(facilitator_client, sample_code, csrf_of):
    def post_it(path, **form):
        token = csrf_of(facilitator_client.get(f"/en/manage/{sample_code}/priorities"))
        return facilitator_client.post(
            f"/en/manage/{sample_code}/priorities/{path}", data={"csrf_token": token, **form}
        )

    return post_it


def _audit(engine, action):
    with unit_of_work(engine, read_only=True) as session:
        return session.scalars(sa.select(AuditEntry.reason).where(AuditEntry.action == action)).all()


def test_the_pack_makes_the_published_order_again(post, engine, tmp_path):
    response = post("open-data")
    assert response.status_code == 200
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        folder = tmp_path / "pack"
        archive.extractall(folder)
    pack = json.loads((folder / "pack.json").read_text())
    assert all(
        hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in pack["sha256"].items()
    )
    assert sorted(each.name for each in folder.iterdir()) == sorted([*pack["sha256"], "pack.json"])
    run = [sys.executable, "-I", str(folder / "recompute.py")]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("same / identique") == 2
    table = folder / f"{QUESTION}_ranking.csv"
    lines = table.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    table.write_text("".join(re.sub(r",1,0,", ",2,0,", line, count=1) for line in lines), encoding="utf-8-sig")
    assert subprocess.run(run, capture_output=True, check=False).returncode == 1  # the control
    assert _audit(engine, "open_data.made") == [""]


def test_ballots_go_to_a_named_auditor_with_a_reason_and_fit_the_digest(post, engine):
    response = post("ballots", question=QUESTION, auditor="Ana Roy", reason="")
    assert response.status_code == 422
    assert "Write the name of the auditor and the reason" in response.text
    assert _audit(engine, "ballots.handed_on") == []
    response = post("ballots", question=QUESTION, auditor="Ana Roy", reason="Asked by the board.")
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert hashlib.sha256(files["salt.txt"] + files["ballots.json"]).hexdigest() == files["digest.txt"].decode()
    assert len(json.loads(files["ballots.json"])) == 223
    assert b"does not fit" not in files["README.txt"]
    assert _audit(engine, "ballots.handed_on") == [f"{QUESTION}: Ana Roy: Asked by the board."]


def test_before_the_ranking_is_made_there_is_neither_pack_nor_ballot(facilitator_client, post, engine, sample_code):
    with unit_of_work(engine) as session:
        session.execute(sa.delete(StoredRanking))
    page = facilitator_client.get(f"/en/manage/{sample_code}/priorities")
    assert "There is no ranking yet" in page.text
    assert "Download the pack" not in page.text


# From themes to a ballot


def test_accepted_themes_become_a_second_round_in_one_act(facilitator_client, post, engine, sample_code):
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, sample_code)
        run = start_run(session, consultation, NewRun("tfidf", 7, "hardest"), NOW)
        board = ThemeBoard(
            consultation_id=consultation.id, question_code="hardest", run_id=run.id, made_at=NOW, revision=0
        )
        session.add(board)
        session.flush()
        for number, label in enumerate((Localised("Beds", "Lits"), Localised("Rest", "Repos")), start=1):
            session.add(
                Theme(
                    board_id=board.id,
                    code=f"t{number}",
                    labels=label,
                    description=Localised(),
                    state=ThemeState.ACCEPTED,
                    is_language_split=False,
                    position=number,
                )
            )
    address = f"/fr/manage/{sample_code}/priorities/second-round/{board.id}"
    page = html.fromstring(facilitator_client.get(address).text)
    assert page.xpath("//input[@name='theme'][@checked]/@value") == ["t1", "t2"]
    typed = {each.get("name"): each.get("value") for each in page.xpath("//main//input[@type='text']")}
    assert typed["text_fr"] == "Qu’est-ce qui devrait venir en premier?"
    assert typed["text_en"] == "What should come first?"
    refused = post(f"second-round/{board.id}", **typed, type="best_worst", theme=["t1", "t2"])
    assert refused.status_code == 422
    assert "Tick more themes" in refused.text
    done = post(f"second-round/{board.id}", **typed, type="ranking", theme=["t2", "t1"])
    assert (done.status_code, done.headers["Location"]) == (303, f"/en/committee/{sample_code}_2/rules")
    rules = facilitator_client.get(done.headers["Location"]).text  # the facilitator came along
    assert "What should come first?" in rules
