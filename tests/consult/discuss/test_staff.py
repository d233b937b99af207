from dataclasses import replace

import sqlalchemy as sa

from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.discussion import Moderation, Prompt
from consult.record.frames import contributions_frame
from consult.record.statement import DiscussionStatement, StatementState
from tests.consult.discuss.conftest import HOME

WRITE = f"/manage/{HOME}/discussions"


def test_a_prompt_is_written_opened_moved_and_closed(staff, speaker, engine):
    staff.open(f"{WRITE}/new")
    staff.press("/new", **{"title.en": "", "title.fr": "", "least_reactions": "none"})
    assert staff.status == 422
    assert staff.errors == ["Type a whole number from 1 to 100."]
    staff.press("/new", **{"least_reactions": "3"})
    assert staff.errors == ["Type the question, in one language at least."]
    staff.press("/new", **{"title.fr": "Quoi d’autre?", "least_reactions": "3", "may_reply": "1"})
    assert "Nobody sees it until you open it." in staff.text
    staff.press("/state", "open")
    assert "It cannot be opened yet. The English is missing: write it before opening." in staff.text
    staff.press("/edit", **{"title.en": "What else?", "introduction.fr": "Bref", "introduction.en": "Short"})
    staff.open(WRITE).press("/state", "open")
    assert "The discussion is open." in staff.text
    staff.open(f"{WRITE}/discussion_1/edit").press("/edit", revision="1", **{"title.en": "Too late"})
    assert "somebody else has changed this prompt meanwhile" in staff.text
    staff.open(f"{WRITE}/discussion_1/edit").press("/edit", **{"title.en": ""})
    assert staff.status == 422  # an open prompt keeps both languages
    staff.open(WRITE).press("/state", "close")
    with unit_of_work(engine, read_only=True) as session:
        kept = session.scalars(sa.select(Prompt)).one()
        assert (kept.title.en, kept.is_open, kept.may_reply, kept.least_reactions) == ("What else?", False, True, 3)


def test_the_queue_publishes_hides_rewords_splits_and_undoes_and_the_author_reads_why(
    staff, speaker, make_prompt, engine
):
    code = make_prompt(moderation=Moderation.BEFORE)
    author = speaker("en").join(quote="1").discuss().post("An evening clinic. And less paper.")
    staff.open(f"{WRITE}/{code}/moderation")
    assert "An evening clinic. And less paper." in staff.text
    (statement,) = _statements(engine)
    address = f"/moderation/{statement.id}?show=waiting"

    staff.press(address, "hide", reason="several", words="Two ideas.")
    assert "Its author reads why." in staff.text
    author.open(f"/d/{HOME}/own")
    assert "Not published" in author.text
    assert "It holds several ideas: post them one by one." in author.text
    assert "Two ideas." in author.text

    staff.open(f"{WRITE}/{code}/moderation?show=hidden")
    assert "Hidden by Claire Aubé" in staff.text
    staff.press(f"/moderation/{statement.id}?show=hidden", "undo", number="1")
    assert "Undone" in staff.text
    staff.open(f"{WRITE}/{code}/moderation")
    staff.press(address, "split", part="Only one")
    assert staff.errors == ["Write from two to 4 statements, each different."]
    staff.press(address, "split", part=["An evening clinic.", "Less paper."])
    assert "2 statements are published in place of one." in staff.text
    assert {each.text for each in _statements(engine, StatementState.PUBLISHED)} == {
        "An evening clinic.",
        "Less paper.",
    }
    author.open(f"/d/{HOME}/own")
    assert "Published in other words" in author.text
    assert "Less paper." in author.text

    part = _statements(engine, StatementState.PUBLISHED)[0]
    staff.open(f"{WRITE}/{code}/moderation?show=published")
    staff.press(f"/moderation/{part.id}?show=published", "reword", text=f"{part.text[:-1]}, everywhere.")
    assert "starts without reactions" in staff.text
    with unit_of_work(engine, read_only=True) as session:
        frame = contributions_frame(session, get_consultation(session, HOME), code)
        assert len(frame) == 2
        assert frame["person"].nunique() == 1


def test_an_approved_translation_is_shown_beside_the_words_as_they_were_written(staff, speaker, make_prompt, engine):
    code = make_prompt(moderation=Moderation.AFTER)
    speaker("fr").join().discuss().post("Une clinique le soir.")
    reader = speaker("en").join()
    (statement,) = _statements(engine)
    staff.open(f"{WRITE}/{code}/translations").press(f"/{statement.id}", "approve", text=" ")
    assert staff.errors == ["Write the translation before approving it."]
    staff.press(f"/{statement.id}", "draft", text="A clinic in the evening.")
    assert "A clinic in the evening." not in reader.discuss().text
    stale = dict(staff.page.forms[-1].form_values())
    staff.press(f"/{statement.id}", "approve", text="An evening clinic.", seen="A clinic in the evening.")
    reader.discuss()
    assert "Written in French Une clinique le soir. Translation An evening clinic." in reader.text
    staff.send(
        f"/en{WRITE}/{code}/translations/{statement.id}", stale | {"text": "Other", "do": "approve", "seen": "Older"}
    )
    assert "somebody else has written another translation" in staff.text
    assert "An evening clinic." in staff.text


def test_results_show_every_number_to_staff_and_no_small_one_to_others(app, staff, speaker, make_prompt, engine):
    code = make_prompt(moderation=Moderation.AFTER, least_reactions=1)
    groups = {}
    with unit_of_work(engine, read_only=True) as session:
        groups = {each.code: str(each.id) for each in get_consultation(session, HOME).groups}
    first, second = list(groups.values())[:2]
    speaker("en").join().discuss().post("=Evening clinics")
    readers = [speaker("en").join(group=first if number < 6 else second) for number in range(9)]
    for number, reader in enumerate(readers):
        reader.discuss().press("/react", "agree" if number < 8 else "disagree")

    staff.open(f"{WRITE}/{code}/results")
    assert "10 people posted or reacted" in staff.text
    assert "85% agree, of 9 people" in staff.text  # (8 + ½) / (9 + 1)
    assert "from 100 participants upward" in staff.text
    table = staff.client.get(f"/en{WRITE}/{code}/results.csv").data.decode("utf-8-sig").splitlines()
    assert table[0] == "statement,text,language,group,agree,disagree,pass,people,share_agree"
    assert "1,'=Evening clinics,en,*,8,1,0,9,0.85" in table
    readers[0].open(f"/d/{HOME}/{code}/results")
    assert (
        "Numbers are not shown: they would tell of fewer than 11 people." in readers[0].text
    )  # one who disagrees would be pointed at
    assert "85%" not in readers[0].text
    app.extensions["settings"] = replace(app.extensions["settings"], least_public=5)
    for reader in [speaker("en").join(group=first) for _ in range(6)]:
        reader.discuss().press("/react", "disagree")
    for reader in [speaker("en").join(group=first) for _ in range(6)]:
        reader.discuss().press("/react", "pass")
    for reader in [speaker("en").join(group=second) for _ in range(2)]:
        reader.discuss().press("/react", "agree")
    readers[0].open(f"/d/{HOME}/{code}/results")
    # whole batches of five: fifteen of the eighteen of one group, five of the other
    assert "50% agree, of 20 people" in readers[0].text  # (10 + ½) / (20 + 1)
    assert readers[0].page.xpath(
        "//table/tbody//td[text()='not shown']"
    )  # the group of the three and what gives it away


def _statements(engine, state: StatementState | None = None) -> list[DiscussionStatement]:
    with unit_of_work(engine, read_only=True) as session:
        query = sa.select(DiscussionStatement).order_by(DiscussionStatement.text)
        return list(session.scalars(query if state is None else query.where(DiscussionStatement.state == state)))
