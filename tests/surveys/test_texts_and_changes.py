"""What a translator works through, which translations wait, and what changed from one version to the next."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.survey_templates import TEMPLATES, read_template
from surveys import edit
from surveys.changes import compare
from surveys.checklist import advise
from surveys.completeness import check_survey
from surveys.definition import Choice, Question, Section, Survey
from surveys.localised import Localised
from surveys.texts import follow_changes, put_texts, walk_texts


def both(text: str) -> Localised:
    return Localised(text, f"{text} (fr)")


def survey(*questions: Question) -> Survey:
    return Survey("main", both("Survey"), sections=(Section("one", both("One"), questions=questions),))


ROLE = Question(
    "role",
    "single_choice",
    both("Role"),
    choices=(Choice("a", both("A")), Choice("b", both("B")), Choice("old", both("Old"), retired=True)),
)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_can_be_published_in_both_languages_and_follows_our_own_advice(name):
    template = read_template(name)
    assert check_survey(template) == ()
    # but for what only the facilitator knows, which is to be written in its place
    assert {problem.code for problem in advise(template)} <= {"advice.to_write"}
    assert all(not text.missing() for _, text in walk_texts(template))


@pytest.mark.parametrize("name", TEMPLATES)
def test_texts_that_are_put_back_are_the_same_survey_and_other_texts_arrive_everywhere(name):
    template = read_template(name)
    texts = dict(walk_texts(template))
    assert put_texts(template, texts) == template
    shouted = put_texts(template, {each: Localised(text.en.upper(), text.fr) for each, text in texts.items()})
    assert dict(walk_texts(shouted)) == {each: Localised(text.en.upper(), text.fr) for each, text in texts.items()}


def wait(before: str, after: Localised, stale=None):
    old, new = survey(replace(ROLE, text=both(before))), survey(replace(ROLE, text=after))
    return follow_changes(stale or {}, old, new)


def test_a_translation_waits_when_only_its_source_changed_and_stops_when_either_is_put_right():
    waiting = wait("Role", Localised("Part", "Role (fr)"))
    assert [(name, mark[0]) for name, mark in waiting.items()] == [("questions.role.text", "fr")]
    now, later = survey(replace(ROLE, text=Localised("Part", "Role (fr)"))), survey(ROLE)
    assert follow_changes(waiting, now, now) == waiting
    assert follow_changes(waiting, now, later) == {}  # the English says again what the French translates
    done = survey(replace(ROLE, text=Localised("Part", "Partie")))
    assert follow_changes(waiting, now, done) == {}
    further = survey(replace(ROLE, text=Localised("Piece", "Role (fr)")))
    assert follow_changes(waiting, now, further) == waiting


def test_a_gap_is_no_waiting_translation_and_neither_is_what_changed_in_both():
    assert wait("Role", Localised("Part", "")) == {}
    assert wait("Role", Localised("Part", "Partie")) == {}
    moved = edit.duplicate_question(survey(ROLE), "role")[0]
    assert follow_changes({}, survey(ROLE), moved) == {}


def test_a_survey_compared_with_itself_has_not_changed():
    for name in TEMPLATES:
        assert compare(read_template(name), read_template(name)) == ()


def test_each_change_is_told_once_and_by_its_name():
    other = Question("other", "long_text", both("Other"))
    third = Question("third", "long_text", both("Third"))
    old = survey(ROLE, other, third)
    reworded = replace(
        ROLE,
        text=Localised("Role?", "Role (fr)"),
        required=True,
        choices=(Choice("c", both("C")), Choice("a", both("A!")), Choice("b", both("B"), retired=True)),
    )
    new = survey(third, reworded, Question("fresh", "scale", both("Fresh")))
    told = {(change.kind, change.code, change.part) for change in compare(old, new)}
    assert told == {
        ("question.moved", "third", ""),
        ("question.reworded", "role", ""),
        ("question.required", "role", ""),
        ("choice.added", "role", "c"),
        ("choice.reworded", "role", "a"),
        ("choice.retired", "role", "b"),
        ("question.added", "fresh", ""),
        ("question.removed", "other", ""),
    }


@settings(max_examples=25)
@given(st.permutations(range(6)))
def test_as_few_questions_as_possible_are_said_to_have_moved(order):
    questions = [Question(f"q{at}", "long_text", both(str(at))) for at in range(6)]
    moved = compare(survey(*questions), survey(*(questions[at] for at in order)))
    assert {change.kind for change in moved} <= {"question.moved"}
    kept = [at for at in order if f"q{at}" not in {change.code for change in moved}]
    assert kept == sorted(kept)
    longest = max(len(run) for run in _increasing(list(order)))
    assert len(kept) == longest


def _increasing(numbers: list[int]) -> list[list[int]]:
    runs: list[list[int]] = [[]]
    for number in numbers:
        runs += [[*run, number] for run in runs if not run or run[-1] < number]
    return runs


def codes(*questions: Question, targets=None) -> list[str]:
    return [problem.code for problem in advise(survey(*questions), targets)]


CONSENT = Question("ok", "consent", both("I agree"), required=True)


def test_advice_is_given_where_it_applies_and_nowhere_else():
    choices = tuple(Choice(f"c{at}", both(str(at))) for at in range(9))
    assert codes(CONSENT, ROLE) == []
    assert codes(ROLE) == ["advice.no_consent"]
    assert codes(CONSENT, Question("r", "ranking", both("Rank"), choices=choices[:8])) == []
    assert codes(CONSENT, Question("r", "ranking", both("Rank"), choices=choices)) == ["advice.long_ranking"]
    matrix = Question("m", "matrix", both("Rate"), rows=choices[:2], choices=choices[:5])
    assert codes(CONSENT, matrix) == []
    assert codes(CONSENT, replace(matrix, choices=choices[:6])) == ["advice.wide_matrix"]
    to_write = replace(ROLE, choices=(*ROLE.choices, Choice("n", Localised("Region 1 (write its name)", "Région 1"))))
    assert codes(CONSENT, to_write) == ["advice.to_write"]
    assert codes(CONSENT, replace(ROLE, text=both("Role (as it is written)"))) == []
    sensitive = replace(ROLE, sensitive=True)
    assert codes(CONSENT, sensitive) == ["advice.sensitive_without_way_out"]
    assert codes(CONSENT, replace(sensitive, offers=("prefer_not_to_answer",))) == []


def test_sixteen_questions_are_many_and_agreements_are_not_counted():
    fifteen = [Question(f"q{at}", "yes_no", both(str(at))) for at in range(15)]
    assert codes(CONSENT, *fifteen) == []
    assert codes(CONSENT, *fifteen, Question("last", "yes_no", both("Last"))) == ["advice.many_questions"]
    long = [Question(f"q{at}", "long_text", both(str(at))) for at in range(14)]
    assert codes(CONSENT, *long) == ["advice.long"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (Localised("What is your name?", "x"), "advice.asks_name"),
        (Localised("x", "Quel est votre prénom?"), "advice.asks_name"),
        (Localised("x", "Nom et prénom"), "advice.asks_name"),
        (Localised("Health card number", "x"), "advice.asks_health_number"),
        (Localised("x", "Votre numéro d’assurance maladie (RAMQ)"), "advice.asks_health_number"),
        (Localised("Tell us, without your name, what happened.", "x"), None),
        (Localised("x", "N’écrivez pas votre nom."), None),
        (Localised("Name one thing to keep.", "Nommez une chose à garder."), None),
        (Localised("Never give a health card number.", "Ne donnez jamais votre numéro de dossier."), None),
    ],
)
def test_a_text_that_asks_who_somebody_is_is_noticed(text, code):
    assert codes(CONSENT, Question("q", "short_text", text)) == ([code] if code else [])


def test_groups_too_small_for_their_regions_are_named():
    region = replace(ROLE, code="region_now", text=both("Where do you live?"))
    (problem,) = advise(survey(CONSENT, region), {"citizen": 10, "patient": 9, "nobody": 0})
    assert problem.code == "advice.small_group"
    assert problem.values == {"group": "patient", "regions": 2, "target": 9}
    assert advise(survey(CONSENT, replace(region, code="age")), {"patient": 9}) == ()
