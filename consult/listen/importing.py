"""Import of notes: a file is read and shown, and only then kept, all of it or nothing.

As with responses, the server keeps nothing between the two steps: the confirmation brings the file again (imports.js
does so for the person), and its SHA-256 must be that of the file that was shown.
"""

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from consult.access import needs
from consult.exports.csv_text import restore
from consult.extensions import db
from consult.languages import LANGUAGES, interface_words
from consult.listen.blueprint import blueprint
from consult.listen.places import Place, by_heading, find_place, not_found_as_404
from consult.listen.words import kind_names, problem_words, refusal_words, said_by_names
from consult.manage.private_files import private_folder
from consult.messages import problem_sentence
from consult.record.account import Role
from consult.record.audit import record_action
from consult.record.consultation import Consultation
from consult.record.database import begin
from consult.record.errors import RecordError
from consult.record.session_import import ImportedStatement, check_statements, import_statements
from consult.record.session_notes import NewStatement, SaidBy
from consult.uploads import allow_large_forms
from surveys.exchange.guess_language import guess_language
from surveys.exchange.session_notes import GuideLine, ReadNotes, ReadStatement, list_speakers, read_notes
from surveys.exchange.word_document import PACKED_LIMIT
from surveys.problems import Problem, SurveyError

_LONGEST_NAME = 80
_GUESS = "guess"
Answer: TypeAlias = Response | tuple[str, int]


@dataclass(frozen=True)
class _Upload:
    """A file as it was sent: its name, its digest, that of what was shown, what it holds, and its statements."""

    name: str
    digest: str
    shown: str
    notes: ReadNotes
    rows: tuple[ImportedStatement, ...]


@dataclass(frozen=True)
class _Choices:
    """What the form says for all statements of a file."""

    language: str
    may_quote: bool
    keeps_names: bool


allow_large_forms(blueprint, PACKED_LIMIT, "listen.receive_notes")


@blueprint.get("/manage/<code:code>/sessions/<int:session_id>/import")
@needs(Role.FACILITATOR)
@not_found_as_404
def import_notes(code: str, session_id: int) -> Answer:
    """Ask for the file."""
    begin(db.session(), read_only=True)
    return _show_form(find_place(code, session_id))


@blueprint.post("/manage/<code:code>/sessions/<int:session_id>/import")
@needs(Role.FACILITATOR)
@not_found_as_404
def receive_notes(code: str, session_id: int) -> Answer:
    """Show what a file would bring; where it comes with the digest of what was shown, keep it."""
    begin(db.session(), read_only=True)
    place = find_place(code, session_id)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _show_form(place, [_("Choose the file to import.")])
    chosen = _read_choices(place)
    name = _shown_name(sent)
    try:
        upload = _read_upload(sent, name, place, chosen)
    except SurveyError as error:
        return _show_form(place, [_file_words(each, name) for each in error.problems[:20]])
    problems = check_statements(db.session(), place.consultation, upload.rows)
    if problems or "digest" not in request.form:
        return _show_preview(place, upload, chosen, problems)
    if request.form["digest"] != upload.shown:
        return _show_form(place, [_("This is not the file that was checked. Nothing was imported. Check this file.")])
    db.session.commit()  # ends the reading
    try:
        return _store(code, session_id, place.consultation, upload)
    except RecordError as error:
        sentence = refusal_words(error)
        if sentence is None:
            raise
        db.session.rollback()
        begin(db.session(), read_only=True)
        return _show_form(find_place(code, session_id), [sentence])


def _store(code: str, session_id: int, consultation: Consultation, upload: _Upload) -> Response:
    begin(db.session())
    report = import_statements(db.session(), consultation, session_id, upload.rows, upload.digest)
    listening = find_place(code, session_id).listening
    record_action(db.session(), current_user.id, "session.imported", listening, now=datetime.now(UTC))
    db.session.commit()
    if report.added:
        flash(_("%(count)s statements were imported.", count=str(report.added)))
    else:
        flash(_("Nothing was imported: every statement of this file is here already."))
    return redirect(url_for("listen.session", code=code, session_id=session_id), 303)


def _read_choices(place: Place) -> _Choices:
    language = request.form.get("language", "")
    return _Choices(
        language if language in LANGUAGES else _GUESS,
        request.form.get("may_quote") == "1" and place.listening.may_quote,
        request.form.get("keeps_names") == "1",
    )


def _read_upload(sent: FileStorage, name: str, place: Place, chosen: _Choices) -> _Upload:
    """Read a file from a folder that nobody else can open, and that is gone at the end."""
    guide = [
        GuideLine(each.code, number, (each.text.fr, each.text.en)) for number, each in enumerate(place.asked, start=1)
    ]
    with tempfile.TemporaryDirectory(dir=private_folder(db.engine)) as folder:
        path = Path(folder) / f"file{Path(name).suffix.lower()}"
        sent.save(path)
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        notes = read_notes(path, guide)
    choices = f"{chosen.language}/{chosen.may_quote}/{chosen.keeps_names}"
    rows = tuple(ImportedStatement(str(each.place), _statement(each, place, chosen)) for each in notes.statements)
    return _Upload(name, digest, hashlib.sha256(f"{digest}/{choices}".encode()).hexdigest(), notes, rows)


def _statement(read: ReadStatement, place: Place, chosen: _Choices) -> NewStatement:
    """Return a statement of a file as it is to be kept: without who said it, unless a name was none."""
    text = f"{read.speaker} {read.text}" if chosen.keeps_names and read.speaker else read.text
    language = read.language or (_guess(text, place) if chosen.language == _GUESS else chosen.language)
    group = next(
        (
            code
            for code, name in place.groups.items()
            if read.group and read.group.casefold() in {code, name.fr.casefold(), name.en.casefold()}
        ),
        read.group,
    )
    may_quote = chosen.may_quote if read.may_quote is None else read.may_quote and place.listening.may_quote
    return NewStatement(restore(text), language, read.question, SaidBy(read.said_by), read.is_quote, may_quote, group)


def _guess(text: str, place: Place) -> str:
    """Return the language of a text; where its small words do not tell, the first that was spoken."""
    is_open = guess_language(text) == "en" and guess_language(f"{text} le") == "fr"
    return place.listening.languages[0] if is_open else guess_language(text)


def _file_words(problem: Problem, name: str) -> str:
    """Return why a file cannot be read, in the words of one who has notes in it."""
    words = interface_words(g.language)
    _ = words.gettext
    sentences = {
        "notes.unknown_format": _("this is not a file that can be read here. Save the notes as DOCX, TXT or CSV."),
        "notes.empty": _("there is no statement in this file."),
        "file.unreadable.damaged": _("the document is damaged. Save it again as DOCX."),
        "file.unreadable.unsafe": _("the document declares things that could harm. Save it again as DOCX in Word."),
        "file.too_large": _("the file is too large: 5 MB and 2000 statements at most. Split it."),
    }
    known = sentences.get(f"{problem.code}.{problem.values.get('reason')}") or sentences.get(problem.code)
    if problem.code == "notes.bad_cell":
        line = _("Line %(line)s") % {"line": problem.place}
        return _("%(place)s: %(sentence)s") % {"place": line, "sentence": problem_words(problem)}
    if known is None:
        return problem_sentence(problem.code, name, problem.values, words)
    return _("%(place)s: %(sentence)s") % {"place": name, "sentence": known}


def _shown_name(sent: FileStorage) -> str:
    name = (sent.filename or "").replace("\\", "/").rpartition("/")[2]
    return name if len(name) <= _LONGEST_NAME else "…" + name[-_LONGEST_NAME:]


def _show_form(place: Place, problems: list[str] | None = None) -> Answer:
    spoken = place.listening.languages
    page = render_template(
        "listen/import.html",
        place=place,
        consultation=place.consultation,
        problems=problems or [],
        kinds=kind_names(),
        usual=spoken[0] if len(spoken) == 1 else _GUESS,
    )
    return page, 422 if problems else 200


def _show_preview(place: Place, upload: _Upload, chosen: _Choices, problems: list[Problem]) -> Answer:
    found: dict[str, list[tuple[ReadStatement, NewStatement]]] = {}
    for read, row in zip(upload.notes.statements, upload.rows, strict=True):
        found.setdefault(row.statement.question or "", []).append((read, row.statement))
    page = render_template(
        "listen/import_preview.html",
        place=place,
        consultation=place.consultation,
        upload=upload,
        chosen=chosen,
        found=found,
        headings=by_heading(place, []),
        speakers=list(list_speakers(upload.notes)),
        refused=[(each.place, problem_words(each)) for each in problems],
        said_by=said_by_names(),
        kinds=kind_names(),
    )
    return page, 422 if problems else 200
