"""Contacts on the facilitator's pages: from a file, one by one, corrected, removed."""

from io import BytesIO

import pytest
import sqlalchemy as sa
from lxml import html
from openpyxl import Workbook

from consult.record.contact import Contact
from consult.record.database import unit_of_work

HEADING = "Prénom;Nom;Courriel;Langue;Milieu;Région;Organisme;Remarque"


@pytest.fixture
def contacts(engine):
    """Read the contacts: ``contacts()``, by address."""

    def read() -> dict[str, Contact]:
        with unit_of_work(engine, read_only=True) as session:
            return {each.email: each for each in session.scalars(sa.select(Contact))}

    return read


@pytest.fixture
def send_file(facilitator_client, sample_code, csrf_of):
    """Send a file to the import: ``send_file(content, digest=…)``."""
    address = f"/en/manage/{sample_code}/invitations/import"
    token = csrf_of(facilitator_client.get(address))

    def send(content: bytes, name: str = "list.csv", **form: str):
        data = {"csrf_token": token, "tongue": "en", "file": (BytesIO(content), name), **form}
        return facilitator_client.post(address, data=data, content_type="multipart/form-data")

    return send


def _digest(response) -> str:
    return html.fromstring(response.text).xpath("//input[@name='digest']/@value")[0]


def _text(response) -> str:
    return " ".join(" ".join(html.fromstring(response.text).itertext()).split())


def test_a_file_in_french_is_shown_then_stored(send_file, contacts):
    content = (
        f"{HEADING}\nAnne;Roy;Anne@example.org;français;Personnes proches aidantes;Abitibi;CISSS;x\n;;b@example.org\n"
    )
    shown = send_file(content.encode("cp1252"))
    assert shown.status_code == 200
    assert "2 new people" in _text(shown)
    assert "Remarque" in _text(shown)
    assert contacts() == {}
    stored = send_file(content.encode("cp1252"), digest=_digest(shown))
    assert stored.status_code == 303
    anne = contacts()["anne@example.org"]
    assert (anne.name, anne.language, anne.region, anne.organisation) == ("Anne Roy", "fr", "Abitibi", "CISSS")
    assert anne.group_id is not None
    assert contacts()["b@example.org"].language == "en"  # as the form says
    again = send_file(content.encode("cp1252"))
    assert "2 rows with an address that is there already" in _text(again)
    assert "nobody new" in _text(again)


def test_a_workbook_is_read_too(send_file, contacts):
    book = Workbook()
    book.active.append(["name", "e-mail", "language"])
    book.active.append(["=Anne", "anne@example.org", "French"])
    file = BytesIO()
    book.save(file)
    shown = send_file(file.getvalue(), "list.xlsx")
    assert send_file(file.getvalue(), "list.xlsx", digest=_digest(shown)).status_code == 303
    assert contacts()["anne@example.org"].language == "fr"


def test_a_bad_row_stops_the_file_and_says_its_line_and_why(send_file, contacts):
    content = b"email,group\nanne@example.org,\nnobody,\nbob@example.org,martians\nanne@example.org,\n"
    shown = send_file(content)
    assert shown.status_code == 422
    said = _text(shown)
    assert "Line 3 This is no e-mail address." in said
    assert "Line 4 This consultation has no such group." in said
    assert "The cell holds: “martians”" in said
    assert "Line 5 anne@example.org The same address stands in line 2." in said
    assert "digest" not in shown.text
    assert send_file(content, digest="0" * 64).status_code == 422
    assert contacts() == {}


def test_another_file_than_the_one_that_was_shown_is_refused(send_file, contacts):
    shown = send_file(b"email\nanne@example.org\n")
    other = send_file(b"email\nbob@example.org\n", digest=_digest(shown))
    assert other.status_code == 422
    assert "not the file that was checked" in _text(other)
    assert contacts() == {}


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "file"), (b"name,phone\nAnne,1\n", "no column “email”"), (b"\x00\x01", "list.csv")]
)
def test_a_file_that_is_no_list_is_refused_in_words(send_file, content, said):
    response = send_file(content)
    assert response.status_code == 422
    assert said in _text(response)


def test_ten_thousand_lines_are_stored_at_once_and_the_page_still_opens(
    send_file, contacts, facilitator_client, sample_code
):
    content = "name,email\n" + "".join(f"Person {n},p{n}@example.org\n" for n in range(10_000))
    shown = send_file(content.encode())
    assert send_file(content.encode(), digest=_digest(shown)).status_code == 303
    assert len(contacts()) == 10_000
    page = facilitator_client.get(f"/en/manage/{sample_code}/invitations?q=p9999@")
    assert page.status_code == 200
    assert "10,000" in page.text
    assert html.fromstring(page.text).xpath("count(//table[@role='table']/tbody/tr)") == 1


def test_people_are_added_corrected_and_removed_one_by_one(facilitator_client, sample_code, csrf_of, contacts):
    base = f"/en/manage/{sample_code}/invitations"
    token = csrf_of(facilitator_client.get(f"{base}/add"))
    form = {"csrf_token": token, "name": "Anne", "email": "anne@example.org", "language": "fr", "group": "caregiver"}
    assert facilitator_client.post(f"{base}/add", data=form).status_code == 303
    twice = facilitator_client.post(f"{base}/add", data=form)
    assert twice.status_code == 422
    page = html.fromstring(twice.text)
    (described,) = page.xpath("//input[@id='email' and @aria-invalid='true']/@aria-describedby")
    assert page.get_element_by_id(described.strip()).text_content() in _text(twice)
    assert page.xpath("//div[@class='error-summary']//a/@href") == ["#email"]
    key = contacts()["anne@example.org"].id
    changed = facilitator_client.post(f"{base}/{key}", data=form | {"email": "a@example.org", "group": ""})
    assert changed.status_code == 303
    assert contacts()["a@example.org"].group_id is None
    for _ in range(2):
        assert facilitator_client.post(f"{base}/{key}/remove", data={"csrf_token": token}).status_code == 303
    assert contacts() == {}
    assert facilitator_client.get(f"{base}/{key}").status_code == 404
