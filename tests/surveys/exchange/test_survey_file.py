"""A survey comes from a file, or the refusal names the file and the place."""

from pathlib import Path

import pytest

from surveys.definition import Section, Survey, dump_survey
from surveys.exchange import survey_file
from surveys.exchange.survey_file import read_survey
from surveys.localised import Localised
from surveys.problems import SurveyError

_SURVEY = Survey("plan", Localised("Plan", "Plan d’été"), sections=(Section("first", Localised("One", "Un")),))


def _refused(path: Path) -> list[tuple[str, str]]:
    with pytest.raises(SurveyError) as caught:
        read_survey(path)
    return [(problem.code, problem.place) for problem in caught.value.problems]


def test_a_survey_written_is_read_back_equal(tmp_path):
    path = tmp_path / "survey.json"
    path.write_text(dump_survey(_SURVEY), encoding="utf-8")
    assert read_survey(path) == _SURVEY
    path.write_text(dump_survey(_SURVEY), encoding="utf-8-sig")
    assert read_survey(path) == _SURVEY


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b" \n", "file.empty", "survey.json"),
        (b"\xe9\xe8", "file.unreadable", "survey.json"),
        (b"{", "definition.not_json", "survey.json"),
        (dump_survey(_SURVEY).replace("questions", "question").encode(), None, None),
    ],
)
def test_a_file_that_is_no_survey_is_refused(tmp_path, content, code, place):
    path = tmp_path / "survey.json"
    path.write_bytes(content)
    if code:
        assert _refused(path) == [(code, place)]
    else:
        assert _refused(path) == [
            ("definition.missing_key", "survey.json, sections[0].questions"),
            ("definition.unknown_key", "survey.json, sections[0].question"),
        ]


def test_no_file_a_folder_and_a_large_file_are_refused(tmp_path, monkeypatch):
    assert _refused(tmp_path / "none.json") == [("file.missing", "none.json")]
    assert _refused(tmp_path) == [("file.folder", tmp_path.name)]
    path = tmp_path / "survey.json"
    path.write_text(dump_survey(_SURVEY), encoding="utf-8")
    monkeypatch.setattr(survey_file, "SIZE_LIMIT", 10)
    assert _refused(path) == [("file.too_large", "survey.json")]
