"""Files of responses from other tools are matched by code or by text in either language; nothing is guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.answers import check_answers
from surveys.columns import from_row
from surveys.definition import Choice, Question, Section, Survey
from surveys.exchange.known_tools import recognise
from surveys.exchange.response_matching import heading_key, match_columns
from surveys.exchange.response_translation import Translator, has_months_first, read_day, split_choices
from surveys.labels import survey_words
from surveys.localised import Localised
from surveys.question_types import QUESTION_TYPES

COMMON = {
    "other": "Other", "prefer_not_to_answer": "I prefer not to answer", "dont_know": "I don’t know",
    "not_applicable": "Not applicable", "yes": "Yes", "no": "No", "best": "Most", "worst": "Least",
    "no_preference": "No preference",
}  # fmt: skip
WORDS = {"en": COMMON, "fr": COMMON | {"other": "Autre", "yes": "Oui", "no": "Non", "dont_know": "Je ne sais pas"}}


def _choices(*labels):
    return tuple(Choice(code, Localised(en, fr)) for code, en, fr in labels)


NEEDS = _choices(
    ("a1", "Transport", "Le transport"),
    ("a2", "Short, clear answers", "Des réponses courtes, claires"),
    ("a3", "Rest", "Du répit"),
)
SURVEY = Survey(
    "main",
    Localised("S", "S"),
    sections=(
        Section(
            "all",
            Localised("A", "A"),
            questions=(
                Question("q1", "single_choice", Localised("Who are you?", "Qui êtes-vous?"), choices=NEEDS,
                         settings=(("has_other", True),), offers=("dont_know",)),
                Question("q2", "several_choices", Localised("Your needs", "Vos besoins"), choices=NEEDS,
                         settings=(("has_other", True),)),
                Question("q3", "scale", Localised("How easy?", "Est-ce facile?"),
                         settings=(("low", Localised("a", "a")), ("high", Localised("b", "b")))),
                Question("q4", "matrix", Localised("Agree?", "D’accord?"), choices=NEEDS, rows=NEEDS[:2]),
                Question("q5", "ranking", Localised("Rank", "Classez"), choices=NEEDS),
                Question("q6", "long_text", Localised("What else?", "Quoi d’autre?")),
                Question("q7", "yes_no", Localised("Agreed?", "Entendu?")),
                Question("q8", "number", Localised("Age", "Âge"), offers=("dont_know",)),
                Question("q9", "consent", Localised("I take part", "Je participe")),
                Question("q0", "text_block", Localised("Thanks", "Merci")),
            ),
        ),
    ),
)  # fmt: skip


def read(rows, survey=SURVEY, **how):
    """Return the matching and, for each row, its reference, its day, its checked values and problems."""
    tool = recognise(list(rows[0]))
    matching = match_columns(list(rows[0]), tool, [survey], WORDS)
    translator = Translator(matching, survey_words([survey], WORDS), WORDS, **how)
    done = []
    for row in rows:
        values, problems = check_answers(survey, from_row(survey, translator.answers(row)), final=True)
        done.append((translator.reference(row), translator.day(row), values, problems))
    return matching, done


ANSWERS = {
    "q1": {"choice": "a2"},
    "q2": {"choices": ["a1", "a2"], "other": "Un ami, parfois"},
    "q3": {"point": 4},
    "q4": {"rows": {"a1": "a3", "a2": "a1"}},
    "q5": {"ranking": ["a3", "a1"]},
    "q6": {"text": "Rien, merci; vraiment"},
    "q7": {"choice": "yes"},
    "q8": {"special": "dont_know"},
}
LIMESURVEY_CODES = {
    "id": "7", "submitdate": "2026-10-02 14:00:00", "lastpage": "3", "startlanguage": "fr", "seed": "12",
    "Q1": "a2", "Q1[other]": "", "Q2[A1]": "Y", "Q2[A2]": "Y", "Q2[A3]": "", "Q2[other]": "Un ami, parfois", "Q3": "4",
    "Q4[A1]": "A3", "Q4[A2]": "A1", "Q5[1]": "A3", "Q5[2]": "A1", "Q5[3]": "", "Q6": "Rien, merci; vraiment",
    "Q7": "Y", "Q8": "Je ne sais pas", "Q9": "Y", "Q99": "x",
}  # fmt: skip
LIMESURVEY_TEXTS = {
    "Response ID": "7", "Date submitted": "2026-10-02 14:00:00", "Start language": "fr-CA",
    "Who are you?": "Short, clear answers", "Who are you? [Other]": "",
    "Your needs [Transport]": "Yes", "Your needs [Short, clear answers]": "Yes", "Your needs [Rest]": "No",
    "Your needs [Other]": "Un ami, parfois", "How easy?": "4", "Agree? [Transport]": "Rest",
    "Agree? [Short, clear answers]": "Transport", "Rank [Rank 1]": "Rest", "Rank [Rank 2]": "Transport",
    "Rank [Rank 3]": "", "What else?": "Rien, merci; vraiment", "Agreed?": "Yes", "Age": "I don’t know",
    "I take part": "Yes", "Q99. Weather": "x",
}  # fmt: skip
KOBO = {
    "start": "2026-10-01T10:00:00.000-04:00", "end": "2026-10-02T10:00:00.000-04:00", "page/q1": "a2",
    "page/q1_other": "", "page/q2": "a1 a2 other", "page/q2/a1": "1", "page/q2/a2": "1", "page/q2/a3": "0",
    "page/q2/other": "1", "page/q2_other": "Un ami, parfois", "page/q3": "4", "page/q4/q4_a1": "a3",
    "page/q4/q4_a2": "a1", "page/q5": "a3 a1", "page/q6": "Rien, merci; vraiment", "page/q7": "yes",
    "page/q8": "dont_know", "page/q9": "1", "weather": "x", "_id": "12", "_uuid": "9f-aa",
    "_submission_time": "2026-10-02T10:01:00", "__version__": "vX",
}  # fmt: skip
GOOGLE = {
    "Horodateur": "02/10/2026 14:00:00", "Qui êtes-vous ?": "Des réponses courtes, claires",
    "Vos besoins": "Le transport, Des réponses courtes, claires, Un ami, parfois", "Est-ce facile ?": "4",
    "D’accord ? [Le transport]": "Du répit", "D'accord? [Des réponses courtes, claires]": "Le transport",
    "Classez": "Du répit;Le transport", "Quoi d’autre ?": "Rien, merci; vraiment", "Entendu ?": "Oui",
    "Âge": "Je ne sais pas", "Je participe": "Oui", "Météo": "x",
}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "tool", "unknown"),
    [
        (LIMESURVEY_CODES, "limesurvey", ("Q99",)),
        (LIMESURVEY_TEXTS, "limesurvey", ("Q99. Weather",)),
        (KOBO, "kobo", ("weather",)),
        (GOOGLE, "google_forms", ("Météo",)),
    ],
)
def test_every_tool_gives_the_same_answers(row, tool, unknown):
    matching, [(reference, day, values, problems)] = read([row], months_first=False)
    assert problems == ()
    assert {code: value for code, value in values.items() if code != "q9"} == ANSWERS
    assert values["q9"]["given"] is True
    assert (matching.tool.code, matching.unknown, matching.unasked) == (tool, unknown, ())
    assert day == "2026-10-02"
    assert reference.startswith(f"{tool}-")


def test_what_is_answered_is_every_type_but_those_no_tool_has():
    asked = {question.type for question in SURVEY.questions}
    assert set(QUESTION_TYPES) - asked == {"short_text", "date", "points", "best_worst", "pairwise"}


def test_what_the_tool_notes_is_neither_a_question_nor_unknown():
    matching, _ = read([KOBO])
    assert set(matching.noted) == {
        "start", "end", "page/q2", "page/q2/other", "_id", "_uuid", "_submission_time", "__version__"
    }  # fmt: skip


def test_another_choice_in_place_and_an_unknown_one():
    _, [(_, _, values, problems)] = read([GOOGLE | {"Qui êtes-vous ?": "Un voisin"}], months_first=False)
    assert (values["q1"], problems) == ({"choice": "other", "other": "Un voisin"}, ())
    _, [(_, _, _, problems)] = read([LIMESURVEY_CODES | {"Q1": "A9"}])
    assert [(each.code, each.place) for each in problems] == [("answer.unknown_choice", "q1")]
    _, [(_, _, values, _)] = read([LIMESURVEY_CODES | {"Q1": "-oth-", "Q1[other]": "Un voisin"}])
    assert values["q1"] == {"choice": "other", "other": "Un voisin"}
    _, [(_, _, _, problems)] = read([KOBO | {"page/q5": "a3 martian"}])
    assert [(each.code, each.place) for each in problems] == [("answer.malformed", "q5")]


def test_the_first_of_january_1980_is_no_day_and_a_blank_one_falls_to_the_next():
    assert read([LIMESURVEY_CODES | {"submitdate": "1980-01-01 00:00:00"}])[1][0][1] == ""
    assert read([KOBO | {"_submission_time": ""}])[1][0][1] == "2026-10-02"
    assert read([GOOGLE | {"Horodateur": "hier"}])[1][0][1] == "hier"  # shown as it stands, and refused


def test_two_questions_with_one_text_match_no_column_by_it_but_by_their_codes():
    same = Localised("Why?", "Pourquoi?")
    twins = tuple(Question(code, "long_text", same) for code in ("first", "second"))
    survey = Survey("main", same, sections=(Section("all", same, questions=twins),))
    matching, [(_, _, values, _)] = read([{"Timestamp": "2026-10-02", "Why?": "x", "Second": "y"}], survey)
    assert (matching.unknown, matching.unasked, values) == (("Why?",), ("first",), {"second": {"text": "y"}})


def test_a_row_is_known_again_and_two_alike_are_two():
    _, first = read([GOOGLE, GOOGLE])
    _, again = read([GOOGLE, GOOGLE])
    assert [each[0] for each in first] == [each[0] for each in again]
    assert first[0][0] != first[1][0]
    _, kobo = read([KOBO, KOBO])
    assert kobo[0][0] == kobo[1][0]  # the tool says that it is one response


@pytest.mark.parametrize(
    ("text", "months_first", "day"),
    [
        ("2026/10/02 2:03:22 PM AST", True, "2026-10-02"), ("10/2/2026 14:03:22", True, "2026-10-02"),
        ("02/10/2026 14:03:22", False, "2026-10-02"), ("2026-10-02T10:01:00", True, "2026-10-02"),
        ("13/13/2026", True, None), ("2026-02-30", True, None), ("", True, None), ("20261002", True, None),
    ],
)  # fmt: skip
def test_days(text, months_first, day):
    found = read_day(text, months_first=months_first)
    assert (found and found.isoformat()) == day


def test_the_days_of_a_file_say_together_how_they_are_written():
    assert has_months_first(["03/04/2026", "25/04/2026"], usual=True) is False
    assert has_months_first(["03/04/2026", "04/25/2026"], usual=False) is True
    assert [has_months_first(["03/04/2026"], usual=usual) for usual in (True, False)] == [True, False]


LABELS = st.lists(
    st.text(st.sampled_from("ab, ;é"), min_size=1, max_size=8).filter(lambda text: text == text.strip(" ,;")),
    min_size=1, max_size=5, unique_by=heading_key,
)  # fmt: skip


@given(LABELS, st.data())
def test_a_list_of_labels_is_read_back_whatever_the_labels_hold(labels, data):
    lookup = {heading_key(label): str(at) for at, label in enumerate(labels)}
    # labels that are one another's pieces can be read in two ways: those are not drawn
    pieces = [heading_key(piece) for label in labels for piece in label.split(", ")]
    if len(set(pieces)) < len(pieces):
        return
    chosen = data.draw(st.lists(st.sampled_from(labels), unique=True))
    codes, rest = split_choices(lookup, ", ".join(chosen), ", ")
    assert (codes, rest) == ([str(labels.index(label)) for label in chosen], [])


def test_a_list_without_end_is_not_read():
    assert split_choices({"a": "a"}, ", ".join(["a"] * 100_000), ", ")[0] == []
