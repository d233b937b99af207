"""What is wrong with a file of responses, for the person who has the file open: where, why, what to do."""

from collections.abc import Mapping

from consult.languages import Formats
from consult.messages import Words, problem_sentence
from surveys.definition import Question
from surveys.problems import Problem


def file_sentence(problem: Problem, name: str, words: Words) -> str:
    """Return why a file cannot be read, its name in front."""
    if problem.code in _FILE_CODES:
        sentence = _file_sentences(words)[problem.code] % problem.values
        return words.gettext("%(place)s: %(sentence)s") % {"place": name, "sentence": sentence}
    return problem_sentence(problem.code, name, problem.values, words)


def form_sentence(code: str, words: Words) -> str:
    """Return what is wrong with the form itself."""
    _ = words.gettext
    return {
        "import.no_file": _("Choose the file to import."),
        "import.other_file": _(
            "This is not the file that was checked: it differs in at least one character. Nothing was imported. Check"
            " this file, or choose the other one."
        ),
        "import.bad_day": _("This is not a day. Write the year, the month and the day: 2026-10-18."),
        "import.other_version": _(
            "The survey was published anew since the file was checked. Nothing was imported. Check the file again."
        ),
    }[code]


def row_sentence(problem: Problem, question: Question | None, language: str, words: Words) -> str:
    """Return why a row is refused; an unknown code is shown as it is: better than silence."""
    values: dict[str, str | int] = dict(problem.values)
    if question is not None and "choice" in values:
        values["choice"] = _choice_label(question, str(values["choice"]), language)
    sentences = (
        {"answer.check": f"%({language})s"}
        | _answer_sentences(words)
        | _counted_sentences(values, words)
        | _row_sentences(words)
    )
    number = Formats(language).number
    written = {name: number(value) if isinstance(value, int) else value for name, value in values.items()}
    return sentences.get(problem.code, problem.code) % written


def _choice_label(question: Question, code: str, language: str) -> str:
    return next((choice.label.shown(language)[1] for choice in question.choices if choice.code == code), code)


_FILE_CODES = frozenset({"column.missing", "import.no_question"})


def _file_sentences(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        "column.missing": _(
            "there is no column “%(column)s” among those of the file (%(columns)s). Add it, with a value in each row."
        ),
        "import.no_question": _(
            "no column is named after a question of this survey. Choose a file that belongs to this consultation."
        ),
    }


def _row_sentences(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        "import.no_reference": _("The row has no name. Give each row a name or a number of its own."),
        "import.bad_date": _("This is not a day. Write the year, the month and the day: 2026-10-18."),
        "import.date_out_of_range": _("The day must be from %(first)s to today, %(last)s. Correct it."),
        "import.same_reference": _(
            "An earlier row has the same name in “response” and other answers. Give each row a name of its own."
        ),
        "import.elsewhere": _(
            "This response was exported from another consultation or another survey. Choose the right file."
        ),
        "group.unknown": _("This consultation has no such group. Use a group’s code or name, or leave the cell empty."),
        "language.unknown": _("The language must be fr or en."),
    }


def _counted_sentences(values: Mapping[str, str | int], words: Words) -> dict[str, str]:
    ngettext = words.ngettext
    limit = int(values.get("limit", 0))
    return {
        "answer.too_long": ngettext(
            "The text has %(length)s characters; at most %(limit)s can be kept. Shorten it.",
            "The text has %(length)s characters; at most %(limit)s can be kept. Shorten it.",
            limit,
        ),
        "answer.too_few": ngettext(
            "At least %(limit)s choice must be given; there are %(chosen)s.",
            "At least %(limit)s choices must be given; there are %(chosen)s.",
            limit,
        ),
        "answer.too_many": ngettext(
            "At most %(limit)s choice may be given; there are %(chosen)s.",
            "At most %(limit)s choices may be given; there are %(chosen)s.",
            limit,
        ),
    }


def _answer_sentences(words: Words) -> dict[str, str]:
    _ = words.gettext
    unreadable = _("The cell cannot be read as an answer to this question. Correct it, or empty it.")
    unknown = _("The question has no such choice. Use a choice’s code or label.")
    return {
        "answer.malformed": unreadable,
        "answer.required": _("An answer to this question is required, and the cell is empty."),
        "answer.unknown_choice": unknown,
        "answer.not_offered": unknown,
        "answer.retired_choice": _("“%(choice)s” is no longer offered. Use another choice, or empty the cell."),
        "answer.exclusive": _("One of these choices stands alone. Keep only that one, or only the others."),
        "answer.other_not_chosen": _("There is a text for “Other” beside another choice. Clear one of the two."),
        "answer.out_of_range": _("The number must be from %(lowest)s to %(highest)s."),
        "answer.not_a_rank": _("A rank is a whole number from 1 to %(highest)s, or nothing."),
        "answer.same_rank": _("Rank %(rank)s is given twice. Give each rank once."),
        "answer.ranked_twice": _("An item is ranked twice. Rank each once."),
        "answer.other_consent_text": _("This agreement was given to another text. Empty the cell."),
        "answer.not_a_number": _("This is not a number."),
        "answer.too_many_decimals": _("The number has too many decimals: at most %(limit)s."),
        "answer.too_small": _("The number must be at least %(minimum)s."),
        "answer.too_large": _("The number must be at most %(maximum)s."),
        "answer.not_a_date": _("This is not a day. Write the year, the month and the day: 2026-10-18."),
        "answer.too_early": _("The day must not be before %(earliest)s."),
        "answer.too_late": _("The day must not be after %(latest)s."),
        "answer.row_missing": _("Each line of this question needs an answer, and one has none."),
        "answer.set_missing": _("Each set of this question needs an answer, and set %(set)s has none."),
        "answer.pair_missing": _("Each pair of this question needs an answer, and one has none."),
        "answer.best_is_worst": _("In set %(set)s the same item is chosen twice. Choose two."),
        "answer.not_points": _("Points are whole numbers, 0 or more."),
        "answer.wrong_total": _("The points come to %(shared)s instead of %(total)s."),
        "answer.special_and_answer": _("There is an answer beside “I don’t know” or the like. Keep one of the two."),
        "answer.unknown_question": _("The version of the survey that the row names does not ask this. Empty the cell."),
    }
