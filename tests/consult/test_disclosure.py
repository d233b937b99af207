"""One place decides how few people each audience may be shown, and what may stand beside a quote."""

from dataclasses import replace

import pytest

from analysis.audience import Audience
from analysis.protection import OTHER_VALUES
from analysis.stored_counts import ShownTable, StoredTheme
from analysis.stored_rankings import read_ranking
from consult.disclosure import (
    Rule,
    fewest_people,
    groups_told,
    has_sensitive_groups,
    page_rule,
    protect_themes,
    quotes_shown,
    rule_of,
    sensitive_questions,
)
from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.quote import ShownQuote
from consult.record.ranking import find_ranking, request_rankings
from consult.settings import Settings
from consult.worker import Worker
from tests.consult.planted_run import NOW

SETTINGS = Settings("sqlite://", "s" * 32)
COMMITTEE = Rule(Audience.COMMITTEE, 5)


@pytest.mark.parametrize(
    ("audience", "is_sensitive", "least", "others"),
    [
        (Audience.COMMITTEE, False, 5, None),
        (Audience.PUBLIC, False, 11, 5),
        (Audience.COMMITTEE, True, 20, None),
        (Audience.PUBLIC, True, 20, None),  # both read the same numbers
    ],
)
def test_the_smallest_count_is_that_of_the_audience_or_of_what_is_sensitive(audience, is_sensitive, least, others):
    assert rule_of(SETTINGS, audience, is_sensitive=is_sensitive) == Rule(audience, least, others)


def test_an_installation_chooses_and_pages_say_what_it_chose(make_app, engine):
    app = make_app(engine.url.render_as_string(hide_password=False), least_committee=10, least_public=15)
    with app.app_context():
        assert page_rule(Audience.PUBLIC) == Rule(Audience.PUBLIC, 15, 10)
        assert (fewest_people("committee"), fewest_people("public")) == (10, 15)


def test_pages_promise_participants_the_number_that_is_kept(app, client, open_sample, sample_code):
    open_sample()
    assert "never of fewer than 5 people" in client.get(f"/en/c/{sample_code}/").text
    app.extensions["settings"] = replace(app.extensions["settings"], least_committee=10)
    assert "never of fewer than 10 people" in client.get(f"/en/c/{sample_code}/").text


def test_what_is_sensitive_is_what_a_facilitator_marks_and_what_we_know_to_be(engine, sample_code):
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, sample_code)
        # our own question on gender, in a survey whose author left the mark out
        assert sensitive_questions(session, consultation) == {"gender"}
        assert not has_sensitive_groups(session, consultation)
        consultation.group_question = "gender"
        assert has_sensitive_groups(session, consultation)


def test_beside_a_quote_stands_a_group_only_where_its_people_are_shown():
    table = ShownTable(("a", "b", OTHER_VALUES, ""), ((9, None, 7, 6, 30),))
    assert groups_told(table, 0) == {"a"}
    assert groups_told(None, 0) == frozenset()
    quotes = [ShownQuote("one", "fr", "a"), ShownQuote("two", "fr", "b"), ShownQuote("three", "en", "a")]
    found = quotes_shown(quotes, {"fr": 9}, groups_told(table, 0), COMMITTEE)
    assert [(quote.text, quote.group) for quote in found] == [("one", "a"), ("two", "")]
    assert quotes_shown(quotes, {"fr": 4}, {"a"}, COMMITTEE) == []


def test_the_public_reads_small_groups_together_and_the_committee_each_by_itself():
    by = [{"a": 30, "b": 25, "c": 9, "d": 9}, {"a": 25, "b": 30, "c": 8, "d": 9}, {"a": 30, "b": 28, "c": 9, "d": 8}]
    themes = [StoredTheme(sum(each.values()), {"group": each}) for each in by]
    everybody = StoredTheme(
        sum(theme.people for theme in themes), {"group": {v: sum(e[v] for e in by) for v in "abcd"}}
    )
    seen = protect_themes(themes, everybody, ("group",), COMMITTEE).tables["group"]
    public = rule_of(SETTINGS, Audience.PUBLIC)
    apart = protect_themes(themes, everybody, ("group",), public).tables["group"]
    together = protect_themes(themes, everybody, ("group",), public, is_merged=True).tables["group"]
    assert (seen.hidden_share, together.hidden_share) == (0, 0)
    assert apart.hidden_share > 1 / 3
    assert (together.merged, together.is_merged, apart.is_merged) == (("c", "d"), True, False)


@pytest.mark.parametrize(("asked", "least"), [(None, 5), ("gender", 20)])
def test_rankings_of_sensitive_groups_count_no_fewer_than_other_pages(engine, sample_code, asked, least):
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, sample_code)
        consultation.group_question = asked or consultation.group_question
        request_rankings(session, NOW)
    worker = Worker(engine, settings=SETTINGS)
    while worker.run_next():
        pass
    with unit_of_work(engine, read_only=True) as session:
        found = read_ranking(find_ranking(session, get_consultation(session, sample_code), "orientations").result)
    views = [found.everybody, *found.groups.values()]
    counts = [each.first_choices for view in views for each in view.standings if each.first_choices is not None]
    assert min(counts) >= least
    assert (min(view.ballots for view in views) < 20) is (asked is None)
