"""Whatever is sent, somebody reads a clear page in their language, and nothing is broken."""

import pytest

from surveys.cleaning import clean_text
from tests.consult.respond.conftest import HOME

NAUGHTY = (
    "\x00\x01\x1f\x7f",
    "'; DROP TABLE responses; --",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "{{ 7*7 }}{% raw %}${7*7}%(x)s %s {0}",
    '=HYPERLINK("http://x")',
    "\u202eبالعربية\u202c עברית",
    "Z̷̡͔a̸l̵g̶o̷ " * 50,
    "👩‍👩‍👧‍👦🏳️‍🌈" * 40,
    "\ufeff\u2028\u2029\u00a0\u200b",
    "\r\n\t\r\r\n" * 20,
    "NULL",
    "undefined",
    "NaN",
    "-1",
    "1e309",
    "../../etc/passwd",
    "%00%0a",
    "é" * 9_999,
)


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_naughty_strings_in_every_field(participant, stored, text):
    """Every field of every page takes the string, as a person or a machine might send it; no page fails."""
    participant.land()
    token = participant.fields()["csrf_token"]
    participant.press(**{name: text for name in participant.fields() if name not in {"csrf_token", "draft"}})
    assert participant.status in {200, 422}
    participant.begin()
    for section in ("you", "experience", "future", "background"):
        participant.open(f"/c/{HOME}/questions/{section}")
        names = {control.get("name") for control in participant.page.xpath("//form[@id='answers']//*[@name]")} - {None}
        sent = dict.fromkeys(names, text) | {
            "csrf_token": token,
            "draft": participant.fields()["draft"],
            "do": "continue",
        }
        participant.post(participant.path, sent)
        assert participant.status in {200, 422}
        assert "alert(1)</script><img" not in participant.client.get(participant.path).text
        participant.open(f"/c/{HOME}/questions/{section}")
        good = {name: "" for name in names if not name.startswith(("revision.", "draft"))} | {"answer_as": "citizen"}
        texts = {name: text for name in ("hardest", "protect", "one_change") if name in names}
        revisions = {name: participant.fields()[name] for name in names if name.startswith(("revision.", "draft"))}
        participant.post(participant.path, good | texts | revisions | {"csrf_token": token, "do": "continue"})
        assert participant.status == 200, participant.errors
    participant.send()
    assert participant.receipt
    answers = stored.answers()
    cleaned = clean_text(text)
    assert [answers.get(code, {}).get("text", "") for code in ("hardest", "protect", "one_change")] == [cleaned] * 3


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_form_without_its_token_changes_nothing(make_participant, stored, language):
    person = make_participant(language)
    person.land()
    person.post(person.path, {"take_part": "1", "do": "continue"})
    assert person.status == 400
    assert person.page.get("lang") == f"{language}-CA"
    assert stored.count("drafts") == 0
    person.begin().press(answer_as="citizen")
    person.post(person.path, person.fields() | {"csrf_token": "forged", "hardest": "x"})
    assert person.status == 400
    assert "x" not in [person.open(f"/c/{HOME}/questions/experience").fields()["hardest"].strip()]


def test_a_choice_that_does_not_exist_is_refused_and_named(participant, stored):
    participant.begin().press(answer_as="astronaut", region="atlantis")
    assert participant.path.endswith("/questions/you")
    assert participant.errors == ["Ce choix n’est pas offert. Choisissez dans la liste."] * 2
    participant.press(answer_as="citizen", region="hills").press(**{"access": "0"})
    assert participant.errors == ["Choisissez un point de 1 à 5."]


def test_an_answer_of_five_megabytes_is_refused_and_the_draft_stays(participant):
    participant.begin().press(answer_as="citizen").press("language", protect="avant")
    participant.press(hardest="a" * 5_000_000)
    assert participant.status == 413
    participant.open(f"/c/{HOME}/questions/experience")
    assert participant.fields()["protect"].strip() == "avant"
    assert participant.fields()["hardest"].strip() == ""


def test_an_answer_too_long_for_any_draft_is_said_so_and_the_rest_is_saved(participant):
    participant.begin().press(answer_as="citizen")
    participant.press(hardest="b" * 150_000, protect="gardé")
    assert participant.status == 422
    assert participant.errors[0].startswith("Raccourcissez votre réponse")
    assert participant.fields()["hardest"].strip() == "b" * 150_000
    participant.open(f"/c/{HOME}/questions/experience")
    assert participant.fields()["protect"].strip() == "gardé"


@pytest.mark.parametrize("revision", ["-1", "9" * 40, "abc", "", "1.5", "٣"])
def test_revisions_that_are_none(participant, revision):
    participant.begin().press(answer_as="citizen")
    participant.press(**{"revision__hardest": revision, "hardest": "ici"})
    assert participant.status == 200
    assert participant.press("back").fields()["hardest"].strip() == "ici"


@pytest.mark.parametrize(
    "do",
    ["move:", "move:orientations:nothing:up", "move:hardest:x:up", "nonsense", "", "move:orientations:staff:sideways"],
)
def test_buttons_that_do_not_exist(participant, do):
    participant.begin().press(answer_as="citizen").press()
    participant.press(do)
    assert participant.status == 200
