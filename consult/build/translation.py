"""Both languages side by side, the gaps first; and a file of two columns for whoever translates elsewhere."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from consult.access import needs
from consult.build.blueprint import blueprint
from consult.build.found import Place, acting, find_place, lock_place
from consult.build.locations import Location, locate_text
from consult.build.translation_file import CSV, XLSX, FileText, read_texts, write_csv, write_xlsx
from consult.extensions import db
from consult.languages import interface_words
from consult.messages import problem_sentence
from consult.record.account import Role
from consult.record.survey_translation import NewText, digest_of_text, save_texts
from consult.uploads import allow_large_forms
from surveys.cleaning import clean_text
from surveys.localised import Localised
from surveys.problems import SurveyError
from surveys.texts import walk_texts

Answer: TypeAlias = Response | tuple[str, int]
# Every text of a large survey, twice, and what a form puts around it.
_MOST_BYTES = 4_000_000


@dataclass(frozen=True)
class Row:
    """One text of the page; `state` is "missing", "waits", "conflict" or ''. `waits` is the language that waits."""

    name: str
    location: Location
    text: Localised
    seen: str
    state: str = ""
    waits: str = ""


allow_large_forms(blueprint, _MOST_BYTES, "build.translate", "build.receive_translation", is_typed=True)


@blueprint.get("/<code:code>/surveys/<survey>/translation")
@needs(Role.FACILITATOR)
def translation(code: str, survey: str) -> Answer:
    """Show every text in both languages."""
    place = find_place(code, survey)
    return _show(place, _rows(place))


@blueprint.post("/<code:code>/surveys/<survey>/translation")
@needs(Role.FACILITATOR)
def translate(code: str, survey: str) -> Answer:
    """Save what was changed; what others have changed meanwhile is shown again."""
    texts, right = _read_form()
    _consultation, row = lock_place(code, survey)
    refused = save_texts(db.session(), row, texts, right, acting())
    db.session.commit()
    if not refused:
        flash(_("The texts were saved."))
        return redirect(url_for("build.translation", code=code, survey=survey), 303)
    place = find_place(code, survey)
    rows = [
        Row(row.name, row.location, texts[row.name].text, row.seen, "conflict")
        for row in _rows(place)
        if row.name in refused
    ]
    problem = ngettext(
        "%(num)d text was changed by somebody else meanwhile. Theirs is kept; yours is below. Save it again to replace"
        " theirs.",
        "%(num)d texts were changed by somebody else meanwhile. Theirs are kept; yours are below. Save them again to"
        " replace theirs.",
        len(refused),
    )
    return _show(place, rows, problem=problem, theirs=dict(walk_texts(place.working.definition)), status=409)


@blueprint.get("/<code:code>/surveys/<survey>/translation/file")
@needs(Role.FACILITATOR)
def translation_file(code: str, survey: str) -> Response:
    """Send the texts as a file of two columns."""
    if request.args.get("format") not in (CSV, XLSX):  # the other language of what a file would change
        return redirect(url_for("build.translation", code=code, survey=survey), 303)
    place = find_place(code, survey)
    texts = list(walk_texts(place.working.definition))
    as_csv = request.args.get("format") == CSV
    content = write_csv(texts) if as_csv else write_xlsx(texts)
    kind = "text/csv; charset=utf-8" if as_csv else "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    answer = Response(content, content_type=kind)
    name = f"{place.survey.code}_fr_en.{CSV if as_csv else XLSX}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@blueprint.post("/<code:code>/surveys/<survey>/translation/file")
@needs(Role.FACILITATOR)
def receive_translation(code: str, survey: str) -> Answer:
    """Show what a translator's file would change; saving it is the same as saving the page."""
    place = find_place(code, survey)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _show(place, _rows(place), problem=_("Choose a file first."), status=422)
    words = interface_words(g.language)
    try:
        found = _read_file(sent.stream.read(_MOST_BYTES + 1), sent.filename)
    except SurveyError as error:
        first = error.problems[0]
        sentence = problem_sentence(first.code, first.place, first.values, words)
        return _show(place, _rows(place), problem=sentence, status=422)
    present = {row.name: row for row in _rows(place)}
    unknown = [each for each in found if each.name not in present]
    changed = [
        Row(each.name, present[each.name].location, wanted, present[each.name].seen)
        for each in found
        if each.name in present and (wanted := each.over(present[each.name].text)) != present[each.name].text
    ]
    theirs = {row.name: row.text for row in present.values()}
    return _show(place, changed, is_file=True, unknown=len(unknown), theirs=theirs)


def _read_file(content: bytes, name: str) -> list[FileText]:
    if len(content) > _MOST_BYTES:
        raise SurveyError.of("file.too_large", name[:80], bytes=len(content), limit=_MOST_BYTES)
    with tempfile.TemporaryDirectory(prefix="consult-") as folder:
        path = Path(folder) / ("texts.xlsx" if content.startswith(b"PK") else "texts.csv")
        path.write_bytes(content)
        try:
            return read_texts(path)
        except SurveyError as error:  # the person knows the file by their own name for it
            raise SurveyError.of(error.problems[0].code, name[:80], **error.problems[0].values) from None


def _read_form() -> tuple[dict[str, NewText], set[str]]:
    """Return the texts by name, and the names of the translations that are right as they are."""
    texts: dict[str, NewText] = {}
    right: set[str] = set()
    for field in request.form:
        kind, colon, name = field.partition(":")
        if not colon:
            continue
        if kind == "seen":
            text = Localised(*(clean_text(request.form.get(f"{each}:{name}", "")) for each in ("en", "fr")))
            texts[name] = NewText(text, request.form[field])
        elif kind == "right":
            right.add(name)
    return texts, right


def _rows(place: Place) -> list[Row]:
    """Return every text: gaps first, then those that wait, then the others in their order."""
    words = interface_words(g.language)
    definition, stale = place.working.definition, place.working.stale
    rows = []
    for name, text in walk_texts(definition):
        waits = stale.get(name, [""])[0]
        state = "missing" if text.missing() else "waits" if waits else ""
        location = locate_text(name, definition, place.values, words)
        rows.append(Row(name, location, text, digest_of_text(text), state, waits))
    order = {"missing": 0, "waits": 1, "": 2}
    return sorted(rows, key=lambda row: order[row.state])


def _show(
    place: Place,
    rows: list[Row],
    *,
    problem: str = "",
    theirs: dict[str, Localised] | None = None,
    is_file: bool = False,
    unknown: int = 0,
    status: int = 200,
) -> Answer:
    page = render_template(
        "build/translation.html",
        place=place,
        consultation=place.consultation,
        rows=rows,
        problem=problem,
        theirs=theirs or {},
        is_file=is_file,
        unknown=unknown,
        is_part=bool(theirs) or is_file,
    )
    return page, status
