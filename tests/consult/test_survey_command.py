"""`consult survey` brings surveys in and takes them out, and names whatever is not carried over."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from openpyxl import load_workbook

from consult.languages import LANGUAGES, interface_words
from consult.messages import problem_sentence
from tests.surveys.exchange.limesurvey_samples import new_layout

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "consult" / "sample" / "survey.json"
CODE = re.compile(r'"((?:import|xlsform|limesurvey|qualtrics|survey|file)\.[a-z_]+)"')
NOT_CODES = {"survey.json"}


def test_a_survey_goes_out_as_a_form_and_comes_back_byte_for_byte(run, tmp_path):
    form, back = tmp_path / "form.xlsx", tmp_path / "back.json"
    code, out, err = run("fr", "survey", "export", SAMPLE, "--format", "xlsform", "--out", form)
    assert (code, "Remarques\u00a0: 1" in out, err.count("\n")) == (0, True, 1)
    assert load_workbook(form).sheetnames == ["survey", "choices", "settings", "consult"]
    assert load_workbook(form)["consult"].sheet_state == "hidden"
    code, out, err = run("fr", "survey", "import", form, "--out", back)
    assert (code, err) == (0, "")
    assert back.read_bytes() == SAMPLE.read_bytes()
    assert run("en", "survey", "export", form, "--format", "json", "--out", back)[0] == 0
    assert back.read_bytes() == SAMPLE.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["back.json", "form.xlsx"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "survey.lss, Q4: the relevance equation cannot be carried over: write the condition again."),
        ("fr", "survey.lss, Q4\u00a0: l’équation de pertinence ne peut pas être reprise\u00a0: écrivez la condition"),
    ],
)
def test_every_notice_is_one_line_of_standard_error(run, tmp_path, language, said):
    source, out = tmp_path / "survey.lss", tmp_path / "survey.json"
    source.write_bytes(new_layout())
    code, printed, err = run(language, "survey", "import", source, "--out", out)
    lines = err.splitlines()
    assert code == 0
    assert any(line.startswith(said) for line in lines)
    assert all(line.startswith("survey.lss") for line in lines)
    assert str(len(lines)) in printed
    assert run(language, "survey", "check", out)[0] == 2  # the gaps that the import left are for the builder


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("import", "none.lss", "--out", "x.json"), "there is no such file"),
        (("import", "bad.lss", "--out", "x.json"), "the XML is damaged"),
        (("import", "good.json"), "--out is missing"),
        (("import", "good.json", "--out", "folder"), "this is a folder"),
        (("import", "good.json", "--out", "nowhere/x.json"), "nothing can be written there"),
        (("export", "good.json", "--format", "pdf", "--out", "x"), "there is no such format"),
        (("check", "bad.lss"), "this is not JSON"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_writes_nothing(run, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    Path("bad.lss").write_text("<document>")
    Path("good.json").write_bytes(SAMPLE.read_bytes())
    Path("folder").mkdir()
    code, out, err = run("en", "survey", *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.lss", "folder", "good.json"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_the_exchange_has_its_sentence(language):
    folder = ROOT / "surveys" / "exchange"
    codes = {code for path in folder.glob("*.py") for code in CODE.findall(path.read_text("utf-8"))} - NOT_CODES
    assert {"xlsform.not_said", "limesurvey.split", "qualtrics.no_total", "import.more"} <= codes
    words = interface_words(language)
    values = defaultdict(lambda: "3", reason="unsafe")
    bare = [code for code in sorted(codes) if problem_sentence(code, "", values, words) == code]
    assert bare == []
