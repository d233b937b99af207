"""What is really printed in a report is read again, form by form, and attacked: page, charts, CSV, Excel and Word.

The numbers come from the files themselves, not from what these were made of; the committee’s page of the same themes is
read beside them.
"""

import io
import re
import zipfile
from csv import reader as read_csv
from datetime import timedelta

import docx
import openpyxl
import pytest
import sqlalchemy as sa
from lxml import html

from consult.committee import themes
from consult.exports import report_layout
from consult.exports.report_blocks import Cell, Said
from consult.record.account import Role
from consult.record.consultation import ConsultationState, get_consultation, list_groups
from consult.record.database import unit_of_work
from consult.record.keys import Keyring
from consult.record.lifecycle import By
from consult.record.report import publish_snapshot
from consult.record.response import Response
from consult.record.withdrawal import withdraw_response
from consult.report import gather_themes
from consult.report.gather import make_snapshot
from consult.settings import Settings
from tests.consult.planted_run import NOW, plant_run
from tests.consult.test_attacker_views import LEAST, MANY, Reader, _few, _number, _show, _theme, _truth, _values

KEYRING = Keyring("an installation’s secret, for tests only")
_PEOPLE = re.compile(r"(\d[\d\u00a0\u202f,]*) (?:people|person|personnes?)\b")


@pytest.fixture
def reader(app, engine, sign_in, make_account, sample_code):
    browser = app.test_client()
    sign_in(browser, make_account("member@example.org", Role.COMMITTEE).email)
    with unit_of_work(engine, read_only=True) as session:
        return Reader(browser, sample_code, list_groups(session, get_consultation(session, sample_code)))


@pytest.fixture
def publish(engine, sample_code, facilitator):
    def make(day=0):
        by = By(facilitator.id, NOW + timedelta(days=day))
        with unit_of_work(engine) as session:
            consultation = get_consultation(session, sample_code)
            made = make_snapshot(session, consultation, Settings("sqlite://", "x" * 40), by)
            return publish_snapshot(session, consultation, made.public_id, by).public_id

    return make


# Each form as a list of tables, and a table as rows of texts, its headings first.


def _of_page(page):
    return [
        [[" ".join(cell.text_content().split()) for cell in row.xpath("./*")] for row in table.xpath(".//tr")]
        for table in page.xpath("//main//div[@class='report']//table")
    ]


def _of_csv(data, order):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist() if name.endswith(".csv")}
    tables = [list(read_csv(text.splitlines())) for text in files.values()]
    assert len(tables) == len(order)
    return sorted(tables, key=lambda table: order.index(_headings(table)))


def _of_xlsx(data):
    book = openpyxl.load_workbook(io.BytesIO(data))
    found = []
    for sheet in book.worksheets[1:]:
        rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        found.append([row for row in rows if len([cell for cell in row if cell]) > 1])
    return found


def _of_docx(data):
    document = docx.Document(io.BytesIO(data))
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]


def _headings(table):
    return tuple(table[0])


def _told(text):
    """Return a cell as a number between 0 and 1 or a whole one, or as its words."""
    plain = re.sub(r"[\s\u00a0\u202f]", "", text)
    if re.fullmatch(r"\d+%", plain):
        return float(plain[:-1]) / 100
    return float(plain.replace(",", "")) if re.fullmatch(r"\d+(?:,\d{3})*(?:\.\d+)?", plain) else plain


def _numbers(tables):
    """Return the numbers of tables of counts, cell by cell; what has words in it counts as it stands."""
    return [[[_told(cell) for cell in row[1:]] for row in table[1:]] for table in tables]


def _read_forms(reader, public_id, language):
    """Return the tables of every form of a report, by form, and its page."""
    address = f"/{language}/c/{reader.code}/report/{public_id}"
    page = html.fromstring(reader.browser.get(address).text)
    drawn = html.fromstring(reader.browser.get(f"/{language}/committee/{reader.code}/report/{public_id}").text)
    data = {form: reader.browser.get(f"{address}/{form}").data for form in ("csv", "xlsx", "docx")}
    tables = _of_page(page)
    forms = {
        "page": tables,
        "preview": _of_page(drawn),
        "csv": _of_csv(data["csv"], [_headings(table) for table in tables]),
        "xlsx": _of_xlsx(data["xlsx"]),
        "docx": _of_docx(data["docx"]),
    }
    return forms, page, data["docx"]


def _crossed(tables):
    """Return the tables of people by theme: of theme, or of theme and group or language."""
    return [table for table in tables if len(table) > 1 and re.search(r"(?:Wait|Attente) \d", table[1][0])]


def _row(row, truth):
    """Return which theme a row is of; one whose name is hidden the reader guesses by its people."""
    if re.search(r"(?:Wait|Attente) \d", row[0]):
        return _theme(row[0])
    if row[0] in {"All people", "Toutes les personnes"}:
        return "all"
    return next(theme for theme, counts in truth.items() if str(counts["people"]) in row)


def _note(reader, tables, truth, day="today"):
    """Take note of every number of the tables by theme; return how many there were."""
    count, values = 0, _values(truth)
    for table in _crossed(tables):
        heads = [reader.value.get(each) for each in table[0][1:]]
        column = "language" if "fr" in heads else "group"
        own = {value for value in heads if value}
        rest = [value for value in values[column] if value not in own]
        for row in table[1:]:
            theme = _row(row, truth)
            for heading, value, cell in zip(table[0][1:], heads, row[1:], strict=True):
                told = _number(cell)
                if told is None or "%" in cell or "." in cell:
                    continue
                key = (column, value) if value else "total"
                if heading in {"Others", "Autres"}:
                    key = ("together", tuple(rest))
                    parts = [(day, theme, (column, one)) for one in rest]
                    reader.attacker.add_up((day, theme, key), parts)
                count += 1
                reader.note((day, theme, key), told)
    return count


def _of_charts(page):
    """Return the numbers that charts print or say, and by chart the length of each bar with its number."""
    said, bars = set(), []
    for chart in page.xpath("//figure//*[local-name()='svg']"):
        values = chart.xpath(".//*[@class='value']/text()")
        said |= {_told(each) for value in values for each in re.findall(r"\d+%?", value)}
        spoken = chart.xpath("string(./*[local-name()='desc'])")
        for each in re.findall(r", (\d+) \(", spoken):
            said.add(float(each))
        drawn = chart.xpath(".//*[contains(concat(' ', @class, ' '), ' bar ')]")
        lengths = [float(bar.get("x")) + float(bar.get("width")) for bar in drawn]  # a hollow one begins at 1
        shown = [float(re.match(r"\d+", value)[0]) for value in values if re.match(r"\d+ ?\(", value)]
        if lengths:
            bars.append((lengths, shown))
    return said, bars


def test_every_form_prints_the_same_numbers_and_together_they_tell_of_nobody(reader, publish, engine, sample_code):
    truth = _truth(engine, plant_run(engine, sample_code, MANY))
    public_id, values, first = publish(), _values(truth), None
    for language in ("en", "fr"):
        assert reader.read_themes(language).xpath("//section[@aria-labelledby='numbers']//table")
        forms, page, word = _read_forms(reader, public_id, language)
        counted = {form: _numbers(_crossed(tables)) for form, tables in forms.items()}
        assert all(each == counted["page"] for each in counted.values())
        assert all(len(tables) == len(forms["page"]) for tables in forms.values())
        assert all(_note(reader, tables, truth) > 12 for tables in forms.values())
        only = [[[cell for cell in row if isinstance(cell, float)] for row in table] for table in counted["page"]]
        first = first or only
        assert only == first  # both languages
        known = {cell for table in _numbers(forms["page"]) for row in table for cell in row if isinstance(cell, float)}
        places = {_told(each) for table in forms["page"] for row in table for each in re.findall(r"\d+", " ".join(row))}
        said, bars = _of_charts(page)
        assert said <= known | places
        for lengths, shown in bars:  # no bar stands for a number that is not printed, and none is of another length
            assert len(lengths) == len(shown)
            assert [length / max(lengths) for length in lengths] == pytest.approx(
                [each / max(shown) for each in shown], abs=0.02
            )
        texts = [" ".join(page.xpath("string(//main)").split())]
        texts += [each.text for each in docx.Document(io.BytesIO(word)).paragraphs]
        sentences = {float(re.sub(r"\D", "", each)) for text in texts for each in _PEOPLE.findall(text)}
        assert sentences <= known | {5.0, 11.0, 20.0}
    reader.know(truth, values)
    few = _few(truth, values)
    assert len(few) > 40
    assert reader.attacker.narrow(few, LEAST - 1) == {}


def test_one_more_number_in_a_form_is_found(reader, publish, engine, sample_code, monkeypatch):
    """What the test above would say of a table that prints what the others hide."""
    truth = _truth(engine, plant_run(engine, sample_code, MANY))
    values, public_id = _values(truth), publish()
    usual = report_layout.cross_table

    def careless(question, table, least, voice):
        made = usual(question, table, least, voice)
        if table.column != "language":
            return made
        [row] = [row for row in made.rows if any(cell.number is None for cell in row[1:])][:1]
        theme = _theme(row[0].text.text)
        at = next(at for at, cell in enumerate(row) if at and cell.number is None)
        number = truth[theme]["language"][("fr", "en")[at - 1]]
        seen = (*row[:at], Cell(Said(str(number), voice.language), number), *row[at + 1 :])
        return type(made)(
            made.code, made.caption, made.headings, tuple(seen if each is row else each for each in made.rows)
        )

    before, _, _ = _read_forms(reader, public_id, "en")
    monkeypatch.setattr(report_layout, "cross_table", careless)
    after, _, _ = _read_forms(reader, public_id, "en")
    assert all(_numbers(_crossed(after[form])) != _numbers(_crossed(before[form])) for form in after)
    _note(reader, before["page"], truth)
    reader.know(truth, values)
    few = _few(truth, values)
    low = [(day, theme, key) for day, theme, key in few if key[0] == "language"]
    assert reader.attacker.narrow(low, LEAST - 1) == {}
    _note(reader, after["docx"], truth)
    cells = [("today", theme, ("language", value)) for theme in truth for value in values["language"]]
    small = [name for name in cells if truth[name[1]]["language"].get(name[2][1], 0) < 11]
    assert reader.attacker.narrow(small, 2)


# Themes of a first analysis and of a second, with the same people in all but those that were put together.
WORLDS = [
    ((7, 3, 2, 2, 2, 1, 1), 4),
    ((4, 3, 3, 2, 1), 3),
]


def _read_twice(reader, publish, engine, sample_code, weights, kept):
    """Read the report and the committee’s page of two analyses; return what is small at either date."""
    before = plant_run(engine, sample_code, weights)
    _show(engine, before)
    early = publish()
    assert reader.read_themes("en", "then").xpath("//section[@aria-labelledby='numbers']//table")
    assert _note(reader, _read_forms(reader, early, "en")[0]["page"], _truth(engine, before), "then") > 5
    after = plant_run(engine, sample_code, (*weights[:kept], sum(weights[kept:])))
    _show(engine, after)
    late = publish(day=3)
    assert early != late
    reader.read_themes("en", "now")
    forms, _, _ = _read_forms(reader, late, "en")
    truths = {"then": _truth(engine, before), "now": _truth(engine, after)}
    values, few = _values(truths["then"]), []
    for form in forms:
        _note(reader, forms[form], truths["now"], "now")
    for day, truth in truths.items():
        reader.know(truth, values, day)
        few += _few(truth, values, day)
    for key in ["total", *((column, value) for column in values for value in values[column])]:
        for theme in ["all", *range(1, kept + 1)]:
            reader.attacker.same(("then", theme, key), ("now", theme, key))
        joined = [("then", theme, key) for theme in range(kept + 1, len(weights) + 1)]
        reader.attacker.add_up(("now", kept + 1, key), joined)
    return few


@pytest.mark.parametrize(("weights", "kept"), WORLDS)
def test_two_reports_at_two_dates_tell_no_more_than_one(reader, publish, engine, sample_code, weights, kept):
    few = _read_twice(reader, publish, engine, sample_code, weights, kept)
    assert len(few) > 10
    assert reader.attacker.narrow(few, LEAST - 1) == {}


def test_the_same_two_reports_tell_of_people_where_the_second_has_all_its_tables(
    reader, publish, engine, sample_code, monkeypatch
):
    for where in (gather_themes, themes):
        monkeypatch.setattr(where, "was_another_shown", lambda *_: False)
    few = _read_twice(reader, publish, engine, sample_code, *WORLDS[0])
    assert reader.attacker.narrow(few, LEAST - 1)


def test_withdrawals_between_two_reports_change_no_number_of_theirs(reader, publish, engine, sample_code):
    _show(engine, plant_run(engine, sample_code, MANY))
    with unit_of_work(engine) as session:  # of a fictional one each report says what there is
        consultation = get_consultation(session, sample_code)
        consultation.is_fictional, consultation.state = False, ConsultationState.CLOSED
    early = _read_forms(reader, publish(), "en")[0]
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, sample_code)
        mine = sa.select(Response).where(Response.consultation_id == consultation.id).order_by(Response.id).limit(3)
        for number, response in enumerate(session.scalars(mine).all()):
            response.receipt_hash = KEYRING.hash_receipt(f"{number:020d}")
            session.flush()
            withdraw_response(session, KEYRING, f"{number:020d}")
    late = _read_forms(reader, publish(day=3), "en")[0]
    assert {form: _numbers(tables) for form, tables in early.items()} == {
        form: _numbers(tables) for form, tables in late.items()
    }
