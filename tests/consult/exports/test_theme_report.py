"""The report: both languages in one page, hidden numbers hidden everywhere, nothing that a browser would run."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from lxml import html

from analysis.corpus import build_corpus
from analysis.pipeline import find_themes
from analysis.report import ReportedCampaign, make_report
from analysis.settings import Settings
from analysis.tables import LANGUAGE, count_people
from consult.exports.theme_report import Source, report_html

_SOURCE = Source("réponses.csv", "Qu’est-ce qui est <difficile> & long?", "ab" * 32, date(2026, 11, 22))


def _page(findings, source=_SOURCE):
    content = report_html(findings, make_report(findings), source).decode("utf-8")
    return html.fromstring(content), content


def _articles(page):
    return {article.get("lang"): article for article in page.iter("article")}


@pytest.fixture(scope="module")
def page(planted_findings):
    return _page(planted_findings)[0]


def test_both_languages_say_the_same_themes(page, planted_findings):
    for language, article in _articles(page).items():
        headings = [heading.text_content().strip() for heading in article.findall(".//section/h3")]
        labels = [theme.names[language[:2]].label for theme in planted_findings.themes]
        assert headings == [f"{i}. {label}" for i, label in enumerate(labels, start=1)]


def test_numbers_and_days_are_written_as_each_language_does(page):
    text = {language: article.text_content() for language, article in _articles(page).items()}
    assert "22 novembre 2026" in text["fr-CA"]
    assert "November 22, 2026" in text["en-CA"]
    assert "\u00a0%" in text["fr-CA"]
    assert "\u00a0%" not in text["en-CA"]


def test_our_own_french_words_have_their_spaces_and_apostrophes(planted_findings):
    page, _ = _page(planted_findings)
    article = _articles(page)["fr-CA"]
    for quote in list(article.iter("blockquote")):
        quote.drop_tree()  # people write as they like
    text = article.text_content()
    assert [mark for mark in (" :", "« ", " »", " ;", " ?", " !", " %", "'", "...") if mark in text] == []


def test_what_people_wrote_is_shown_and_never_run(planted_findings):
    theme = planted_findings.themes[0]
    quote = replace(theme.quotes[0], text="<script>alert(1)</script> & <b>gras</b>")
    nasty = replace(theme, quotes=(quote, *theme.quotes[1:]))
    page, content = _page(replace(planted_findings, themes=(nasty, *planted_findings.themes[1:])))
    assert page.findall(".//script") == []
    assert "<b>gras</b>" not in content
    assert quote.text in [q.text_content().strip() for q in page.iter("blockquote")]


def test_every_quote_says_its_language(page, planted_findings):
    for article in page.iter("article"):
        spoken = [quote.get("lang")[:2] for quote in article.iter("blockquote")]
        assert spoken == [quote.language for theme in planted_findings.themes for quote in theme.quotes]


def test_a_theme_of_too_few_people_shows_no_number_no_quote_and_no_bar(planted_findings):
    labels = np.zeros(len(planted_findings.ideas), dtype=int)
    labels[planted_findings.rows >= 60], labels[planted_findings.rows >= 116] = 1, 2
    inside = [np.unique(planted_findings.rows[labels == i]) for i in range(3)]
    themes = tuple(replace(planted_findings.themes[i], rows=inside[i], people=len(inside[i])) for i in range(3))
    kept = planted_findings.kept
    tables = count_people(kept["person"], labels, 3, {LANGUAGE: kept["language"]}, 5)
    page, _ = _page(replace(planted_findings, labels=labels, themes=themes, tables=tables, nearness=np.eye(3)))
    for article in page.iter("article"):
        third = article.findall(".//section")[2]
        assert third.findall("blockquote") == []
        # the only number in what is said of it is the least that may be shown
        assert "".join(c for c in third.findall("p")[0].text_content() if c.isdigit()) == "5"
        numbers = [cell.text_content().strip() for cell in article.findall(".//table[1]/tbody/tr[3]/td")]
        assert numbers[:2] == ["–", "–"]


def test_fictional_answers_are_said_to_be_so_in_both_languages(planted_findings):
    plain, _ = _page(planted_findings)
    fictional, _ = _page(planted_findings, replace(_SOURCE, is_fictional=True))
    said = [[len(article.find_class("flag")) for article in page.iter("article")] for page in (plain, fictional)]
    assert [after - before for before, after in zip(*said, strict=True)] == [1, 1]


def test_the_page_allows_nothing_but_its_own_style(page):
    (policy,) = [m.get("content") for m in page.iter("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_the_language_of_most_answers_comes_first(planted_findings):
    rows = planted_findings.corpus.rows.copy()
    for language in ("fr", "en"):
        rows.loc[:70, "language"] = language
        page, _ = _page(replace(planted_findings, corpus=replace(planted_findings.corpus, rows=rows)))
        assert page.get("lang") == f"{language}-CA"
        assert next(iter(_articles(page))) == f"{language}-CA"
        rows = planted_findings.corpus.rows.copy()


def test_charts_and_tables_have_names_for_those_who_do_not_see_them(page):
    charts = page.findall(".//*[@role='img']")
    assert len(charts) == 2
    assert all(chart.get("aria-label") for chart in charts)
    for svg in page.iter("svg"):
        assert svg.get("aria-hidden") == "true" or svg in charts or svg.getparent() in charts
    assert all(table.findtext("caption").strip() for table in page.iter("table"))
    assert all(cell.get("scope") for cell in page.iter("th"))


def test_what_to_check_is_said_in_both_languages(planted_findings):
    near = planted_findings.nearness.copy()
    near[0, 1] = near[1, 0] = 0.95
    sound, _ = _page(replace(planted_findings, nearness=np.eye(len(near))))
    twins, _ = _page(replace(planted_findings, nearness=near))
    expected = {
        "fr-CA": "Les thèmes 1 et 2 sont très proches l’un de l’autre (0,95",
        "en-CA": "Themes 1 and 2 are very close to one another (0.95",
    }
    for language, sentence in expected.items():
        assert sentence in _articles(twins)[language].text_content()
        assert sentence not in _articles(sound)[language].text_content()  # the control


def test_each_theme_names_the_one_nearest_to_it(page, planted_findings):
    nearest = int(np.argmax(planted_findings.nearness[0] - np.eye(len(planted_findings.themes))[0] * 2)) + 1
    section = _articles(page)["en-CA"].findall(".//section")[0].text_content()
    label = planted_findings.themes[nearest - 1].names["en"].label
    assert f"The theme nearest to it: {nearest}. {label}." in section


def test_a_campaign_whose_numbers_would_tell_of_a_few_is_said_to_be_one_and_no_more(planted_findings):
    report = make_report(planted_findings)
    told = ReportedCampaign(20, "Gardez la maternité.", "fr", {1: 14})
    untold = ReportedCampaign(None, None, "", {})
    sentence = "A long text was sent by several people in nearly the same words; its numbers cannot be shown here."
    for campaigns in [(), (told,), (untold,), (told, untold, untold)]:
        content = report_html(planted_findings, replace(report, campaigns=campaigns), _SOURCE).decode("utf-8")
        text = _articles(html.fromstring(content))["en-CA"].text_content()
        assert text.count(sentence) == int(untold in campaigns)
        assert ("People with and without this text" in text) == ("20 people sent:" in text) == (told in campaigns)


@pytest.fixture(scope="module")
def by_language(planted):
    """What words alone find: themes of one language each."""
    corpus = build_corpus(planted["text"], ids=planted["id"], languages=planted["language"])
    return find_themes(corpus, Settings(engine="tfidf", themes=10), lambda step, done, total: None)


@pytest.mark.parametrize(
    ("language", "said", "mark"),
    [("fr", "Chacun de ces thèmes est dans une seule langue", "(en anglais)"), ("en", "Each of these themes", "(in")],
)
def test_themes_of_one_language_each_are_never_shown_without_saying_so(by_language, language, said, mark):
    article = _articles(_page(by_language)[0])[f"{language}-CA"]
    note = article.find_class("note")[0].text_content()
    assert note.strip().startswith(said)
    headings = [heading.text_content() for heading in article.findall(".//section/h3")]
    assert sum(mark in heading for heading in headings) == (10 if language == "en" else 5)
    text = " ".join(article.text_content().split())
    (pair, *_), labels = by_language.pairs, {theme.number: theme.names for theme in by_language.themes}
    assert f"{pair.fr}. {labels[pair.fr]['fr'].label}" in text
    # a table by language would only repeat that each theme is in one
    captions = [caption.text_content() for caption in article.iter("caption")]
    assert not {"Langue de la réponse", "Language of the answer"} & set(captions)
    assert ("n’a pas pu fonctionner" in text or "could not run" in text) is False


def test_where_meanings_cannot_be_compared_the_report_says_that_nobody_chose_words(by_language):
    found = replace(by_language, settings=replace(by_language.settings, engine="auto"))
    text = _articles(_page(found)[0])["en-CA"].text_content()
    assert "What compares meanings could not run here" in text


def test_themes_of_both_languages_have_no_such_note(page):
    text = page.text_content()
    assert "grouped apart" not in text
    assert "Themes that may be one" not in text


def test_every_theme_that_is_shown_says_why_it_is_one(page, planted_findings):
    shown = make_report(planted_findings).themes
    assert any(theme.people for theme in shown)
    for article in _articles(page).values():
        for section, theme in zip(article.findall(".//section"), shown, strict=True):
            said = " ".join(section.text_content().split())
            if theme.people is None:
                assert "The program put" not in said
                continue
            assert "The program put these answers together" in said or "Le programme a réuni ces réponses" in said
            language = article.get("lang")[:2]
            assert theme.names[language].terms[0].text in said
