"""A page's form is named after the columns, starts unticked and reads what was posted."""

from surveys.answers import check_answers
from surveys.columns import columns_of
from surveys.definition import Choice, Question, Section, Survey
from surveys.forms import build_form, read_form
from surveys.localised import Localised

_TEXT = Localised("Text", "Texte")
_CHOICES = (
    Choice("a", Localised("One", "Un")),
    Choice("b", Localised("Two")),
    Choice("z", _TEXT, retired=True),
)
_SURVEY = Survey(
    "plan",
    _TEXT,
    sections=(
        Section(
            "first",
            _TEXT,
            questions=(
                Question("agree", "consent", _TEXT),
                Question("idea", "long_text", _TEXT),
                Question(
                    "role",
                    "single_choice",
                    _TEXT,
                    offers=("dont_know",),
                    settings=(("has_other", True),),
                    choices=_CHOICES,
                ),
                Question("roles", "several_choices", _TEXT, choices=_CHOICES),
                Question("order", "ranking", _TEXT, choices=_CHOICES),
                Question(
                    "ease",
                    "scale",
                    _TEXT,
                    settings=(("high", Localised("Easy", "Facile")), ("low", Localised("Hard", "Difficile"))),
                ),
            ),
        ),
    ),
)
_WORDS = {"other": "Autre (précisez)", "dont_know": "Je ne sais pas"}


class _Posted(dict[str, list[str]]):
    def getlist(self, name: str) -> list[str]:
        return self.get(name, [])


def test_inputs_have_the_names_of_the_columns_but_for_retired_choices():
    form = build_form(_SURVEY.questions, "fr", _WORDS)
    names = [column.name for column in columns_of([_SURVEY])]
    assert [field.name for field in form] == [name for name in names if name not in ("roles.z", "order.z")]


def test_consent_is_unticked_until_somebody_ticks_it():
    assert "checked" not in str(build_form(_SURVEY.questions, "fr", _WORDS)["agree"]())
    ticked = build_form(_SURVEY.questions, "fr", _WORDS, posted=_Posted(agree=["y"]))
    assert "checked" in str(ticked["agree"]())


def test_labels_are_in_the_language_or_in_the_other_where_one_is_missing():
    form = build_form(_SURVEY.questions, "fr", _WORDS)
    options = [option.label.text for option in form["role"]]
    assert options == ["Un", "Two", "Autre (précisez)", "Je ne sais pas"]
    assert [option.label.text for option in form["ease"]] == ["1 – Difficile", "2", "3", "4", "5 – Facile"]


def test_what_was_posted_is_read_and_checked():
    posted = _Posted(
        {
            "agree": ["y"],
            "idea": ["l’été\r\nici"],
            "role": ["other"],
            "role.other": ["autre"],
            "roles.b": ["y"],
            "order.b": ["1"],
            "order.a": [""],
            "ease": ["2"],
            "unknown": ["x"],
        }
    )
    raw = read_form(_SURVEY.questions, build_form(_SURVEY.questions, "fr", _WORDS, posted=posted))
    values, problems = check_answers(_SURVEY, raw, final=True)
    assert problems == ()
    assert values.pop("agree")["given"] is True
    assert values == {
        "idea": {"text": "l’été\nici"},
        "role": {"choice": "other", "other": "autre"},
        "roles": {"choices": ["b"]},
        "order": {"ranking": ["b"]},
        "ease": {"point": 2},
    }


def test_words_are_escaped_where_they_are_drawn():
    hostile = {"idea": {"text": "</textarea><script>"}}
    drawn = str(build_form(_SURVEY.questions, "fr", _WORDS, saved=hostile)["idea"]())
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn
