"""A survey from a file, in the JSON form of `definition`."""

from pathlib import Path

from surveys.definition import Survey
from surveys.definition_reader import load_survey
from surveys.problems import Problem, SurveyError

SIZE_LIMIT = 5_000_000


def read_survey(path: Path) -> Survey:
    """Read a survey; its shape is checked, not its sense (see completeness.check_survey).

    Raises `SurveyError`: file.missing, file.folder, file.empty, file.too_large, file.unreadable, definition.…
    Places begin with the name of the file.
    """
    text = read_text(path)
    try:
        return load_survey(text)
    except SurveyError as error:
        raise in_file(path, error) from None


def in_file(path: Path, error: SurveyError) -> SurveyError:
    """Return the same error with the name of the file before each place."""

    def placed(problem: Problem) -> Problem:
        place = f"{path.name}, {problem.place}" if problem.place else path.name
        return Problem(problem.code, place, problem.values)

    return SurveyError.from_problems(placed(problem) for problem in error.problems)


def read_text(path: Path) -> str:
    """Return the text of a small file that a person wrote; raises `SurveyError` (codes file.…)."""
    if not path.exists():
        raise SurveyError.of("file.missing", path.name)
    if path.is_dir():
        raise SurveyError.of("file.folder", path.name)
    try:
        size = path.stat().st_size
        if size > SIZE_LIMIT:
            raise SurveyError.of("file.too_large", path.name, bytes=size, limit=SIZE_LIMIT)
        text = path.read_text(encoding="utf-8")
    except OSError:
        raise SurveyError.of("file.unreadable", path.name, reason="permission") from None
    except UnicodeDecodeError:
        raise SurveyError.of("file.unreadable", path.name, reason="encoding") from None
    if not text.strip():
        raise SurveyError.of("file.empty", path.name)
    return text
