"""Sentences for codes: where it is, what is wrong, what to do.

Here are the codes that a person can meet on the command line: those of files, of surveys being checked, of the analysis
and its output, of settings, and of a database that cannot take a change. What the record refuses on a page, and what
is wrong with a participant's answer, will get their sentences with those pages.
"""

from collections.abc import Callable, Mapping
from gettext import NullTranslations

from consult.exchange_messages import exchange_problems

Words = NullTranslations
Sentences = dict[str, str]


def problem_sentence(code: str, place: str, values: Mapping[str, str | int], words: Words) -> str:
    """Return the sentence for a problem, its place in front. An unknown code is shown as it is: better than silence."""
    template = _problems(words).get(f"{code}.{values.get('reason')}") or _problems(words).get(code, code)
    sentence = template % values if "%(" in template else template
    if not place:
        return sentence
    if "line" in values and not code.startswith("definition."):
        place = words.gettext("%(place)s, line %(line)s") % {"place": place, "line": values["line"]}
    return words.gettext("%(place)s: %(sentence)s") % {"place": place, "sentence": sentence}


def set_aside_reason(code: str, words: Words) -> str:
    """Return why answers were set aside."""
    _ = words.gettext
    return {
        "empty": _("Left blank"),
        "no_words": _("No words, only signs or numbers"),
        "says_nothing": _("Says that there is nothing to say (“nothing to add”, “n/a”)"),
        "other_language": _("Written in neither French nor English: waits for a translation"),
        "repeated": _("The same person saying the same thing again"),
        "no_shared_words": _("No word that any other answer uses"),
        "fits_none": _("Fits none of the themes found earlier"),
        "few_in_language": _("Too few answers in this language to be grouped by their words"),
    }[code]


def ground(code: str, words: Words) -> str:
    """Return why there are as many themes as there are."""
    _ = words.gettext
    return {
        "asked_for": _("This number of themes was asked for."),
        "two_each": _(
            "Fewer themes were asked for. Each language was grouped by itself, and one theme for a language would be"
            " the language: so each has two."
        ),
        "comes_back": _(
            "Of the numbers tried, this one weighs best three things together: the themes come back when the program"
            " leaves out one answer in five, they stand clearly apart, and there are as many as a committee can read."
            " What a few people, six or more, say alike and others do not may have a theme besides."
        ),
        "none_comes_back": _(
            "The answers single out no number of themes: none comes back well when the program leaves out one"
            " answer in five. This one weighs best how well themes come back, how clearly they stand apart, and how"
            " many a committee can read. Asking for slightly more or slightly fewer is just as sound. What a few"
            " people, six or more, say alike and others do not may have a theme besides."
        ),
        # what runs kept from version 0.3 may say
        "rule_of_thumb": _(
            "The answers single out no number of themes: none comes back well when the program leaves out one"
            " answer in five. A rule of thumb was used (the square root of half the number of answers, between 4 and"
            " 12). Asking for slightly more or slightly fewer is just as sound."
        ),
        "few_answers": _("There are too few answers for more themes."),
    }[code]


def engine(name: str, words: Words) -> str:
    """Return what an engine does."""
    _ = words.gettext
    return {
        "hybrid": _(
            "Answers were compared by their meaning, with a multilingual sentence encoder that runs on this machine,"
            " and by their words; French and English answers were placed together."
        ),
        "sentence": _(
            "Answers were compared by their meaning, with a multilingual sentence encoder that runs on this machine;"
            " French and English answers were placed together."
        ),
        "tfidf": _(
            "Answers were compared by the words they share (TF-IDF). Words alone cannot join French and English"
            " answers: each language is grouped by itself."
        ),
    }[name]


def language_name(code: str, words: Words) -> str:
    """Return the name of a language."""
    _ = words.gettext
    return {"fr": _("French"), "en": _("English")}[code]


def channel_name(code: str, words: Words) -> str:
    """Return how a response came, in the same words on every page and in every file."""
    _ = words.gettext
    return {
        "web": _("On the web"),
        "paper": _("On paper"),
        "phone": _("By telephone"),
        "import": _("From a file"),
        "discussion": _("In a discussion"),
        "focus_group": _("In a focus group"),
        "interview": _("In an interview"),
    }[code]


def _file_problems(words: Words) -> Sentences:
    _ = words.gettext
    return {
        "file.missing": _("there is no such file. Check the name and the folder."),
        "file.old_word": _("this is an old Word file (.doc), or a locked one. Save it as DOCX, without a password."),
        "file.not_word": _("this is not a Word document. Save the notes as DOCX, TXT or CSV."),
        "file.folder": _("this is a folder. Name the CSV or XLSX file inside it."),
        "file.empty": _("the file is empty. Export the answers again."),
        "file.binary": _("this is not a CSV or XLSX file. Save the answers as CSV or XLSX."),
        "file.old_excel": _("this is an old Excel file (.xls). Open it in Excel and save it as XLSX or CSV."),
        "file.too_large": _("the file is too large. Split it, or keep only the columns that are needed."),
        "file.too_many_columns": _(
            "the file has %(columns)s columns; at most %(limit)s can be read. Keep only the columns that are needed."
        ),
        "file.no_rows": _("there is a heading but no answer below it."),
        "file.unreadable.password": _("the workbook is locked. Take off its password."),
        "file.unreadable.damaged": _("the workbook is damaged. Save it again as XLSX or CSV."),
        "file.unreadable.permission": _("the file cannot be opened: it may be locked or belong to somebody else."),
        "file.unreadable.encoding": _("the letters cannot be read. Save the file again as “CSV UTF-8”."),
        "file.bad_quotes": _("a quotation mark is opened and never closed. Export the file again, or close it."),
        "column.missing": _("there is no column “%(column)s”. The columns are: %(columns)s."),
        "column.duplicate": _("several columns are called “%(column)s”. Rename all but one."),
        "column.unnamed": _("column %(position)s has no name. Name it in the heading."),
        "row.too_long": _("this row has more cells than the heading. A quotation mark may be missing around a text."),
    }


def _survey_problems(words: Words) -> Sentences:
    _ = words.gettext
    return {
        "file.not_text": _("this is not a text file in UTF-8. Save the survey as JSON in UTF-8."),
        "definition.not_json": _("this is not JSON (line %(line)s, column %(column)s). Correct it there."),
        "definition.format": _("this format is not known. The format must be %(supported)s."),
        "definition.repeated_key": _("“%(key)s” stands twice. Take one away."),
        "definition.missing_key": _("this is missing. Add it."),
        "definition.unknown_key": _("this is not known. Take it away, or correct its name."),
        "definition.wrong_type": _("this is of the wrong kind. Expected: %(expected)s."),
        "survey.empty": _("the survey has no section. Add one."),
        "section.empty": _("the section has no question. Add one, or take the section away."),
        "question.unknown_type": _("this question type does not exist. Correct it."),
        "question.special_not_possible": _("this type of question cannot offer this answer. Take it away."),
        "question.too_few_choices": _("the list has too few choices. Give at least %(minimum)s."),
        "question.choices_not_used": _("this type of question has no choices. Take them away."),
        "question.too_many_choices": _("the list is too long for this type of question. Keep at most %(maximum)s."),
        "question.too_few_rows": _("the question has too few rows. Give at least %(minimum)s."),
        "question.rows_not_used": _("this type of question has no rows. Take them away."),
        "question.takes_no_answer": _("a text between questions cannot be required. Make it optional."),
        "choice.always_compared": _("every choice is compared with the others. Show it to everybody."),
        "choice.exclusive_misused": _("an exclusive choice is only for questions with several choices. Remove it."),
        "code.bad_format": _("this code cannot be used. Use small letters, digits and _, beginning with a letter."),
        "code.reserved": _("Consult needs this code for itself. Choose another."),
        "code.duplicate": _("this code is used twice. Give one of them another code."),
        "setting.missing": _("this setting is missing. Add it."),
        "setting.unknown": _("this setting does not exist. Take it away."),
        "setting.wrong_type": _("this setting is of the wrong kind. Correct it."),
        "setting.out_of_range": _("this setting must be from %(lowest)s to %(highest)s."),
        "setting.not_a_date": _("this is no day. Write it as 2026-11-22."),
        "setting.dates_out_of_order": _("the last day is before the first. Correct one of them."),
        "translation.missing": _("the text is missing in one language (%(language)s). Add it."),
    }


def _condition_problems(words: Words) -> Sentences:
    _ = words.gettext
    return {
        "condition.syntax": _("the condition cannot be read from character %(position)s on. Correct it there."),
        "condition.unknown_function": _("there is no function “%(name)s” (character %(position)s). Take it away."),
        "condition.too_complex": _("the condition is too long or too deep. Say it more simply."),
        "condition.unknown_question": _("the condition names “%(question)s”, and no question to answer has this code."),
        "condition.unknown_choice": _("the condition names “%(choice)s”, and “%(question)s” has no such choice."),
        "condition.forward": _(
            "the condition hangs on “%(question)s”, which is not asked before. Move one of them, or change"
            " the condition."
        ),
        "condition.loop": _(
            "the condition hangs on “%(question)s”, which hangs on this question in turn. Change one of the two."
        ),
        "condition.never": _("no answer can meet this condition: nobody would ever see this. Correct the condition."),
        "condition.compares_text_with_number": _(
            "the condition compares “%(question)s” with a number where its answer is a text, or the"
            " reverse. Correct it."
        ),
        "condition.on_first_page": _(
            "the consents of the first section are asked before anything else: they cannot have a"
            " condition. Take it away."
        ),
        "condition.no_question": _("the check names no question. Say which answers it is about."),
        "condition.unknown_operator": _("this comparison does not exist. Choose one from the list."),
        "condition.bad_value": _(
            "this value cannot be compared with. Choose a choice, or write a number of 0 or more."
        ),
        "piping.syntax": _(
            "an earlier answer is named in a way that cannot be read (%(language)s). Write ${code} or"
            " ${code|otherwise}."
        ),
        "piping.unknown_question": _("the text names “%(question)s”, and no question to answer has this code."),
        "piping.forward": _(
            "the text repeats the answer to “%(question)s”, which is not asked before. Move one of them."
        ),
        "piping.no_alternative": _(
            "the answer to “%(question)s” may be blank here. Say what stands in its place: ${%(question)s|…}."
        ),
        "piping.not_possible": _("this text is the same for everybody: it cannot repeat an answer. Take ${…} away."),
    }


def _analysis_problems(words: Words) -> Sentences:
    _ = words.gettext
    return {
        "answers.none": _("none of the %(rows)s rows holds any text in this column. Name the column with the answers."),
        "answers.nobody_quotable": _(
            "the column that says who may be quoted holds neither yes nor no (1, yes, oui, x or 0, no, non). Name"
            " another column."
        ),
        "settings.group": _("--group %(column)s: this column holds the answers or whose they are. Name another."),
        "answers.too_few": _(
            "only %(contributions)s of the %(rows)s rows say something that can be placed; it takes %(least)s to look"
            " for themes. Read them instead."
        ),
        "answers.identical": _("all %(contributions)s answers say the same thing, so there is nothing to group."),
        "answers.too_alike": _("the %(contributions)s answers are too much alike to be grouped. Read them instead."),
        "answers.no_shared_words": _(
            "too few of the %(contributions)s answers share a word, so words cannot group them. Use --engine sentence."
        ),
        "answers.too_few_by_language": _(
            "words alone group each language by itself, and none has %(least)s answers that share words. Read the"
            " %(contributions)s answers instead, or use --engine sentence."
        ),
        "answers.other_language": _("none of the %(rows)s rows is in French or English. Translate the answers first."),
        "join.chosen": _(
            "--join: columns and settings are those of the earlier result. Give only the new answers, --join,"
            " --earlier, --out and --keep-vectors."
        ),
        "join.not_ours": _(
            "there is no result here that answers can join. Name a folder that “consult themes” of this version wrote."
        ),
        "join.other_answers": _(
            "these are not the answers that the earlier result was made of, or they have changed since. Give: %(files)s"
        ),
        "join.missing_answers": _("--earlier %(file)s is missing: the earlier result was made of these answers too."),
        "join.theme_empty": _("one of the earlier themes has none of its answers any more. Find the themes anew."),
        "settings.themes": _("--themes %(themes)s: give a number from 2 to %(most)s, or leave it out."),
        "settings.too_many_themes": _(
            "--themes %(themes)s: there are only %(distinct)s different answers. Ask for fewer themes."
        ),
        "settings.seed": _("--seed %(seed)s: give a whole number from 0 to 4294967295."),
        "engine.unknown": _("--engine %(engine)s: there is no such engine. The engines are: %(engines)s."),
        "engine.missing": _("--engine %(engine)s: this needs %(package)s, which is not installed. Use --engine tfidf."),
    }


def _output_problems(words: Words) -> Sentences:
    _ = words.gettext
    return {
        "out.file": _("this is a file. Give --out the name of a folder."),
        "out.not_ours": _(
            "the folder holds something other than an earlier result. Give --out a new or an empty folder."
        ),
        "out.holds_answers": _("the answers lie in this folder. Give --out another one, so that they stay untouched."),
        "kept.denied": _("nothing can be kept there. Give --keep-vectors the name of a folder that you may write to."),
        "out.denied": _("nothing can be written there. Give --out another folder."),
        "settings.secret_missing": _(
            "this setting is missing. Set it to a secret of your own, of at least %(least)s characters, and keep it."
        ),
        "settings.secret_short": _("this secret is too short. It takes at least %(least)s characters."),
    }


def _command_problems(words: Words) -> Sentences:
    _ = words.gettext
    return {
        "consultation.exists": _("there is a consultation with this code already. Give this one another code."),
        "consultation.bad_dates": _("the last day is before the first day. Change one of them."),
        "record.busy": _("The database is busy with another program. Nothing was changed. Try again in a minute."),
        "record.read_only": _("The database can only be read. Allow this account to write to it and to its folder."),
        "record.full": _("The disk that holds the database is full. Nothing was changed. Make room, then try again."),
        "record.conflict": _("Another program stored the same thing first. Nothing was changed. Look, then try again."),
        "usage": _("%(message)s Try “%(command)s --help”."),
        "interrupted": _("Interrupted. %(outcome)s"),
        "unexpected": _("Consult failed (%(error)s). %(outcome)s Set CONSULT_DEBUG=1 to see where."),
    }


def _installation_problems(words: Words) -> Sentences:
    _ = words.gettext
    return {
        "settings.proxies": _("this must be a number from 0 to %(most)s: how many proxies stand in front."),
        "settings.least": _("this must be a number from %(least)s to %(most)s: the fewest people that may be shown."),
        "settings.mail_url": _(
            "this is no mail server. Give smtp://USER:PASSWORD@HOST:587?from=ADDRESS, or smtps:// on port 465. A"
            " password goes with encryption only."
        ),
        "settings.public_url": _("this is no address of a site. Give it as https://consult.example.org"),
        "serve.port": _("give a port from 0 to 65535."),
        "serve.port_taken": _("another program answers on this port. Stop it, or give another --port."),
        "serve.port_denied": _("this port is kept for the administrator of the machine. Give a --port from 1024 on."),
        "serve.host": _("this machine does not have this address. Give --host 127.0.0.1, or one of its own."),
        "serve.workers": _("give a number from 1 to %(most)s."),
        "database.address": _("this is no address of a database. Give sqlite:///FILE or postgresql://…"),
        "database.unreachable": _(
            "this database cannot be opened. Check CONSULT_DATABASE_URL, that the server runs, and that the folder"
            " exists and can be written to."
        ),
        "database.none": _("there is no database here yet. Make it first: consult db upgrade"),
        "database.behind": _("the tables are not those of this version. Run: consult db upgrade"),
        "database.ahead": _("a newer version of Consult made these tables. Install that version."),
        "backup.nothing": _("there is no Consult database to save here. Check CONSULT_DATABASE_URL."),
        "backup.exists": _("there is such a file already. Give another name, or --replace."),
        "backup.denied": _("this file cannot be read or written there. Check the name and the folder."),
        "backup.missing": _("there is no such file. Check the name and the folder."),
        "backup.not_ours": _("this is no backup of a Consult database. Nothing was changed."),
        "backup.damaged": _("this database is damaged. Nothing was changed. Use an earlier backup."),
        "backup.ahead": _("a newer version of Consult made this backup. Nothing was changed. Install that version."),
        "backup.other_kind": _(
            "this is a backup of another kind of database (SQLite or PostgreSQL). Nothing was changed."
        ),
        "backup.no_tool": _(
            "%(tool)s is missing. Install the PostgreSQL client (on Debian or Ubuntu: apt install postgresql-client)."
        ),
        "backup.old_tool": _("%(tool)s is older than the server. Install the client of the server’s version."),
        "backup.tool_failed": _("%(tool)s failed. Nothing was changed."),
        "restore.not_empty": _(
            "the database holds responses (%(responses)s). Nothing was changed. Save it first (consult backup), then"
            " add --replace."
        ),
        "restore.not_ours": _("the database holds tables that are not Consult’s. Nothing was changed. Give another."),
    }


def _account_problems(words: Words) -> Sentences:
    _ = words.gettext
    return {
        "settings.redis_missing": _(
            "this needs the package redis, which is not installed. Install it: pip install redis"
        ),
        "user.role": _("this role does not exist. Give facilitator, committee or administrator."),
        "user.language": _("give fr or en."),
        "user.consultation": _("there is no consultation with this code. The codes are: %(codes)s."),
        "user.joins_nothing": _(
            "an administrator belongs to no consultation. For that, make an account with another role."
        ),
        "account.bad_email": _("This is no e-mail address. Correct it."),
        "account.no_name": _("a name is missing. Give one."),
        "account.exists": _("this address has an account already. See: consult user list"),
        "account.missing": _("this address has no account. See: consult user list"),
        "password.no_terminal": _(
            "There is no terminal to ask for a password. Give it on standard input: --password-stdin"
        ),
        "password.encoding": _("the password is not text in UTF-8."),
        "password.differ": _("The two passwords differ. Nothing was changed. Try again."),
        "password.short": _("The password is too short: it takes at least %(least)s characters. Nothing was changed."),
        "password.long": _("The password is too long: it takes at most %(most)s characters. Nothing was changed."),
        "password.control": _("The password holds a character that cannot be typed. Nothing was changed."),
        "password.own_name": _("The password is the person’s name or address. Nothing was changed. Choose another."),
        "password.common": _("The password is one of the first to be guessed. Nothing was changed. Choose another."),
    }


def _export_problems(words: Words) -> Sentences:
    _ = words.gettext
    return {
        "export.consultation": _("there is no consultation with this code. The codes are: %(codes)s."),
        "export.survey": _("the consultation has no survey with this code. The codes are: %(codes)s."),
        "export.labels": _("give fr or en."),
        "report.not_yet": _("no report can be made yet: wait until the consultation is closed."),
        "export.format": _("there is no such format. Give one of: %(formats)s."),
        "export.kind": _("give codings or qdpx before the code of the consultation, or nothing for the responses."),
        "export.no_codings": _("no round of coding by hand is finished there: there is nothing to export."),
        "export.too_large": _("there is too much for this format: at most %(limit)s. Take csv or json."),
    }


_SENTENCES: tuple[Callable[[Words], Sentences], ...] = (
    _file_problems,
    _survey_problems,
    _condition_problems,
    _analysis_problems,
    _output_problems,
    _command_problems,
    _export_problems,
    exchange_problems,
    _installation_problems,
    _account_problems,
)


def _problems(words: Words) -> Sentences:
    return {code: sentence for part in _SENTENCES for code, sentence in part(words).items()}
