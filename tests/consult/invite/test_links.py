"""Posters, slides, texts and codes, as a facilitator gets them."""

import csv
import io
import re
from datetime import date

import pytest
import segno
from lxml import etree, html

from consult.exports.poster import Invitation, make_poster, plain_address, promise_line, qr_modules, typeset
from consult.record.consultation import Consultation, LanguagePolicy, get_consultation
from consult.record.database import unit_of_work
from consult.record.keys import Keyring
from consult.record.typed_code import find_code
from surveys.localised import Localised

ADDRESS = "https://consultation.example.org/fr/c/grand_heron_2027_2030/"
PAGE = "/en/manage/{code}/links"


def drawn_modules(svg: bytes, count: int) -> list[str]:
    """Read the modules of the QR code back from a drawing: a shape's place and size say which are dark."""
    side = None
    rows = [["0"] * count for _ in range(count)]
    boxes = []

    def walk(element, x, y):
        moved = re.search(
            r"matrix\(1 0 0 1 ([-\d.]+) ([-\d.]+)\)|translate\(([-\d.]+) ([-\d.]+)\)", element.get("transform", "")
        )
        if moved:
            x, y = x + float(moved[1] or moved[3]), y + float(moved[2] or moved[4])
        if etree.QName(element).localname == "path" and element.get("fill", "").startswith("#000000"):
            numbers = [float(each) for each in re.findall(r"-?[\d.]+", element.get("d"))]
            boxes.append((x, y, max(map(abs, numbers))))
        for child in element:
            if isinstance(child.tag, str):
                walk(child, x, y)

    walk(etree.fromstring(svg), 0.0, 0.0)
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    first = next(box for box in boxes if box[0] == left and box[1] == top)
    side = first[2] / 7  # a finder begins with seven dark modules
    for x, y, width in boxes:
        row, at, run = round((y - top) / side), round((x - left) / side), max(round(width / side), 1)
        rows[row][at : at + run] = "1" * run
    return ["".join(row) for row in rows]


def test_the_qr_code_that_is_drawn_holds_the_address(consultation, monkeypatch):
    made = {}
    monkeypatch.setattr(
        "consult.exports.poster.typeset",
        lambda template, data, day, **how: made.setdefault("svg", typeset(template, data, day, format="svg")),
    )
    make_poster(consultation, [Invitation("fr", ADDRESS)], "letter", date(2026, 11, 22))
    expected = ["".join(map(str, map(int, row))) for row in segno.make(ADDRESS, error="m").matrix]
    svg = made["svg"] if isinstance(made["svg"], bytes) else made["svg"].encode()
    assert drawn_modules(svg, len(expected)) == expected
    assert qr_modules(ADDRESS + "x") != expected  # the control


@pytest.mark.parametrize("paper", ["letter", "a4"])
@pytest.mark.parametrize("tongue", ["fr", "en", "both"])
def test_posters_and_slides_are_tagged_pdf_of_one_page(facilitator_client, sample_code, tongue, paper):
    page = PAGE.format(code=sample_code)
    for name in (f"poster.pdf?in={tongue}&paper={paper}", f"slide.pdf?in={tongue}"):
        response = facilitator_client.get(f"{page}/{name}")
        assert response.status_code == 200
        assert response.data.startswith(b"%PDF")
        assert b"pdfuaid" in response.data  # says that it keeps to PDF/UA
        assert len(re.findall(rb"/Type\s*/Page\b", response.data)) == 1
    assert facilitator_client.get(f"{page}/poster.pdf?in=de").status_code == 404
    assert facilitator_client.get(f"{page}/poster.pdf?in=fr&paper=a0").status_code == 404


def test_in_french_only_nothing_is_offered_in_english(facilitator_client, engine, sample_code):
    with unit_of_work(engine) as session:
        get_consultation(session, sample_code).language_policy = LanguagePolicy.FRENCH_ONLY
    page = PAGE.format(code=sample_code)
    shown = facilitator_client.get(page).text
    assert f"/en/c/{sample_code}/" not in shown
    assert f"/fr/c/{sample_code}/" in shown
    assert facilitator_client.get(f"{page}/poster.pdf?in=en").status_code == 404


def test_codes_are_listed_once_made_once_and_found(facilitator_client, engine, secret, sample_code, csrf_of):
    page = PAGE.format(code=sample_code)
    first = facilitator_client.get(page)
    seed = html.fromstring(first.text).xpath("//input[@name='seed']/@value")[0]
    sent = {"csrf_token": csrf_of(first), "seed": seed, "count": "12", "language": "fr", "group": "caregiver"}
    listed = html.fromstring(facilitator_client.post(f"{page}/codes", data=sent).text).xpath("//ol//code/text()")
    assert len(set(listed)) == 12
    table = facilitator_client.post(f"{page}/codes", data=sent | {"do": "csv"})
    rows = list(csv.reader(io.StringIO(table.data.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == listed
    assert rows[1][1:3] == ["fr", "Personnes proches aidantes"]
    cards = facilitator_client.post(f"{page}/codes", data=sent | {"do": "pdf"})
    assert b"pdfuaid" in cards.data
    with unit_of_work(engine, read_only=True) as session:
        consultation = get_consultation(session, sample_code)
        assert all(find_code(session, Keyring(secret), consultation, each) for each in listed)
    again = facilitator_client.get(page).text
    assert not any(each in again for each in listed)
    assert ">12<" in again
    refused = facilitator_client.post(f"{page}/codes", data=sent | {"count": "many"})
    assert refused.status_code == 422
    assert refused.text.count("Write how many codes, from 1 to 500.") == 2


def test_ready_made_texts_are_in_both_languages_with_address_and_contact(facilitator_client, consultation):
    page = html.fromstring(facilitator_client.get(PAGE.format(code=consultation.code)).text)
    texts = {each.get("id"): each.text_content() for each in page.xpath("//div[@class='words']")}
    assert len(texts) == 8
    assert f"/fr/c/{consultation.code}/" in texts["text-newsletter-fr"]
    assert f"/en/c/{consultation.code}/" in texts["text-newsletter-en"]
    assert consultation.contact in texts["text-newsletter-fr"]
    assert "/fr/code" in texts["text-telephone-fr"]
    assert "anonymes" in texts["text-telephone-fr"]
    assert all("%(" not in each for each in texts.values())


def test_a_long_promise_ends_with_a_sentence_and_an_address_is_what_people_type():
    long = Consultation(promise=Localised(en="One. " * 60, fr="mot " * 90))
    assert promise_line(long, "en").endswith("One.")
    assert len(promise_line(long, "en")) <= 240
    assert promise_line(long, "fr").endswith("mot…")
    assert plain_address(ADDRESS) == "consultation.example.org/fr/c/grand_heron_2027_2030"
