"""Earlier answers in later texts, with an alternative, with elision, and never more than words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.completeness import check_survey
from surveys.definition import Check, Choice, Question, Section, Survey
from surveys.elision import takes_second_form
from surveys.localised import Localised
from surveys.piping import LONGEST, Words, pipe, pipe_question, pipe_text

_TEXT = Localised("x", "x")
_WORDS = {"other": "Autre", "yes": "Oui", "no": "Non", "prefer_not_to_answer": "Je préfère ne pas répondre"}
_FR = Words("fr", {"role": "proche aidant", "town": "Amos", "own": "<b>${role}</b> {de |d’}"})


def test_answers_stand_in_texts_and_alternatives_where_there_is_none():
    assert pipe("Comme ${role} :", _FR) == "Comme proche aidant :"
    assert pipe("Comme ${gone|une personne} de ${ town }", _FR) == "Comme une personne de Amos"
    assert pipe("Comme ${gone}.", _FR) == "Comme ."
    assert pipe("La vie {de |d’}${town}, {de |d’}${role}, {de |d’}${gone|ici}", _FR) == (
        "La vie d’Amos, de proche aidant, d’ici"
    )
    assert pipe("Coût : 5 $ {ou |ou}", _FR) == "Coût : 5 $ {ou |ou}"
    assert pipe("a ${Bad-Code} b", _FR) == "a ${Bad-Code} b"


def test_what_somebody_wrote_is_never_read_again():
    assert pipe("« ${own} »", _FR) == "« <b>${role}</b> {de |d’} »"


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_and_any_answer_do_no_harm(text, answer):
    words = Words("fr", {"q": answer})
    pipe(text, words)
    assert pipe("a ${q} b", words) == f"a {answer} b"


@pytest.mark.parametrize(
    ("word", "language", "is_second"),
    [
        ("Amos", "fr", True),
        ("école", "fr", True),
        ("œuvre", "fr", True),
        ("« Élan »", "fr", True),
        ("hôpital", "fr", True),
        ("huître", "fr", True),
        ("héroïne", "fr", True),
        ("yeux", "fr", True),
        ("handicap", "fr", False),
        ("Haïti", "fr", False),
        ("héros", "fr", False),
        ("hockey", "fr", False),
        ("huit semaines", "fr", False),
        ("onze", "fr", False),
        ("8 semaines", "fr", False),
        ("yoga", "fr", False),
        ("Montréal", "fr", False),
        ("", "fr", False),
        ("apple", "en", True),
        ("hour", "en", True),
        ("hospital", "en", False),
        ("university", "en", False),
    ],
)
def test_which_form_stands_before_a_word(word, language, is_second):
    assert takes_second_form(word, language) is is_second


def test_stored_answers_are_said_in_the_language_of_the_page():
    choices = (Choice("carer", Localised("a caregiver", "une personne proche aidante")), Choice("b", _TEXT))
    questions = {
        "role": Question("role", "single_choice", _TEXT, choices=choices, offers=("prefer_not_to_answer",)),
        "needs": Question("needs", "several_choices", _TEXT, choices=choices),
        "idea": Question("idea", "long_text", _TEXT),
    }
    values = {"role": {"choice": "carer"}, "needs": {"choices": ["carer", "b"]}, "idea": {"text": "un\n\ndeux " * 90}}
    french, english = (Words.of(questions, values, each, _WORDS).said for each in ("fr", "en"))
    assert french["role"] == "une personne proche aidante"
    assert english["needs"] == "a caregiver, x"
    assert french["idea"].startswith("un deux un deux")
    assert len(french["idea"]) == LONGEST
    silent = Words.of(questions, {"role": {"special": "prefer_not_to_answer"}}, "fr", _WORDS)
    assert pipe("${role|vous}", silent) == "vous"
    asked = Question(
        "next",
        "scale",
        Localised("For ${role}?", "Pour ${role}?"),
        help=Localised("You are ${role}.", "Vous êtes ${role}."),
        settings=(("low", Localised("Not ${role}", "Pas ${role}")), ("points", 5)),
        choices=(Choice("c", Localised("${role}", "${role}")),),
    )
    drawn = pipe_question(asked, Words.of(questions, values, "fr", _WORDS))
    assert drawn.text.fr == "Pour une personne proche aidante?"
    assert drawn.help.fr == "Vous êtes une personne proche aidante."
    assert drawn.label("low").fr == "Pas une personne proche aidante"
    assert drawn.choices[0].label.fr == "une personne proche aidante"
    assert pipe_text(Localised("${role}", ""), Words("fr", {"role": "x"})).fr == "x"  # a draft without French


def _survey(text, required=True, help_of_same_page="", message="No.", **section):
    role = Question("role", "short_text", _TEXT, required=required)
    beside = Question("beside", "text_block", _TEXT, help=Localised(help_of_same_page, help_of_same_page))
    said = Question("said", "long_text", Localised(text, "x"))
    first = Section("first", _TEXT, questions=(role, beside), **section)
    checks = (Check("c", "${role} != 'x'", Localised(message, "Non.")),)
    return Survey("s", _TEXT, sections=(first, Section("second", _TEXT, questions=(said,))), checks=checks)


@pytest.mark.parametrize(
    ("survey", "code", "place"),
    [
        (_survey("${role"), "piping.syntax", "sections[1].questions[0].text"),
        (_survey("${role|${said}}"), "piping.syntax", "sections[1].questions[0].text"),
        (_survey("${gone|x}"), "piping.unknown_question", "sections[1].questions[0].text"),
        (_survey("${beside|x}"), "piping.unknown_question", "sections[1].questions[0].text"),
        (_survey("${said|x}"), "piping.forward", "sections[1].questions[0].text"),
        (_survey("${role}", required=False), "piping.no_alternative", "sections[1].questions[0].text"),
        (_survey("x", help_of_same_page="${role}"), "piping.no_alternative", "sections[0].questions[1].help"),
        (_survey("x", message="Not ${role|x}"), "piping.not_possible", "checks[0].message"),
    ],
)
def test_each_fault_is_found_at_its_place(survey, code, place):
    assert (code, place) in [(each.code, each.place) for each in check_survey(survey)]


def test_what_can_be_piped_passes():
    for survey in (
        _survey("${role}"),
        _survey("{a |an }${role|x}", required=False),
        _survey("x", help_of_same_page="${role|x}"),
    ):
        assert check_survey(survey) == ()
