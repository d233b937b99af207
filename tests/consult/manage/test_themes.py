"""Themes for the facilitator: true counts, the words behind them page by page, runs side by side."""

import pytest
import sqlalchemy as sa
from lxml import html

from consult.record.consultation import (
    Consultation,
    ConsultationState,
    NewConsultation,
    create_consultation,
    get_consultation,
)
from consult.record.contribution import Contribution, ContributionRevision, ImportedText, import_contributions
from consult.record.database import unit_of_work
from consult.record.run import fail_run, start_run
from consult.record.theme import Assignment, CandidateTheme, NewRun, Run
from consult.record.withdrawal import erase_texts
from surveys.localised import Localised
from tests.consult.planted_run import NOW, SET_ASIDE, plant_run

MOST_STATEMENTS = 19


@pytest.fixture
def run_id(engine, sample_code):
    return plant_run(engine, sample_code)


@pytest.fixture
def read(facilitator_client, sample_code):
    """Read a page below the consultation: the page, and its text with single spaces."""

    def read_it(path, language="en", status=200):
        response = facilitator_client.get(f"/{language}/manage/{sample_code}/{path}")
        assert response.status_code == status, path
        page = html.fromstring(response.text)
        return page, " ".join(page.xpath("//main")[0].text_content().split())

    return read_it


def _people(engine, run_id):
    with unit_of_work(engine, read_only=True) as session:
        themes = session.scalars(sa.select(CandidateTheme).where(CandidateTheme.run_id == run_id))
        return {theme.number: theme.counts for theme in themes}


def test_before_any_run_each_question_says_that_nothing_was_looked_for(read):
    page, text = read("themes")
    assert len(page.xpath("//main//h2")) == 3
    assert text.count("no themes have been looked for yet") == 3
    assert not page.xpath("//main//h2/a")


def test_the_list_leads_to_the_newest_run_that_is_done_and_says_what_happened_since(read, engine, sample_code, run_id):
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, sample_code)
        failed = start_run(session, consultation, NewRun("tfidf", 1, "hardest"), NOW)
        fail_run(session, failed.id, "answers.too_few", NOW)
        start_run(session, consultation, NewRun("tfidf", 1, "protect"), NOW)
        import_contributions(session, consultation, "hardest", [ImportedText("1", "Une de plus", "fr")])
    page, text = read("themes")
    assert page.xpath("//main//h2/a/@href") == [f"/en/manage/{sample_code}/themes/{run_id}"]
    assert "3 themes in the answers of" in text
    assert "1 answer came since" in text
    assert "The last analysis failed" in text
    assert "it takes ten" in text
    assert text.count("Being analysed") == 1


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            "{all} people wrote answers that could be placed. 1 theme holds when the program leaves out one answer in"
            " five: “Wait 1” ({people} people). 2 others, marked “uncertain”, may be coincidences.",
        ),
        (
            "fr",
            "{all} personnes ont écrit des réponses qui ont pu être classées. 1 thème tient quand le programme écarte"
            " une réponse sur cinq : « Attente 1 » ({people} personnes). 2 autres, marqués « incertain », peuvent être"
            " des coïncidences.",
        ),
    ],
)
def test_a_run_begins_with_its_finding_and_shows_true_counts(read, engine, run_id, language, sentence):
    counts = _people(engine, run_id)
    everybody = sum(each["people"] for each in counts.values())
    page, text = read(f"themes/{run_id}", language)
    assert sentence.format(all=everybody, people=counts[1]["people"]) in " ".join(text.split())
    bars = [value.text_content().split(" · ")[0] for value in page.xpath("//ul[@class='bars']//*[@class='value']")]
    assert bars == [str(counts[number]["people"]) for number in (1, 2, 3)]
    by_language = page.xpath("//section[@aria-labelledby='numbers']//table")[0]
    cells = [[cell.text_content() for cell in row.xpath("./td")] for row in by_language.xpath(".//tbody/tr")]
    assert cells == [
        [str(counts[n]["language"]["fr"]), str(counts[n]["language"]["en"]), str(counts[n]["people"])]
        for n in (1, 2, 3)
    ]
    aside = page.xpath("//section[@aria-labelledby='aside']//tbody/tr/td/text()")
    assert aside == [str(SET_ASIDE)]


def test_small_counts_are_shown_to_the_facilitator(read, engine, run_id):
    """They are true counts: the committee's test is the other half of this one."""
    counts = _people(engine, run_id)
    small = [count for each in counts.values() for count in each["group"].values() if count < 5]
    assert small
    page, _ = read(f"themes/{run_id}")
    shown = page.xpath("//section[@aria-labelledby='numbers']//td/text()")
    assert set(map(str, small)) <= set(shown)


def test_the_words_of_a_theme_come_page_by_page_the_closest_first(read, engine, run_id):
    total = _people(engine, run_id)[1]["contributions"]
    assert 50 < total <= 150
    seen = []
    for number in range(1, -(-total // 50) + 1):
        page, text = read(f"themes/{run_id}/1?page={number}")
        seen += [quote.text_content() for quote in page.xpath("//ol//blockquote")]
        assert f"{total} answers, the most typical first." in text
    assert len(seen) == total
    assert all(quote.get("lang") in ("fr-CA", "en-CA") for quote in page.xpath("//blockquote"))
    read(f"themes/{run_id}/1?page=99", status=404)
    read(f"themes/{run_id}/9", status=404)


def test_a_word_is_found_whatever_its_accents_and_capitals(read, engine, run_id):
    with unit_of_work(engine, read_only=True) as session:
        texts = list(session.scalars(sa.select(ContributionRevision.text)))
    assert any("médecin" in text for text in texts)
    found = {}
    for number in (1, 2, 3):
        page, _ = read(f"themes/{run_id}/{number}?word=MEDECIN")
        found[number] = [quote.text_content() for quote in page.xpath("//ol//blockquote")]
    assert sum(map(len, found.values()))
    assert all("decin" in text.lower() for texts in found.values() for text in texts)
    _, text = read(f"themes/{run_id}/1?word=zzzz")
    assert "No answer in this theme holds “zzzz”." in text


def test_what_was_withdrawn_is_not_read_any_more_and_the_page_says_so(read, engine, run_id):
    page, _ = read(f"themes/{run_id}/3")
    with unit_of_work(engine) as session:
        key = session.scalars(
            sa.text(
                "SELECT contribution_id FROM assignments a JOIN candidate_themes t ON t.id = a.theme_id"
                " WHERE t.number = 3 ORDER BY strength DESC LIMIT 1"
            )
        ).one()
        words = session.scalars(
            sa.select(ContributionRevision.text).where(ContributionRevision.contribution_id == key)
        ).one()
        erase_texts(session, Contribution.id == key)
    assert words in page.xpath("//ol//blockquote")[0].text_content()
    page, text = read(f"themes/{run_id}/3")
    assert words not in [quote.text_content() for quote in page.xpath("//ol//blockquote")]
    assert "1 was withdrawn since." in text


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_numbers_larger_than_the_databases_count_are_not_found(read, run_id, number):
    for path in (f"themes/{number}", f"themes/{run_id}/{number}", f"themes/{run_id}/compare/{number}"):
        read(path, status=404)
    read(f"themes/{run_id}/1?page={number}", status=404)
    read(f"themes/{number}/quotes", status=404)


def test_two_runs_are_compared_in_words_then_in_numbers(read, engine, sample_code, run_id):
    identical = plant_run(engine, sample_code)
    same = plant_run(engine, sample_code, names="Name")
    other = plant_run(engine, sample_code, (1, 1, 1), names="Other")
    page, text = read(f"themes/{run_id}/compare/{identical}")
    assert "The two analyses are identical" in text
    assert not page.xpath("//table")
    page, text = read(f"themes/{run_id}/compare/{same}")
    assert "identical" not in text
    for each in (run_id, same):
        assert page.xpath(f"//main//a[@href='/en/manage/{sample_code}/themes/{each}']")
    assert "" in [cell.text_content() for cell in page.xpath("//tbody//td")]  # no nought is written
    assert f"Of the 3 themes of analysis {run_id}, 3 are found again in analysis {same}" in text
    assert text.count("100% of its answers are in") == 3
    page, text = read(f"themes/{run_id}/compare/{other}")
    assert "Its answers are spread out" in text
    rows = [[int(cell) for cell in row.xpath("./td/text()")] for row in page.xpath("//tbody/tr")]
    counts = _people(engine, run_id)
    assert [sum(row[:-1]) for row in rows] == [row[-1] for row in rows] == [counts[n]["people"] for n in (1, 2, 3)]
    read(f"themes/{run_id}/compare/{run_id}", status=404)
    read(f"themes/{run_id}/compare/{plant_run(engine, sample_code, question='protect')}", status=404)


def test_a_run_that_is_not_done_says_so_and_shows_nothing(read, engine, sample_code):
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, sample_code)
        running = start_run(session, consultation, NewRun("tfidf", 1, "hardest"), NOW).id
    page, text = read(f"themes/{running}")
    assert "not finished" in text
    assert not page.xpath("//table | //blockquote")
    with unit_of_work(engine) as session:
        fail_run(session, running, "answers.too_few", NOW)
    page, text = read(f"themes/{running}")
    assert "This analysis failed" in text
    assert "it takes ten" in text


def test_a_run_of_another_consultation_does_not_exist(read, engine, run_id):
    new = NewConsultation("other", *(Localised("x", "x"),) * 3, contact="a@example.org")
    with unit_of_work(engine) as session:
        create_consultation(session, new)
        foreign = start_run(session, get_consultation(session, "other"), NewRun("tfidf", 1), NOW).id
    read(f"themes/{run_id}")
    for path in (
        f"themes/{foreign}",
        f"themes/{foreign}/1",
        f"themes/{foreign}/quotes",
        f"themes/{run_id}/compare/{foreign}",
    ):
        read(path, status=404)


def test_five_thousand_contributions_take_no_more_statements_than_a_hundred(read, app, engine, sample_code, run_id):
    with unit_of_work(engine) as session:
        rows = [ImportedText(str(n), f"Texte {n} sur l’attente", "fr") for n in range(5_000)]
        import_contributions(session, get_consultation(session, sample_code), "protect", rows)
    large = plant_run(engine, sample_code, question="protect")
    counted = {}
    for name, run in (("small", run_id), ("large", large)):
        for path in (
            "themes",
            f"themes/{run}",
            f"themes/{run}/1?page=2",
            f"themes/{run}/1?word=attente",
            f"themes/{run}/quotes",
        ):
            statements = _listen(app)
            read(path)
            counted[name, path.replace(f"themes/{run}", "run")] = len(statements)
    small = {path: count for (name, path), count in counted.items() if name == "small"}
    big = {path: count for (name, path), count in counted.items() if name == "large"}
    assert big == small
    assert 3 < max(big.values()) <= MOST_STATEMENTS


def _listen(app):
    statements = []
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine

        def note(_connection, _cursor, statement, *_rest):
            if statement.startswith("SELECT"):
                statements.append(statement)

        sa.event.listen(engine, "before_cursor_execute", note)
    return statements


def test_no_page_of_themes_changes_a_run(read, engine, run_id):
    for path in ("themes", f"themes/{run_id}", f"themes/{run_id}/1", f"themes/{run_id}/quotes"):
        read(path)
    with unit_of_work(engine, read_only=True) as session:
        assert session.scalars(sa.select(Run.id)).all() == [run_id]


def test_the_committee_reads_what_the_facilitator_shows_once_the_consultation_is_closed(
    facilitator_client, csrf_of, engine, sample_code, run_id
):
    address = f"/en/manage/{sample_code}/themes/{run_id}"

    def change(**values):
        with unit_of_work(engine) as session:
            session.execute(sa.update(Consultation).values(**values))

    def show():
        data = {"csrf_token": csrf_of(facilitator_client.get(f"/en/manage/{sample_code}/analysis"))}
        return facilitator_client.post(f"{address}/show", data=data, follow_redirects=True).text

    assert "the newest one" in facilitator_client.get(address).text
    change(is_fictional=False, state=ConsultationState.OPEN)
    text = facilitator_client.get(address).text
    assert "you choose here which analysis it reads" in text
    assert "Show this analysis" not in text
    assert "Nothing was changed: the committee reads themes once the consultation is closed." in show()
    change(state=ConsultationState.CLOSED)
    assert "Show this analysis to the committee" in facilitator_client.get(address).text
    assert "The committee now reads this analysis" in show()
    text = facilitator_client.get(address).text
    assert "The committee reads this analysis since" in text
    assert "Show this analysis" not in text
    assert facilitator_client.get(f"{address}/show").status_code == 303


def _change(engine, run_id, **summary):
    """Change what a run kept of itself."""
    with unit_of_work(engine) as session:
        run = session.get_one(Run, run_id)
        run.summary = {**run.summary, **summary}


@pytest.fixture
def first_key(engine, run_id):
    """A contribution of the first theme, and its words."""
    with unit_of_work(engine, read_only=True) as session:
        theme = session.scalars(
            sa.select(CandidateTheme).where(CandidateTheme.run_id == run_id, CandidateTheme.number == 1)
        ).one()
        query = (
            sa.select(Assignment.contribution_id, ContributionRevision.text)
            .join(ContributionRevision, ContributionRevision.contribution_id == Assignment.contribution_id)
            .where(Assignment.theme_id == theme.id)
            .order_by(Assignment.strength.desc(), Assignment.contribution_id)
        )
        return session.execute(query).first()


def test_a_campaign_is_shown_with_and_without_it_in_true_counts(read, engine, run_id, first_key):
    key, words = first_key
    page, text = read(f"themes/{run_id}")
    assert "The same long text" not in text  # the control
    _change(engine, run_id, campaigns=[{"people": 3, "contribution": key, "themes": [[1, 40, 37], [3, 9, 6]]}, 4])
    page, text = read(f"themes/{run_id}")
    (table,) = page.xpath("//section[@aria-labelledby='campaigns']//table")
    assert [cell.text_content() for cell in table.xpath(".//tbody/tr/*")] == ["Wait 1", "40", "37", "Wait 3", "9", "6"]
    quotes = page.xpath("//section[@aria-labelledby='campaigns']//blockquote/text()")
    assert quotes == [words if len(words) <= 240 else quotes[0]]
    assert "4 people sent: a text that is no longer here." in text
    with unit_of_work(engine) as session:
        erase_texts(session, Contribution.id == key)
    page, text = read(f"themes/{run_id}")
    assert not page.xpath("//section[@aria-labelledby='campaigns']//blockquote")


def test_what_is_weakly_attached_is_counted_and_marked(read, engine, run_id, first_key):
    key, words = first_key
    assert "weakly attached" not in read(f"themes/{run_id}/1")[1]  # the control
    with unit_of_work(engine) as session:
        theme = session.scalars(
            sa.select(CandidateTheme).where(CandidateTheme.run_id == run_id, CandidateTheme.number == 1)
        ).one()
        people = theme.counts["people"]
        theme.counts = {**theme.counts, "weak": [key], "firm_people": people - 1}
    _change(engine, run_id, ideas=200, weak_ideas=30)
    page, text = read(f"themes/{run_id}/1")
    marked = page.xpath("//ol/li[contains(., 'weakly attached')]/blockquote")
    assert [quote.text_content() for quote in marked] == [words]
    assert f"1 of its {people} people is only weakly attached" in text
    assert "15% of them are only weakly attached" in read(f"themes/{run_id}")[1]


@pytest.mark.parametrize(("language", "note"), [("fr", "dans une seule langue"), ("en", "is in one language")])
def test_a_run_of_words_alone_says_first_that_each_theme_has_one_language(read, engine, run_id, language, note):
    assert note not in read(f"themes/{run_id}", language)[1]  # the control
    _change(engine, run_id, warnings=["by_language", "no_encoder"], pairs=[[1, 2]])
    page, _ = read(f"themes/{run_id}", language)
    first = " ".join(page.xpath("//div[@class='note']/p")[0].text_content().split())
    assert note in first
    pair = page.xpath("//section[@aria-labelledby='pairs']//li//a/@href")
    assert pair == ["#theme-1", "#theme-2"]
    captions = page.xpath("//section[@aria-labelledby='numbers']//caption/text()")
    assert not {"Language of the answer", "Langue de la réponse"} & set(captions)
