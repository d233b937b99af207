"""Notes of a session from DOCX, TXT and CSV: headings, statements, names taken off, and files that would do harm."""

import zipfile

import docx
import pytest

from surveys.exchange.session_notes import GuideLine, find_question, list_speakers, read_notes, split_speaker
from surveys.problems import SurveyError

GUIDE = (
    GuideLine("guide_1_1", 1, ("Why do visits take so long?", "Pourquoi les visites sont-elles si longues?")),
    GuideLine("guide_1_2", 2, ("What would help?", "Qu’est-ce qui aiderait?")),
)
BODY = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'


@pytest.mark.parametrize(
    ("text", "speaker", "said"),
    [
        ("Marie: on attend", "Marie:", "on attend"),
        ("P1 : on attend", "P1 :", "on attend"),
        ("Participante 2 : oui, souvent", "Participante 2 :", "oui, souvent"),
        ("M. Roy (aidant) : ça va", "M. Roy (aidant) :", "ça va"),
        ("Jean-Guy de la Tour: bon", "Jean-Guy de la Tour:", "bon"),
        ("Le transport : pas fiable", "", "Le transport : pas fiable"),
        ("Il manque deux choses : du temps et des bras", "", "Il manque deux choses : du temps et des bras"),
        ("Problème : le soir", "", "Problème : le soir"),
        ("Voir http://example.org", "", "Voir http://example.org"),
        ("Marie:", "", "Marie:"),
    ],
)
def test_a_name_before_a_colon_is_taken_off(text, speaker, said):
    assert split_speaker(text) == (speaker, said)


@pytest.mark.parametrize(
    ("heading", "number"),
    [
        ("Pourquoi les visites sont-elles si longues ?", 1),
        ("2. What would help?", 2),
        ("POURQUOI LES VISITES SONT-ELLES SI LONGUE", 1),
        ("Q2", 2),
        ("Question 1 :", 1),
        ("guide_1_2", 2),
        ("Q3", None),
        ("Why do visits cost so much, and what would help there?", None),
    ],
)
def test_a_heading_names_a_question_by_text_code_or_number(heading, number):
    found = find_question(heading, GUIDE)
    assert (found.number if found else None) == number


def test_a_word_document_gives_its_statements_under_their_questions(tmp_path):
    document = docx.Document()
    document.add_heading("1. Pourquoi les visites sont-elles si longues ?", 1)
    document.add_paragraph("Marie : « On attend la voiture. »", style="List Bullet")
    document.add_paragraph("Le soir, personne.")
    document.add_heading("Divers", 2)
    document.add_table(1, 1).cell(0, 0).text = "Dans un tableau"
    document.save(tmp_path / "notes.docx")

    notes = read_notes(tmp_path / "notes.docx", GUIDE)

    assert [(each.place, each.text, each.question, each.is_quote) for each in notes.statements] == [
        (2, "On attend la voiture.", "guide_1_1", True),
        (3, "Le soir, personne.", "guide_1_1", False),
        (5, "Dans un tableau", None, False),
    ]
    assert notes.unmatched == ((4, "Divers"),)
    assert list(list_speakers(notes)) == ["Marie :"]


def test_what_was_deleted_under_tracked_changes_is_left_out_and_macros_are_not_read(tmp_path):
    path = tmp_path / "notes.docx"
    body = (
        "<w:p><w:r><w:t>Kept </w:t></w:r><w:ins><w:r><w:t>and added</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>secret</w:delText><w:t>secret</w:t></w:r></w:del></w:p>"
    )
    write_docx(path, BODY.format(body), **{"word/vbaProject.bin": "not a macro, whatever it is"})
    assert [each.text for each in read_notes(path, GUIDE).statements] == ["Kept and added"]


def test_a_text_gives_a_statement_for_each_bullet_or_line(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text(
        "Question 1\n- Marie: la première\n  qui continue\n- Deux\n\nWhat would help?\nP1: a bus.\nLess paper.\n"
    )
    assert [(each.text, each.question) for each in read_notes(path, GUIDE).statements] == [
        ("la première qui continue", "guide_1_1"),
        ("Deux", "guide_1_1"),
        ("a bus.", "guide_1_2"),
        ("Less paper.", "guide_1_2"),
    ]


def test_a_table_gives_what_its_columns_say_and_names_those_of_no_use(tmp_path):
    path = tmp_path / "notes.csv"
    path.write_text("nom;question;texte;dit_par;peut_citer\nMarie;1;Long;plusieurs;non\n;;Bus;;\n", encoding="cp1252")
    notes = read_notes(path, GUIDE)
    assert [(each.text, each.question, each.said_by, each.may_quote) for each in notes.statements] == [
        ("Long", "guide_1_1", "several", False),
        ("Bus", None, "one", None),
    ]
    assert notes.unused == ("nom",)


def test_cells_that_cannot_be_read_are_named_each(tmp_path):
    path = tmp_path / "notes.csv"
    path.write_text("text,question,said_by,quote\nA,nowhere,,\nB,,everybody?,\nC,,,maybe\nD,,,\n")
    with pytest.raises(SurveyError) as refused:
        read_notes(path, GUIDE)
    assert [(each.code, each.place, each.values["column"]) for each in refused.value.problems] == [
        ("notes.bad_cell", "2", "question"),
        ("notes.bad_cell", "3", "said_by"),
        ("notes.bad_cell", "4", "quote"),
    ]


def test_files_that_would_do_harm_or_say_nothing_are_refused(tmp_path):
    swelling = '<!DOCTYPE w [<!ENTITY a "aaaa">]>' + BODY.format("<w:p><w:r><w:t>&a;</w:t></w:r></w:p>")
    bomb = BODY.format("<w:p/>" + " " * 45_000_000)
    made = {
        "unsafe.docx": lambda path: write_docx(path, swelling),
        "bomb.docx": lambda path: write_docx(path, bomb),
        "cut.docx": lambda path: write_docx(path, "<w:document"),
        "other.docx": lambda path: zipfile.ZipFile(path, "w").close(),
        "text.docx": lambda path: path.write_text("no document"),
        "old.docx": lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100),
        "nothing.docx": lambda path: write_docx(path, BODY.format("<w:p/>")),
        "large.txt": lambda path: path.write_text("a\n" * 3_000_000),
        "many.txt": lambda path: path.write_text("A line.\n" * 4_001),
        "empty.txt": lambda path: path.write_text(""),
        "binary.txt": lambda path: path.write_bytes(b"a\0b" * 100),
        "notes.pdf": lambda path: path.write_text("%PDF"),
        "notes.csv": lambda path: path.write_text("name,other\na,b\n"),
    }
    codes = {}
    for name, make in made.items():
        make(tmp_path / name)
        with pytest.raises(SurveyError) as refused:
            read_notes(tmp_path / name, GUIDE)
        problem = refused.value.problems[0]
        codes[name] = ".".join(filter(None, (problem.code, str(problem.values.get("reason", "")))))
    assert codes == {
        "unsafe.docx": "file.unreadable.unsafe",
        "bomb.docx": "file.too_large",
        "cut.docx": "file.unreadable.damaged",
        "other.docx": "file.not_word",
        "text.docx": "file.unreadable.damaged",
        "old.docx": "file.old_word",
        "nothing.docx": "notes.empty",
        "large.txt": "file.too_large",
        "many.txt": "file.too_large",
        "empty.txt": "notes.empty",
        "binary.txt": "file.binary",
        "notes.pdf": "notes.unknown_format",
        "notes.csv": "column.missing",
    }


def write_docx(path, document: str, **others: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", document)
        for name, content in others.items():
            archive.writestr(name, content)
