"""A survey from a file in any of the formats that Consult reads, told apart by what the file holds."""

import tempfile
from pathlib import Path

from surveys.definition_reader import survey_from_json
from surveys.exchange.encoding import detect_encoding
from surveys.exchange.imported import ImportedSurvey, NoticeBook, Words, check_size
from surveys.exchange.limesurvey import make_survey
from surveys.exchange.limesurvey_lss import read_lss
from surveys.exchange.limesurvey_tsv import looks_like_tsv, read_tsv
from surveys.exchange.qualtrics import looks_like_qsf, read_qsf
from surveys.exchange.survey_file import in_file
from surveys.exchange.workbook import OLD_EXCEL_MARK, refuse_old_format
from surveys.exchange.xlsform_tables import read_tables
from surveys.exchange.xlsform_writer import read_any_xlsform
from surveys.json_reader import parse_json
from surveys.problems import SurveyError

SIZE_LIMIT = 10_000_000
NO_WORDS: Words = {}
_ZIP_MARK = b"PK\x03\x04"
_XML_MARKS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\x00<")


def read_survey_file(source: Path | bytes, name: str = "", words: Words = NO_WORDS) -> ImportedSurvey:
    """Read a survey from our JSON, an XLSForm (.xlsx), LimeSurvey (.lss, .txt) or Qualtrics (.qsf).

    `source` is a file, or what somebody uploaded, called `name`; `words` are the platform's labels by language
    (“other”, the special values, yes and no), so that these are known in an XLSForm. The survey's shape is right; its
    sense is for `check_survey`, and what was not carried over is in the notices.

    Raises `SurveyError`, its places beginning with the name of the file: file.…, definition.…, xlsform.…,
    limesurvey.…, qualtrics.…, import.…
    """
    if isinstance(source, Path):
        return _read(source, words)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (Path(name).name.replace("\0", "")[:100] or "survey")
        path.write_bytes(source)
        return _read(path, words)


def _read(path: Path, words: Words) -> ImportedSurvey:
    if not path.exists():
        raise SurveyError.of("file.missing", path.name)
    if path.is_dir():
        raise SurveyError.of("file.folder", path.name)
    try:
        size = path.stat().st_size
        if size > SIZE_LIMIT:
            raise SurveyError.of("file.too_large", path.name, bytes=size, limit=SIZE_LIMIT)
        content = path.read_bytes()
    except OSError:
        raise SurveyError.of("file.unreadable", path.name, reason="permission") from None
    if not content.strip():
        raise SurveyError.of("file.empty", path.name)
    try:
        return _read_content(path, content, words)
    except SurveyError as error:
        raise error if all(_names(path, each.place) for each in error.problems) else in_file(path, error) from None


def _names(path: Path, place: str) -> bool:
    return place == path.name or place.startswith(f"{path.name}, ")


def _read_content(path: Path, content: bytes, words: Words) -> ImportedSurvey:
    if content.startswith(OLD_EXCEL_MARK):
        refuse_old_format(path)
    if content.startswith(_ZIP_MARK):
        return read_any_xlsform(read_tables(path), path.name, words)
    if content.lstrip().startswith(_XML_MARKS):
        notices = NoticeBook()
        return make_survey(read_lss(content, path.name, notices), path.name, path.stem, notices)
    text = content.decode(detect_encoding(path).codec).removeprefix("\ufeff")
    if text.lstrip().startswith("{"):
        return read_qsf(text, path.name) if looks_like_qsf(text) else _read_own(text, path.name)
    if looks_like_tsv(text):
        notices = NoticeBook()
        return make_survey(read_tsv(text, path.name, notices), path.name, path.stem, notices)
    raise SurveyError.of("file.unknown_format", path.name)


def _read_own(text: str, name: str) -> ImportedSurvey:
    """Read our JSON; raises import.too_many_questions and import.too_many_choices before anything is made of it."""
    value = parse_json(text)
    questions = [question for section in _listed(value, "sections") for question in _listed(section, "questions")]
    listed = (len(_listed(question, key)) for question in questions for key in ("choices", "rows"))
    check_size(name, len(questions), sum(listed))
    return ImportedSurvey(survey_from_json(value))


def _listed(value: object, key: str) -> list[object]:
    """Return a list in an object; an empty one where there is none: what is wrong is told later."""
    inside = value.get(key) if isinstance(value, dict) else None
    return inside if isinstance(inside, list) else []
