"""The pages where a survey is written: outline, question, section, translation, checklist."""

import io
import re

import pytest
from lxml import html

from consult.record.account import Role
from consult.survey_templates import TEMPLATES
from surveys.question_types import QUESTION_TYPES


def heading(response) -> str:
    return " ".join(html.fromstring(response.text).xpath("//main//h1")[0].text_content().split())


def text_of(response) -> str:
    return " ".join(html.fromstring(response.text).text_content().split())


PAGES = (
    "",
    "opening",
    "sections/you",
    "questions/answer_as",
    "add/you",
    "bank/you",
    "translation",
    "preview",
    "preview/you",
    "check",
    "versions/1",
)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_is_drawn_with_its_labels(facilitator_client, address, language):
    for page in PAGES:
        response = facilitator_client.get(address(page, language))
        assert response.status_code == 200, page
        tree = html.fromstring(response.text)
        assert tree.get("lang") == f"{language}-CA"
        assert len(tree.xpath("//h1")) == 1, page
        identifiers = tree.xpath("//@id")
        assert len(identifiers) == len(set(identifiers)), page
        described = " ".join(tree.xpath("//@aria-describedby")).split()
        assert set(described) <= set(identifiers), page
        assert set(tree.xpath("//label/@for")) <= set(identifiers), page
        assert not re.search(r"\sstyle=|<script>|\son[a-z]+=", response.text), page


def test_a_question_of_each_type_is_added_written_and_seen(facilitator_client, address, working, send):
    """The form is made from what a type declares: one that is new needs nothing here."""
    for number, kind in enumerate(QUESTION_TYPES):
        response = send(address("add/you"), has="type", type=kind)
        assert response.headers["Location"].endswith("/questions/question"), kind
        rows = {f"choices.{at}.{language}": f"{language} {at}" for at in range(3) for language in ("en", "fr")}
        rows |= {f"rows.{at}.{language}": f"row {at}" for at in range(2) for language in ("en", "fr")}
        words = {"text.en": f"Brand new {number}?", "text.fr": f"Toute neuve {number}?"}
        saved = send(address("questions/question"), words | rows, do="save")
        assert saved.headers["Location"].endswith(f"#question.brand_new_{number}")
        asked = working().definition.find_question(f"brand_new_{number}")
        assert (asked.type, asked.text.fr) == (kind, f"Toute neuve {number}?")
        assert bool(asked.choices) == bool(QUESTION_TYPES[kind].minimum_choices)
        assert facilitator_client.get(address(f"questions/{asked.code}")).status_code == 200
    seen = facilitator_client.get(address("preview/you", "fr")).text
    assert all(f"Toute neuve {number}?" in seen for number in range(len(QUESTION_TYPES)))


def test_the_preview_is_ours_to_frame_and_no_other_page_is(facilitator_client, address):
    framed = facilitator_client.get(address("preview/you"))
    assert "frame-ancestors 'self'" in framed.headers["Content-Security-Policy"]
    outer = facilitator_client.get(address("preview"))
    assert "frame-ancestors 'none'" in outer.headers["Content-Security-Policy"]
    assert "frame-src 'self'" in outer.headers["Content-Security-Policy"]
    assert "frame-src" not in facilitator_client.get("/en/manage/").headers["Content-Security-Policy"]


def test_a_preview_takes_and_keeps_nothing(facilitator_client, address):
    tree = html.fromstring(facilitator_client.get(address("preview/you")).text)
    assert tree.xpath("//input[@type='radio']")
    assert not tree.xpath("//form")
    assert facilitator_client.post(address("preview/you")).status_code in (400, 405)


def test_acts_on_the_outline(address, working, send):
    before = [question.code for question in working().definition.questions]

    def act(do, **more):
        response = send(address(), to=address("act"), do=do, **more)
        assert response.status_code == 303
        return [question.code for question in working().definition.questions], response.headers["Location"]

    up, where = act("up:question:answer_as")
    assert up.index("answer_as") == before.index("answer_as") - 1
    assert where.endswith("#question.answer_as")
    assert act("down:question:answer_as")[0] == before
    copied, _ = act("duplicate:question:answer_as")
    assert copied[copied.index("answer_as") + 1] == "answer_as_2"
    gone, _ = act("delete:question:answer_as_2")
    assert gone == before
    moved, _ = act("up:section:you")
    assert moved.index("answer_as") == 1
    assert act("undo")[0] == before
    assert act("redo")[0] == moved
    assert act("undo")[0] == before
    act("add:section:you")
    assert [section.code for section in working().definition.sections][2] == "section"
    act("delete:section:section")
    assert "section" not in [section.code for section in working().definition.sections]


def test_move_to_puts_a_question_anywhere(facilitator_client, address, working, csrf_of):
    token = csrf_of(facilitator_client.get(address()))
    data = {"csrf_token": token, "do": "move:question:answer_as", "to": "agreement:0"}
    assert facilitator_client.post(address("act"), data=data).status_code == 303
    assert working().definition.questions[0].code == "answer_as"
    for odd in ("nope:0", "agreement:" + "9" * 5000, "agreement:x", ""):
        assert facilitator_client.post(address("act"), data={**data, "to": odd}).status_code == 303
    for odd in ("", "fly:question:answer_as", "delete:survey:x"):
        assert facilitator_client.post(address("act"), data={**data, "do": odd}).status_code == 400
    assert facilitator_client.post(address("act"), data={**data, "do": "delete:question:nope"}).status_code == 303


def test_a_save_that_is_too_late_shows_both_and_can_then_replace(facilitator_client, address, working, send):
    old = html.fromstring(facilitator_client.get(address("questions/answer_as")).text)
    seen = old.xpath("//input[@name='seen']/@value")[0]
    send(address("questions/answer_as"), {"text.en": "Theirs?"}, do="save")
    late = send(address("questions/answer_as"), {"text.en": "Mine?", "seen": seen}, do="save")
    assert late.status_code == 409
    said = text_of(late)
    assert "Theirs?" in said
    assert "Nothing of theirs was lost" in said
    page = html.fromstring(late.text)
    assert page.xpath("//textarea[@name='text.en']")[0].value.strip() == "Mine?"
    assert page.xpath("//*[@role='alert'][@autofocus]")
    again = page.xpath("//input[@name='seen']/@value")[0]
    assert send(address("questions/answer_as"), {"text.en": "Mine?", "seen": again}, do="save").status_code == 303
    assert working().definition.find_question("answer_as").text.en == "Mine?"


def test_autosave_answers_with_what_the_next_one_needs(address, working, send):
    send(address("add/you"), has="type", type="single_choice")
    change = {"text.en": "New", "choices.0.en": "First", "choices.2.fr": "Troisième"}
    answer = send(address("questions/question"), change, do="autosave").get_json()
    assert answer["saved"] is True
    assert answer["codes"]["choices"] == ["first", "", "troisieme"]
    assert working().definition.find_question("question").text.en == "New"  # it keeps its name while one types
    late = send(address("questions/question"), {**change, "seen": "old"}, do="autosave")
    assert (late.status_code, late.get_json()["conflict"]) == (409, True)
    bad = send(address("questions/question"), {"text.en": "x" * 5000}, do="autosave")
    assert (bad.status_code, list(bad.get_json()["errors"])) == (422, ["text.en"])


def test_what_is_wrong_is_said_at_the_top_and_at_the_input(address, send):
    response = send(address("questions/answer_as"), {"text.en": "x" * 5000}, do="save")
    assert response.status_code == 422
    page = html.fromstring(response.text)
    (top,) = page.xpath("//*[@role='alert']//a")
    assert top.get("href") == "#text.en"
    assert page.xpath("string(//*[@id='text.en-error'])") == top.text == "This text is too long. Shorten it."
    assert page.xpath("//title/text()")[0].startswith("Error:")


def test_a_published_question_keeps_its_type_and_retires_its_choices(facilitator_client, address, working, send):
    page = html.fromstring(facilitator_client.get(address("questions/answer_as")).text)
    assert not page.xpath("//select[@name='type']")
    send(address("questions/answer_as"), do="remove:choices:manager")
    (manager,) = (each for each in working().definition.find_question("answer_as").choices if each.code == "manager")
    assert manager.retired
    send(address("add/you"), has="type", type="scale")
    changed = send(address("questions/question"), has="type", type="long_text")
    assert changed.status_code == 303
    assert working().definition.find_question("question").type == "long_text"


def test_what_was_deleted_meanwhile_leads_to_the_outline(facilitator_client, address, csrf_of):
    token = csrf_of(facilitator_client.get(address()))
    for page in ("questions/nope", "sections/nope"):
        assert facilitator_client.get(address(page)).status_code == 303
        sent = facilitator_client.post(address(page), data={"csrf_token": token, "do": "save"})
        assert "not in the survey any more" in facilitator_client.get(sent.headers["Location"]).text
    assert facilitator_client.get("/en/build/grand_heron_2027_2030/surveys/nope").status_code == 404


def test_sections_and_the_opening_are_saved(address, working, send):
    assert send(address("sections/you"), {"title.en": "All about you"}).status_code == 303
    change = {"title.fr": "Un autre titre", "checks.0.condition": "1 = 1", "checks.0.en": "No", "checks.0.fr": "Non"}
    assert send(address("opening"), change, has="title.en").status_code == 303
    definition = working().definition
    assert [section.title.en for section in definition.sections if section.code == "you"] == ["All about you"]
    assert (definition.title.fr, definition.checks[0].code) == ("Un autre titre", "no")
    late = send(address("sections/you"), {"title.en": "Late", "seen": "old"})
    assert late.status_code == 409
    assert send(address("opening"), {"seen": "old"}, has="title.en", do="autosave").get_json()["conflict"] is True


def test_the_checklist_names_each_gap_leads_there_and_stops_publishing(facilitator_client, address, send, working):
    send(address("questions/answer_as"), {"text.fr": "", "choices.1.fr": ""}, do="save")
    page = html.fromstring(facilitator_client.get(address("check")).text)
    lines = [" ".join(each.text_content().split()) for each in page.xpath("//li[@class='stop']")]
    assert len(lines) == 2
    assert all(line.endswith("The French text is missing.") for line in lines)
    assert "Choices “" in lines[1]  # which of them, by its words in the other language
    links = page.xpath("//li[@class='stop']//a/@href")
    assert [link.rpartition("#")[2] for link in links] == ["text.fr", "choices.1.fr"]
    shown = html.fromstring(facilitator_client.get(links[0].partition("#")[0]).text)
    assert shown.get_element_by_id("choices.1.fr") is not None
    assert not page.xpath("//form[.//input[@name='seen']]")
    token = page.xpath("//input[@name='csrf_token']/@value")[0]
    forced = facilitator_client.post(address("check"), data={"csrf_token": token, "seen": working().digest})
    assert forced.status_code == 409
    assert "not complete" in forced.text


def test_a_change_to_what_is_asked_makes_a_version_and_says_what_changed(
    facilitator_client, address, send, engine, working
):
    send(address("questions/answer_as"), {"text.en": "Which hat today?"}, do="save")
    before = text_of(facilitator_client.get(address("check")))
    assert "What changes from version 1" in before
    assert "Which hat today?" in before
    stale = send(address("check"), has="seen", seen="old")
    assert stale.status_code == 409
    published = send(address("check"), has="seen")
    assert published.status_code == 303
    after = facilitator_client.get(address("check"))
    assert "published, as version 2" in text_of(after)
    assert not html.fromstring(after.text).xpath("//input[@name='seen']")
    assert "Which hat today?" in text_of(facilitator_client.get(address("versions/2", "fr")))


def test_translation_puts_gaps_first_then_what_waits_and_takes_a_file_back(facilitator_client, address, send, working):
    send(address("questions/answer_as"), {"text.fr": ""}, do="save")
    send(address("questions/hardest"), {"text.en": "Hardest of all?"}, do="save")
    page = html.fromstring(facilitator_client.get(address("translation")).text)
    first, second = page.xpath("//fieldset/@id")[:2]
    assert (first, second) == ("text.questions.answer_as.text", "text.questions.hardest.text")
    saved = send(
        address("translation"),
        {"fr:questions.answer_as.text": "À quel titre?", "right:questions.hardest.text": "1"},
        has="seen:title",
    )
    assert saved.status_code == 303
    assert working().stale == {}
    for kind in ("csv", "xlsx"):
        sent = facilitator_client.get(address(f"translation/file?format={kind}")).data
        token = page.xpath("//input[@name='csrf_token']/@value")[0]
        if kind == "csv":
            sent = sent.replace("À quel titre?".encode(), "=À quel titre au juste?".encode())
        data = {"csrf_token": token, "file": (io.BytesIO(sent), f"back.{kind}")}
        shown = facilitator_client.post(address("translation/file"), data=data, content_type="multipart/form-data")
        assert shown.status_code == 200, text_of(shown)
        rows = html.fromstring(shown.text).xpath("//fieldset[starts-with(@id, 'text.')]/@id")
        assert rows == (["text.questions.answer_as.text"] if kind == "csv" else [])
    assert working().definition.find_question("answer_as").text.fr == "À quel titre?"  # a preview changes nothing


def test_a_translation_that_is_too_late_is_shown_again(facilitator_client, address, send, working):
    name = "questions.answer_as.text"
    late = send(address("translation"), {f"fr:{name}": "Tard", f"seen:{name}": "old"}, has="seen:title")
    assert late.status_code == 409
    assert html.fromstring(late.text).xpath("//fieldset[starts-with(@id, 'text.')]/@id") == [f"text.{name}"]
    assert working().definition.find_question("answer_as").text.fr != "Tard"


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04nonsense", b"\xff\xfe\x00"])
def test_a_file_that_is_no_translation_is_refused_with_a_sentence(facilitator_client, address, csrf_of, content):
    token = csrf_of(facilitator_client.get(address()))
    data = {"csrf_token": token, "file": (io.BytesIO(content), "x.csv")}
    response = facilitator_client.post(address("translation/file"), data=data, content_type="multipart/form-data")
    assert response.status_code == 422
    assert html.fromstring(response.text).xpath("//*[@role='alert']//li")


def test_questions_of_templates_are_copied(address, working, send):
    count = len(working().definition.questions)
    name = f"template/{TEMPLATES[0]}/age_band"
    assert send(address("bank/you"), has="question", question=name).status_code == 303
    assert len(working().definition.questions) == count + 1
    assert send(address("bank/you"), has="question", question="nope/nope").status_code == 303


def test_ready_made_questions_make_a_section_about_the_person(facilitator_client, address, working, send):
    none = send(address("add/you"), has="preset")
    assert none.status_code == 422
    page = html.fromstring(none.text)
    assert page.xpath("//*[@role='alert']//a/@href") == ["#presets"]
    assert page.xpath("string(//*[@id='presets-error'])") == "Tick at least one question."
    before = working().definition
    assert all(section.code != "about_you" for section in before.sections)
    sent = send(address("add/you", "fr"), has="preset", preset=["racialised_identity", "indigenous_identity", "nope"])
    assert sent.headers["Location"].endswith("#section.about_you")
    assert send(address("add/about_you"), has="preset", preset="disability").status_code == 303
    after = working().definition
    assert after.sections[:-1] == before.sections
    asked = after.sections[-1].questions
    assert [each.code for each in asked] == ["indigenous_identity", "racialised_identity", "disability"]
    assert all(each.why and not each.required for each in asked)
    shown = html.fromstring(facilitator_client.get(address("add/you")).text)
    said = {each.get("for"): each.text_content() for each in shown.xpath("//label[starts-with(@for, 'preset.')]")}
    marked = {name for name, label in said.items() if "already asked" in label}
    assert marked >= {"preset.disability", "preset.indigenous_identity"}
    assert "preset.organisation" not in marked
    assert facilitator_client.get(address("presets/you")).headers["Location"].endswith("/add/you")


def test_a_gap_in_a_setting_names_it_and_leads_to_its_input(facilitator_client, address, send):
    send(address("add/you"), has="type", type="scale")
    page = html.fromstring(facilitator_client.get(address("check")).text)
    lines = {each.get("href").rpartition("#")[2]: each.text_content() for each in page.xpath("//li[@class='stop']//a")}
    assert lines["settings.low.en"].endswith("Name of the low end")
    shown = html.fromstring(facilitator_client.get(address("questions/question")).text)
    assert shown.get_element_by_id("settings.low.en") is not None


def test_two_facilitators_see_each_other(app, address, make_account, sign_in, facilitator_client, csrf_of):
    anne = make_account("anne@example.org", Role.FACILITATOR, name="Anne Roy")
    other = app.test_client()
    sign_in(other, anne.email)
    tokens = [csrf_of(each.get(address())) for each in (facilitator_client, other)]

    def meet(client, token, place):
        return client.post(address("presence"), data={"csrf_token": token, "place": place}).get_json()

    assert meet(other, tokens[1], "answer_as")["said"] == ""
    assert meet(facilitator_client, tokens[0], "answer_as")["said"] == "Anne Roy is editing this question too."
    assert meet(facilitator_client, tokens[0], "<b>")["said"] == "Anne Roy is editing this survey."


def test_nobody_takes_back_what_another_did_without_having_read_of_it(
    app, address, make_account, sign_in, facilitator_client, send, working
):
    other = app.test_client()
    sign_in(other, make_account("anne@example.org", Role.FACILITATOR).email)
    old = html.fromstring(other.get(address()).text).xpath("//form[@class='travel']")[0]
    send(address(), to=address("act"), do="delete:question:hardest")
    for state in (dict(old.fields), {**dict(old.fields), "state": ""}):
        assert other.post(address("act"), data={**state, "do": "undo"}).status_code == 303
        assert working().definition.find_question("hardest") is None
    now = html.fromstring(other.get(address()).text).xpath("//form[@class='travel']")[0]
    other.post(address("act"), data={**dict(now.fields), "do": "undo"})
    assert working().definition.find_question("hardest") is not None


def test_the_survey_can_be_taken_away_as_a_file(facilitator_client, address, working):
    answer = facilitator_client.get(address("definition"))
    assert answer.text == working().survey.working_definition
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_committee_member_sees_none_of_it(app, address, make_account, sign_in):
    paul = make_account("paul@example.org", Role.COMMITTEE)
    browser = app.test_client()
    sign_in(browser, paul.email)
    assert browser.get(address()).status_code == 403
