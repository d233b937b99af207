"""Sentences for what the record and `surveys` refuse in the builder, and for advice before publishing."""

from collections.abc import Mapping

from consult.messages import Words, problem_sentence
from consult.record.errors import RecordError
from consult.record_messages import refusal as other_refusal
from surveys.localised import Localised
from surveys.problems import Problem, SurveyError


def refusal(error: RecordError | SurveyError, words: Words) -> str | None:
    """Return the sentence for a refusal, or None where the builder has nothing to say about it."""
    if isinstance(error, SurveyError):
        code = error.problems[0].code
        return _edit_refusals(words).get(code)
    return {**_survey_refusals(words), **_team_refusals(words)}.get(error.code) or other_refusal(error, words)


def input_sentence(code: str, words: Words) -> str:
    """Return what is wrong with what was typed into one input."""
    return _edit_refusals(words)[code]


def form_sentence(code: str, words: Words) -> str:
    """Return what is wrong with an input of the form of a consultation."""
    _ = words.gettext
    own = {
        "title.missing": _("Type a title, in one language at least."),
        "contact.missing": _("Type whom people can ask: an address, a telephone number."),
        "choice.unknown": _("Choose one of the answers."),
        "day.unreadable": _(
            "This is no day that can be used. Write the year, the month and the day, such as 2026-10-18."
        ),
        "consultation.bad_dates": _("The last day is before the first day. Change one of them."),
    }
    return {**_edit_refusals(words), **_team_refusals(words), **own}[code]


def _edit_refusals(words: Words) -> dict[str, str]:
    _ = words.gettext
    gone = _("Nothing was changed: this is not in the survey any more. Somebody may have deleted it; it can be undone.")
    return {
        "edit.unknown_section": gone,
        "edit.unknown_question": gone,
        "edit.code_taken": _("This code is used already. Choose another."),
        "edit.bad_code": _("Use small letters without accents, digits and _, beginning with a letter."),
        "question.unknown_type": _("This type of question does not exist."),
        "text.too_long": _("This text is too long. Shorten it."),
        "number.not_whole": _("Write a whole number, such as 5, or leave it empty."),
    }


def _survey_refusals(words: Words) -> dict[str, str]:
    _ = words.gettext
    changed = _("Somebody else has changed this meanwhile. Nothing of theirs was lost, and yours is still in the form.")
    gone = _("Nothing was changed: this is not in the survey any more. Somebody may have deleted it; it can be undone.")
    return {
        "survey.question_changed": changed,
        "survey.section_changed": changed,
        "survey.opening_changed": changed,
        "survey.question_gone": gone,
        "survey.section_gone": gone,
        "survey.changed": _(
            "Nothing was published: somebody has changed the survey since you read this page. Read it again."
        ),
        "survey.incomplete": _("Nothing was published: the survey is not complete. What is missing is listed below."),
        "survey.contradicts": _(
            "Nothing was published: answers that were given already would mean something else. See below."
        ),
        "survey.exists": _("There is a survey with this code already in this consultation."),
        "survey.type_fixed": _(
            "This question was published: it keeps its type. Add another question, and delete this one."
        ),
        "survey.code_fixed": _("This question was published: it keeps its code, under which the answers are stored."),
        "survey.other_act": _(
            "Nothing was changed: somebody else has worked on the survey since this page was drawn. Read it again."
        ),
        "survey.published": _("Nothing was deleted: this survey was published, and people may have answered it."),
        "survey.nothing_to_undo": _("There is nothing left to undo."),
        "survey.nothing_to_redo": _("There is nothing to do again."),
    }


def _team_refusals(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        "account.bad_email": _("This is no e-mail address. Correct it."),
        "account.no_name": _("Type the person’s name."),
        "member.exists": _("This person is a member already. Remove them first to give them another part."),
        "member.closed": _("The account of this address was closed. An administrator can open it again."),
        "member.not_ready": _(
            "This person was invited to another consultation and has yet to choose a password. Invite them once they"
            " have."
        ),
        "member.last": _("This is the only facilitator. Invite another one first."),
        "membership.missing": _("This person is not a member any more."),
        "account.missing": _("This person is not a member any more."),
        "consultation.exists": _("Another consultation has this short name. Choose another."),
        "consultation.described": _(
            "Nothing was changed: somebody else has changed this page meanwhile. Yours is still in the form: save it"
            " again to replace theirs."
        ),
        "consultation.anonymity_fixed": _("What participants were promised is fixed since the opening."),
        "group.fixed": _("Since the opening a group cannot be removed: answers name it. Give it back its name."),
        "group.duplicate": _("Two groups have the same code. Change the name of one."),
    }


def gap_sentence(problem: Problem, words: Words) -> str:
    """Return what stops a survey from being published, without its place."""
    _ = words.gettext
    own = {
        "translation.missing.en": _("the English text is missing."),
        "translation.missing.fr": _("the French text is missing."),
        "question.type_changed": _("this question was published as another type. Undo that, or add a new question."),
        "choice.reused": _("this choice was retired, and its code cannot come back. Add it anew, under another code."),
    }
    key = f"{problem.code}.{problem.values['language']}" if problem.code == "translation.missing" else problem.code
    return own.get(key) or problem_sentence(problem.code, "", problem.values, words)


def advice_sentence(problem: Problem, groups: Mapping[str, Localised], language: str, words: Words) -> str:
    """Return a piece of advice, without its place; `groups` are the names of groups by code."""
    sentence = {**_survey_advice(words), **_consultation_advice(words)}[problem.code]
    values = dict(problem.values)
    if "group" in values:
        code = str(values["group"])
        values["group"] = groups.get(code, Localised()).shown(language)[1] or code
    return sentence % values if "%(" in sentence else sentence


def _survey_advice(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        "advice.many_questions": _(
            "There are %(count)s questions. Beyond %(most)s, more people stop on the way. Which ones would change a"
            " decision?"
        ),
        "advice.long": _("It takes about %(minutes)s minutes. Beyond %(most)s, more people stop on the way."),
        "advice.no_consent": _("Nobody is asked whether they agree to take part: there is no required agreement."),
        "advice.wide_matrix": _("%(count)s answers side by side do not fit on a phone. Five at most read well."),
        "advice.long_ranking": _(
            "Few people can rank %(count)s things. Offer %(most)s at most, or ask for best and worst instead."
        ),
        "advice.sensitive_without_way_out": _("This is sensitive: offer “I prefer not to answer”."),
        "advice.to_write": _("A text between brackets says what to write there: put your own words in its place."),
        "advice.asks_name": _(
            "This seems to ask for a name. An answer with a name is no longer anonymous: is it needed?"
        ),
        "advice.asks_health_number": _(
            "This seems to ask for a health, insurance or file number. Such a number must not be gathered here."
        ),
        "advice.small_group": _(
            "%(group)s: %(target)s people hoped for over %(regions)s regions is fewer than five in each. Such small"
            " numbers will be hidden from the committee. Join regions, or hear more people."
        ),
    }


def _consultation_advice(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        "advice.cannot_open": _(
            "The consultation cannot open yet: its title, mandate, promise or groups are not written in every language."
        ),
        "advice.translation_waits": _(
            "Some texts changed since they were translated: check that both languages still agree."
        ),
        "advice.no_contact": _("No contact is given: people would not know whom to ask."),
        "advice.no_closing_date": _("There is no last day for answering. People put off what has no date."),
        "advice.no_group_question": _(
            "No question says which group a person speaks for: responses cannot be counted by group."
        ),
        "advice.no_quote_question": _("No agreement lets people be quoted: nobody’s words can be shown."),
    }
