"""A page's form is named after the columns, starts unticked and shows what was typed."""

from surveys.columns import columns_of
from surveys.definition import Choice, Question, Section, Survey
from surveys.forms import build_form, typed_cells
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
    ticked = build_form(_SURVEY.questions, "fr", _WORDS, {"agree": {"": "1"}})
    assert "checked" in str(ticked["agree"]())


def test_labels_are_in_the_language_or_in_the_other_where_one_is_missing():
    form = build_form(_SURVEY.questions, "fr", _WORDS)
    options = [option.label.text for option in form["role"]]
    assert options == ["Un", "Two", "Autre (précisez)", "Je ne sais pas"]
    assert [option.label.text for option in form["ease"]] == ["1 – Difficile", "2", "3", "4", "5 – Facile"]


def test_what_was_typed_is_shown_and_read_back_as_it_was():
    posted = _Posted(
        {
            "agree": ["y"],
            "idea": ["  l’été ici"],
            "role": ["other"],
            "role.other": ["autre"],
            "roles.b": ["", "y"],
            "order.b": ["1"],
            "order.a": ["1er"],
            "ease": ["2"],
            "unknown": ["x"],
        }
    )
    typed = {question.code: typed_cells(question, posted) for question in _SURVEY.questions}
    assert typed["role"] == {"": "other", "other": "autre"}
    assert typed["order"]["a"] == "1er"  # no rank, and still what the person typed
    form = build_form(_SURVEY.questions, "fr", _WORDS, typed)
    assert "checked" in str(form["agree"]())
    assert "  l’été ici" in str(form["idea"]())
    assert [option.data for option in form["role"] if option.checked] == ["other"]
    assert [option.data for option in form["ease"] if option.checked] == ["2"]
    assert (form["role.other"].data, form["order.a"].data) == ("autre", "1er")
    assert ("checked" in str(form["roles.b"]()), "checked" in str(form["roles.a"]())) == (True, False)


def test_words_are_escaped_where_they_are_drawn():
    hostile = {"idea": {"": "</textarea><script>"}}
    drawn = str(build_form(_SURVEY.questions, "fr", _WORDS, hostile)["idea"]())
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn
