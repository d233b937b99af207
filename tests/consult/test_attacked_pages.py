"""Every page and every kind of file that the committee or the public can open is attacked, or shows no count of people.

A new one fails here: read it in `tests/consult/test_attacker_views.py` with an attack of its own, or say below why it
shows no count of people.
"""

from pathlib import Path

import consult.exports
from consult.access import access_of
from consult.record.account import Role

# In tests/consult/test_attacker_views.py, but for those whose tests are named.
ATTACKED = {
    "committee.overview",
    "committee.themes",
    "committee.board",
    "committee.board_theme",
    "committee.ranking",
    "committee.decisions",
    "committee.decision",
    # tests/consult/report/test_report_attacker.py
    "committee.report",
    "committee.report_file",
    "respond.report",
    "respond.report_file",
    # tests/consult/report/test_merging_pages.py
    "committee.merging",
    # tests/consult/discuss/test_attacker.py
    "discuss.shared_results",
    # orders alone; what they tell of groups: tests/analysis/test_what_if.py
    "committee.what_if",
}
COUNTLESS = {
    "what a person themselves said or was sent": {
        "accounts.welcome",
        "discuss.ask_withdrawal",
        "discuss.link",
        "discuss.own",
        "discuss.own_csv",
        "discuss.own_here",
        "discuss.own_json",
        "discuss.withdrawn",
        "no_mail.ask",
        "respond.ask_agreement_withdrawal",
        "respond.ask_withdrawal",
        "respond.check",
        "respond.correct",
        "respond.done",
        "respond.forgotten",
        "respond.link",
        "respond.own_answers",
        "respond.own_csv",
        "respond.own_json",
        "respond.questions",
        "respond.receipt",
        "respond.withdrawn",
    },
    "questions, statements and words, without a number of people": {
        "committee.consultations",
        "discuss.home",
        "discuss.prompt",
        "home.choose_language",
        "home.choose_language_of",
        "home.healthz",
        "home.index",
        "respond.code",
        "respond.kiosk",
        "respond.landing",
        "respond.results",
        "security.login",
        "static",
    },
    "a workshop's order, of ten voters or more, and how many voted, to those in the room": {
        "workshop.enter_code",
        "workshop.give_idea",
        "workshop.leave",
        "workshop.phone",
        "workshop.phone_state",
        "workshop.vote",
    },
    "what was said in a session, to those who were there": {
        "listen.remark",
        "listen.slip",
        "listen.slip_csv",
        "listen.slip_json",
    },
    "what people of the committee do themselves": {
        "committee.boards",
        "committee.begin_theme_board",
        "committee.board_history",
        "committee.board_presence",
        "committee.merge_on_board",
        "committee.make_board_theme",
        "committee.act_on_theme",
        "committee.take_back_groups",
        "committee.undo_on_board",
        "committee.reading",
        "committee.rule",
        "committee.rules",
        "committee.declare_interest",
        "committee.end_interest",
        "committee.dissent",
        "committee.meetings",
        "committee.new_meeting",
        "committee.edit_meeting",
        # decisions with their reasons, and no evidence
        "committee.minutes",
        "committee.minutes_docx",
        # the days and ids of snapshots
        "committee.reports",
    },
    "contributions, to whoever has the right to read them and so to count them": {
        "committee.board_words",
        "committee.move_on_board",
        "committee.split_board_theme",
        "committee.ask_board_split",
        "committee.adjust_board_split",
        "committee.coding",
        "committee.coding_round",
        "committee.code_one",
        "committee.differences",
        "committee.difference",
        "committee.finish_my_coding",
        "committee.next_to_code",
    },
}
FILES = {
    "tests/analysis/test_tables.py and test_report.py attack these tables": {
        "theme_files",
        "theme_report",
        "theme_run",
    },
    "tests/analysis/test_attacker.py attacks its margins": {"open_data", "open_recompute"},
    "for facilitators alone: every answer, or every coding": {
        "answer_rows",
        "codebook",
        "coding_segments",
        "codings",
        "codings_csv",
        "manifest",
        "qdpx",
        "response_columns",
        "response_reader",
        "response_table",
        "response_template",
        "responses",
        "responses_csv",
        "responses_json",
        "responses_sav",
        "responses_xlsx",
    },
    "tests/consult/report/test_drawn_report.py reads every form as it is handed over, and attacks them together": {
        "report_blocks",
        "report_charts",
        "report_docx",
        "report_docx_marks",
        "report_files",
        "report_layout",
        "report_pdf",
        "report_choice_tables",
        "report_tables",
        "report_xlsx",
    },
    "no counts of people": {
        "csv_text",
        "earlier_themes",
        "minutes",
        "paper",
        "paper_conditions",
        "paper_items",
        "poster",
    },
}


def test_every_page_for_the_committee_or_the_public_is_attacked_or_shows_no_count(app):
    known = ATTACKED.union(*COUNTLESS.values())
    opened = set()
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if "GET" in rule.methods and (access.is_public or Role.COMMITTEE in access.roles):
            opened.add(rule.endpoint)
    assert sorted(opened - known) == [], "attack it in this file, or say why it shows no count of people"


def test_every_kind_of_file_is_attacked_or_goes_to_facilitators(app):
    made = {path.stem for path in Path(consult.exports.__file__).parent.glob("*.py")} - {"__init__"}
    assert sorted(made - set().union(*FILES.values())) == [], "attack it, or say who may have it"
