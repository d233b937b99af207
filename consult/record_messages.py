"""Sentences for what the record refuses on a page: what is wrong, and what to do.

Like `consult.messages`, which has those of the command line; a code without a sentence here is a fault of the page.
"""

from gettext import NullTranslations

from consult.record.errors import RecordError
from surveys.localised import Localised
from surveys.problems import Problem

Words = NullTranslations


def refusal(error: RecordError, words: Words) -> str | None:
    """Return the sentence for a refusal, or None where the page has nothing to say about it."""
    sentences = _refusals(words)
    return sentences.get(f"{error.code}.{error.values.get('state')}") or sentences.get(error.code)


def gap(problem: Problem, groups: dict[str, Localised], language: str, words: Words) -> str:
    """Return what stops a consultation from opening, with its place; `groups` are their names by code."""
    _ = words.gettext
    if problem.code == "translation.missing":
        name, _dot, missing = problem.place.rpartition(".")
        sentence = {
            "fr": _("%(place)s: the French text is missing."),
            "en": _("%(place)s: the English text is missing."),
        }[missing]
        return sentence % {"place": _place(name, groups, language, words)}
    return {
        "survey.unpublished": _("No survey has been published yet: there is nothing to answer."),
        "question.not_consent": _(
            "The survey does not ask, as a consent, the question that lets people be quoted. Publish a survey that"
            " does."
        ),
        "consultation.closes_in_past": _("The last day for answering has passed. Give a later one first."),
    }[problem.code]


def _place(name: str, groups: dict[str, Localised], language: str, words: Words) -> str:
    _ = words.gettext
    if name.startswith("groups."):
        code = name.removeprefix("groups.")
        return _("Name of the group “%(group)s”") % {"group": groups.get(code, Localised()).shown(language)[1] or code}
    return {"title": _("Title"), "mandate": _("Mandate"), "promise": _("Promise to participants")}[name]


def _refusals(words: Words) -> dict[str, str]:
    _ = words.gettext
    closed = _("Nothing was changed: the consultation is closed, and that is for good.")
    return {
        "consultation.bad_transition.draft": _("Nothing was changed: the consultation has not been opened yet."),
        "consultation.bad_transition.open": _("Nothing was changed: the consultation is open already."),
        "consultation.bad_transition.paused": _("Nothing was changed: the consultation is paused already."),
        "consultation.bad_transition.closed": closed,
        "consultation.closed": closed,
        "consultation.incomplete": _("The consultation cannot be opened yet. What is missing is listed below."),
        "consultation.dates_changed": _(
            "Nothing was changed: somebody else has given other dates meanwhile. Yours are still in the form: save them"
            " again to replace theirs."
        ),
        "consultation.bad_dates": _("The last day is before the first day. Change one of them."),
        "consultation.closes_in_past": _("The last day has passed. Choose today or a later day."),
        "record.busy": _("Nothing was changed: the database is busy. Try again in a minute."),
        **_entry_refusals(words),
        **_mail_refusals(words),
        **_board_refusals(words),
        **_coding_refusals(words),
        **_priority_refusals(words),
    }


def _entry_refusals(words: Words) -> dict[str, str]:
    """Return the sentences about codes, and about forms that are typed in."""
    _ = words.gettext
    return {
        "code.count": _("Write how many codes, from 1 to 500."),
        "code.unknown": _("No code of this consultation is written so. Check each character on the form."),
        "code.answered": _(
            "Answers were already received with this code, online or from another form. This form is not counted a"
            " second time: nothing was stored."
        ),
        "code.begun": _(
            "Somebody has begun to answer online with this code, and has not sent it. Nothing was stored yet: choose"
            " below what to do."
        ),
        "code.needed": _("Write the code that is on the form: without it, its person cannot go on online."),
        "form.number": _("Write the number of the form, a whole number from 1 up."),
        "form.number_taken": _("Another form of this batch has this number. Nothing was stored: write another number."),
        "form.missing": _("This form is no longer in the batch."),
        "batch.closed": _("This batch is closed: nothing was stored. Begin another one."),
        "batch.in_future": _("The day of arrival is still to come. Write the day on which the forms arrived."),
        "batch.late": _("These forms arrived after the last day for answering. They cannot be counted."),
        "batch.name_too_long": _("The name is too long. Write at most 100 characters."),
        "batch.bad_day": _("Write the day of arrival as year, month and day, such as 2026-10-18."),
        "second.too_soon": _("You typed this form in today. Somebody else can type it again, or you, another day."),
        "second.not_drawn": _("This form was not drawn for a second entry."),
        "response.withdrawn": _("The person has withdrawn these answers: there is nothing left to change."),
        "consultation.not_accepting": _("The consultation does not take answers now. Nothing was stored."),
    }


def _mail_refusals(words: Words) -> dict[str, str]:
    """Return the sentences about contacts and messages."""
    _ = words.gettext
    return {
        "contact.bad_email": _("This is no e-mail address. Write one, such as name@example.org."),
        "contact.too_long": _("This is too long. Write at most 200 characters."),
        "contact.exists": _("Somebody with this address is in the list already."),
        "contacts.too_many": _("There would be more than 20,000 people. Nobody was added. Remove some first."),
        "contacts.refused": _("The list or the groups changed meanwhile. Nobody was added. Check the file again."),
        "group.unknown": _("This consultation has no such group. Use a group’s code or name, or leave it empty."),
        "language.unknown": _("The language must be French or English."),
        "mail.not_open": _("Nothing was sent: people cannot answer. Open the consultation, or give a later last day."),
        "mail.not_closed": _("Nothing was sent: the results can be announced once the consultation is closed."),
        "mail.bad_subject": _("Write a subject of at most 150 characters."),
        "mail.bad_text": _("Write a text of at most 4,000 characters."),
        "mail.bad_hours": _("Choose hours from 0 to 23."),
        "mail.bad_days": _("Write a number of days, from 1 to 60."),
    }


def _coding_refusals(words: Words) -> dict[str, str]:
    """Return the sentences about coding by hand."""
    _ = words.gettext
    return {
        "coding.no_themes": _("No theme of this board is accepted yet: there is no theme book to code with."),
        "coding.nothing": _("There is nothing to draw: every contribution was moved by hand, corrected or withdrawn."),
        "coding.coders": _("Choose one coder, or two different people, among those who may read contributions."),
        "coding.size": _("Write a whole number of at least 100. Where there are fewer, all are drawn."),
        "coding.twice": _("Write a whole number of at least 100. Where there are fewer, the second one codes all."),
        "coding.seed": _("Write a whole number from 0 to 2,147,483,647."),
        "coding.item_missing": _("This contribution was withdrawn or corrected, or there is nothing to settle in it."),
        "coding.stopped": _("Nothing was changed: this round was stopped."),
        "coding.finished": _("Nothing was changed: you have finished this round."),
        "coding.unfinished": _("Nothing was changed: somebody is still coding."),
        "coding.left": _("Some contributions have no codes yet, or were put off. Code them first."),
        "coding.theme_unknown": _("Nothing was changed: this theme is not in the theme book of the round."),
        "coding.note_too_long": _("This is too long. Write at most 500 characters."),
    }


def _priority_refusals(words: Words) -> dict[str, str]:
    """Return the sentences about the rules of priorities, and about ballots made of themes."""
    _ = words.gettext
    return {
        "rule.changed": _("Nothing was signed: somebody else has signed meanwhile. Read theirs, then sign again."),
        "rule.needs_reason": _("People can answer already. Say why the rule changes: the report prints it."),
        "rule.made": _("Nothing was signed: the ranking was made for good, by the rule that stood then."),
        "rule.out_of_range": _(
            "Nothing was signed: a number or a group is not one that can be used. Load the page again."
        ),
        "ballot.too_few_themes": _(
            "Tick more themes: a ballot takes two, and sets of the most and least important three."
        ),
        "ballot.too_many_themes": _("Tick 30 themes at most: nobody can compare more."),
        "ballot.title_missing": _("Write a title and a question, in at least one language."),
        "theme.missing": _("Nothing was changed: a theme is not on the board any more. Load the page again."),
    }


def _board_refusals(words: Words) -> dict[str, str]:
    """Return the sentences about boards of themes."""
    _ = words.gettext
    gone = _("Nothing was changed: the theme was merged, split or undone meanwhile. Look at the history.")
    return {
        "act.nothing": _("Nothing was changed: it was so already."),
        "act.missing": _("Nothing was changed: there is no such act."),
        "theme.missing": gone,
        "theme.gone": gone,
        "label.missing": _("Write a name, in one language at least."),
        "label.too_long": _("The name is too long. Write at most 200 characters."),
        "description.too_long": _("The description is too long. Write at most 2,000 characters."),
        "reason.too_long": _("The reason is too long. Write at most 500 characters."),
        "merge.itself": _("Nothing was changed: tick at least one theme, and choose another into which it goes."),
        "move.nowhere": _("Nothing was changed: choose where the contributions go."),
        "move.nothing": _("Nothing was changed: tick the contributions to move."),
        "move.too_many": _("Nothing was changed: move at most 500 contributions at once."),
        "move.same": _("Nothing was changed: they stand there already."),
        "move.gone": _("Nothing was changed: some of it was moved meanwhile. What is there now is shown."),
        "nest.too_deep": _("Nothing was changed: there are two levels, and no more."),
        "split.one_part": _("Nothing was split: two parts at least must hold something."),
        "split.bad_number": _("Nothing was changed: a theme is split into two to five parts."),
        "split.missing": _("Nothing was changed: the proposal is not there any more."),
        "place.no_themes": _("Nothing was placed: accept themes first, so that there is where to place."),
        "undo.already": _("Nothing was changed: somebody has undone this already."),
        "undo.permanent": _("What the program placed is not undone: move the contributions instead."),
    }
