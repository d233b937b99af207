"""Sentences about surveys from other tools: why a file is refused, and what of it was not carried over."""

from gettext import NullTranslations

Sentences = dict[str, str]


def exchange_problems(words: NullTranslations) -> Sentences:
    """Return the sentences of the codes that reading and writing surveys give, by code."""
    return (
        _refusals(words) | _shared(words) | _xlsform(words) | _own_form(words) | _limesurvey(words) | _qualtrics(words)
    )


def _refusals(words: NullTranslations) -> Sentences:
    _ = words.gettext
    return {
        "file.unknown_format": _(
            "no survey can be read here. Give Consult’s own JSON, an XLSForm (.xlsx), a LimeSurvey structure (.lss or"
            " .txt) or a Qualtrics file (.qsf)."
        ),
        "file.unreadable.unsafe": _(
            "the workbook holds XML declarations that no spreadsheet needs, and that can do harm: it is not read. Save"
            " it again as XLSX or CSV."
        ),
        "survey.out_is_folder": _("this is a folder. Give --out the name of a file."),
        "survey.out_denied": _("nothing can be written there. Give --out another file."),
        "import.too_many_questions": _(
            "there are %(count)s questions; at most %(limit)s can be read. Split the survey."
        ),
        "import.too_many_choices": _("there are %(count)s choices; at most %(limit)s can be read. Shorten the lists."),
        "xlsform.no_survey_sheet": _("the workbook has no sheet called “survey”: this is not an XLSForm."),
        "xlsform.no_questions": _("the sheet “survey” holds no question. Its columns “type” and “name” are needed."),
        "xlsform.unclosed": _("the group “%(name)s” begins here and never ends. Add a row “end_group”."),
        "xlsform.nothing_to_end": _("a group ends here that never began. Take the row away."),
        "xlsform.too_deep": _("groups stand in more than %(limit)s groups here. Take some away."),
        "limesurvey.bad_xml": _("the XML is damaged. Export the survey from LimeSurvey again."),
        "limesurvey.unsafe_xml": _("the XML declares a document type, which is not read. Export the survey again."),
        "limesurvey.not_a_survey": _("this is not a LimeSurvey survey. Export its structure (.lss)."),
        "limesurvey.no_questions": _("the survey holds no question. Export its structure again."),
        "limesurvey.bad_table": _("the table is damaged here. Export the structure again."),
        "qualtrics.not_a_survey": _(
            "this is not a Qualtrics survey, or not one that can be understood. Export it again."
        ),
        "qualtrics.no_questions": _("the survey holds no question. Export it again."),
    }


def _shared(words: NullTranslations) -> Sentences:
    _ = words.gettext
    return {
        "import.choices_renamed": _(
            "choices of the list “%(list)s” with other codes: %(count)s, such as “%(new)s” for “%(old)s”."
        ),
        "import.code_renamed": _("the code is now “%(new)s” instead of “%(old)s”."),
        "import.codes_lowered": _("codes written in small letters: %(count)s."),
        "import.language_assumed": _("the columns name no language; the texts were taken for %(language)s."),
        "import.language_left_out": _("texts in this language were left out: %(language)s."),
        "import.markup": _("formatting was taken off this text: read it again."),
        "import.more": _("further remarks, which are not listed: %(count)s."),
        "import.other_left_out": _("“Other” was left out: this type of question does not take it (list “%(list)s”)."),
        "import.reference_lost": _("the text repeats an answer that is not there: “…” stands in its place."),
        "import.special_answer": _("the choice “%(name)s” became an answer that Consult words itself."),
    }


def _xlsform(words: NullTranslations) -> Sentences:
    _ = words.gettext
    return {
        "xlsform.language_left_out": _("the column was left out: “%(language)s” is neither French nor English."),
        "xlsform.repeated_column": _("the column “%(column)s” stands twice: only the first was read."),
        "xlsform.column_left_out": _("the column “%(column)s” was left out."),
        "xlsform.cell_left_out": _("what the column “%(column)s” says here was left out."),
        "xlsform.appearance_left_out": _("the appearance “%(appearance)s” was left out."),
        "xlsform.parameter_left_out": _("the parameter “%(parameter)s” was left out."),
        "xlsform.message_left_out": _("the message was left out: Consult words this one itself."),
        "xlsform.condition_left_out": _(
            "the condition in the column “%(column)s” cannot be carried over: write it again."
        ),
        "xlsform.type_left_out": _("“%(name)s” was left out: Consult has nothing like the type “%(type)s”."),
        "xlsform.no_list": _("“%(name)s” was left out: the list “%(list)s” has no choices."),
        "xlsform.no_name": _("the row has no name: it was given one."),
        "xlsform.name_repeated": _("the name “%(name)s” is used twice: this one was given another."),
        "xlsform.choice_incomplete": _("the choice was left out: it has no list or no name."),
        "xlsform.choice_repeated": _("the choice “%(name)s” stands twice in the list “%(list)s”: the first was kept."),
        "xlsform.repeat": _("the group “%(name)s” is no longer repeated: its questions are asked once."),
        "xlsform.required_for_all": _("some rows of the table were required: now all are."),
        "xlsform.range_as_number": _("the range became a number with bounds."),
        "xlsform.range_from_one": _("the scale began at %(start)s: it now goes from 1 to %(points)s."),
        "xlsform.specify_text": _("the text of “%(name)s” was left out: “Other” asks for it in its own words."),
    }


def _own_form(words: NullTranslations) -> Sentences:
    _ = words.gettext
    return {
        "xlsform.own_sheet": _("the hidden sheet “consult” was changed: only the visible sheets were read."),
        "xlsform.group_changed": _(
            "rows of this question were changed (%(type)s): they stay several questions. Check them."
        ),
        "xlsform.not_said": _("only Consult will find this in the form: %(what)s."),
        "xlsform.other_form": _("the form has no such type (%(type)s): the nearest form was written."),
    }


def _limesurvey(words: NullTranslations) -> Sentences:
    _ = words.gettext
    return {
        "limesurvey.attribute_left_out": _("the setting “%(attribute)s” was left out."),
        "limesurvey.code_repeated": _("the code “%(name)s” is used twice: only the first was kept."),
        "limesurvey.comment_left_out": _(
            "the comment beside the choice was left out: ask it in a question of its own."
        ),
        "limesurvey.condition_left_out": _("the relevance equation cannot be carried over: write the condition again."),
        "limesurvey.expression_left_out": _(
            "an expression in braces was taken out of the text: “…” stands in its place."
        ),
        "limesurvey.hidden_left_out": _("the question was left out: it was always hidden."),
        "limesurvey.no_group": _("the question was left out: its group is not there."),
        "limesurvey.part_left_out": _("this part was left out: %(part)s (%(count)s)."),
        "limesurvey.row_lost": _("line %(line)s was left out: it belongs to no question."),
        "limesurvey.scale_ends": _("the ends of the scale have no words. Add them."),
        "limesurvey.soft_mandatory": _("a reminder to answer was left out: the question is optional now."),
        "limesurvey.split": _("the question was split into questions under one text: %(count)s."),
        "limesurvey.translation_lost": _("line %(line)s translates no line of the first language: it was left out."),
        "limesurvey.type_left_out": _("the question was left out: Consult has nothing like the type “%(type)s”."),
    }


def _qualtrics(words: NullTranslations) -> Sentences:
    _ = words.gettext
    return {
        "qualtrics.block_left_out": _("a setting of the block was left out: %(what)s."),
        "qualtrics.element_left_out": _("this part was left out: %(part)s."),
        "qualtrics.flow_left_out": _("a step of the survey flow was left out: %(type)s."),
        "qualtrics.from_one": _("the scale began at 0: it now goes from 1 to 11."),
        "qualtrics.logic_left_out": _("the display logic cannot be carried over: write the condition again."),
        "qualtrics.no_total": _("no total was given: 100 points are to be shared out. Check it."),
        "qualtrics.not_in_flow": _("questions left out, because no block of the survey shows them: %(count)s."),
        "qualtrics.piping_left_out": _("piped text was taken out: “…” stands in its place."),
        "qualtrics.setting_left_out": _("a setting was left out: %(what)s."),
        "qualtrics.split": _("the table was split into questions under one text: %(count)s."),
        "qualtrics.text_entry_left_out": _("the text field beside the choice “%(choice)s” was left out."),
        "qualtrics.type_left_out": _("the question was left out: Consult has nothing like the type “%(type)s”."),
    }
