"""What a report may show: numbers or their absence, flags and warnings as codes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.campaigns import Campaign
from analysis.corpus import build_corpus, fold
from analysis.disclosure import shown_cells
from analysis.naming import Name
from analysis.pipeline import find_themes
from analysis.placing import Placed
from analysis.report import ReportedCampaign, _tells_of_a_part, make_report
from analysis.settings import Settings
from analysis.tables import LANGUAGE, CountTable, count_people
from analysis.themes import describe_themes


def _silent(step: str, done: int, total: int) -> None:
    pass


def _counted(findings, **changes):
    """Return findings with their people counted again after something about them was changed."""
    found = replace(findings, **changes)
    columns = {LANGUAGE: found.kept["language"]}
    columns |= {name: found.corpus.groups[name].iloc[found.rows] for name in found.corpus.groups}
    least, number = found.settings.least_people, len(found.themes)
    return replace(found, tables=count_people(found.kept["person"], found.labels, number, columns, least))


def _regrouped(findings, labels, **changes):
    """Return findings whose themes hold other rows: the first ``labels`` decide, texts and people stay."""
    labels = np.array(labels)
    groups = int(labels.max()) + 1
    ideas = findings.corpus.ideas.drop_duplicates("row").reset_index(drop=True)
    firmly = np.ones(len(labels), dtype=bool)
    placed = Placed(labels, np.linspace(0.9, 0.5, len(labels)), firmly, ~firmly)
    themes = describe_themes(
        ideas,
        placed,
        np.eye(len(labels)),
        np.ones(groups),
        lambda terms, language: np.ones((len(terms), groups)),
    )
    themes = tuple(replace(theme, **changes) for theme in themes)
    return _counted(findings, ideas=ideas, **vars(placed), themes=themes)


def _of_each(findings, *sizes):
    """Return a theme for each row: of each pair of sizes a theme with so many answers in French and in English."""
    left = {"fr": [n for n, (french, _) in enumerate(sizes) for _ in range(french)]}
    left["en"] = [n for n, (_, english) in enumerate(sizes) for _ in range(english)]
    return [left[language].pop(0) for language in _languages_of(findings)]


def _languages_of(findings):
    return findings.corpus.rows["language"].to_numpy()


def test_every_theme_of_enough_people_is_counted_and_quoted(planted_findings):
    report = make_report(planted_findings)
    assert report.people == 120
    assert [theme.people for theme in report.themes] == [theme.people for theme in planted_findings.themes]
    assert not report.several
    assert sum(theme.share for theme in report.themes) == pytest.approx(1.0)
    assert all(theme.quotes for theme in report.themes)


def test_tables_count_by_language_and_by_each_group(planted_findings):
    assert [table.column for table in make_report(planted_findings).tables] == [LANGUAGE, "group"]


def test_answers_in_one_language_have_no_table_of_languages(planted):
    french = [i for i, language in enumerate(planted["language"]) if language == "fr"]
    corpus = build_corpus(
        [planted["text"][i] for i in french], languages="fr", groups={"group": [planted["group"][i] for i in french]}
    )
    report = make_report(find_themes(corpus, Settings(engine="tfidf", themes=3), _silent))
    assert [table.column for table in report.tables] == ["group"]
    assert report.languages == ("fr",)
    assert set(report.warnings) == {"words_only", "one_language", "consent_unknown"}
    assert not any(flag.startswith("mostly_") for theme in report.themes for flag in theme.flags)


def test_a_theme_of_too_few_people_has_no_number_no_name_and_no_quote(planted_findings):
    found = _regrouped(planted_findings, _of_each(planted_findings, (30, 30), (26, 30), (4, 0)))
    assert found.themes[2].quotes != ()
    report = make_report(found)
    hidden = report.themes[2]
    assert (hidden.people, hidden.share, hidden.quotes) == (None, None, ())
    assert set(hidden.names.values()) == {Name("", ())}
    # 120 less 60 and 56 would be 4: one of the three more is hidden, with its share, its names and its quotes
    shown = [report.people, *(theme.people for theme in report.themes[:2])]
    assert shown.count(None) >= 1
    for theme in report.themes:
        assert (theme.people is None) == (theme.quotes == ()) == (set(theme.names.values()) == {Name("", ())})
    assert all(count is None or count >= 5 for table in report.tables for row in table.counts for count in row)


def test_shares_are_hidden_with_the_number_of_all_people(planted_findings):
    labels = np.zeros(120, dtype=int)
    labels[117:] = 1
    report = make_report(_regrouped(planted_findings, labels))
    known = [report.people, *(theme.people for theme in report.themes)]
    assert known.count(None) >= 2
    if report.people is None:
        assert all(theme.share is None for theme in report.themes)


def test_another_least_number_of_people_is_kept(planted_findings):
    settings = replace(planted_findings.settings, least_people=30)
    report = make_report(_counted(planted_findings, settings=settings))
    assert [theme.people for theme in report.themes] == [None] * len(report.themes)
    assert {theme.quotes for theme in report.themes} == {()}


@pytest.mark.parametrize(("stability", "flagged"), [(0.59, True), (0.61, False)])
def test_a_theme_that_comes_back_badly_is_flagged(planted_findings, stability, flagged):
    report = make_report(_regrouped(planted_findings, np.arange(120) % 2, stability=stability))
    assert [("unstable" in theme.flags) for theme in report.themes] == [flagged] * 2


@pytest.mark.parametrize(("cohesion", "flagged"), [(0.3, True), (0.6, False)])
def test_a_theme_whose_answers_have_little_in_common_is_flagged(planted_findings, cohesion, flagged):
    report = make_report(_regrouped(planted_findings, np.arange(120) % 2, cohesion=cohesion))
    assert [("loose" in theme.flags) for theme in report.themes] == [flagged] * 2


def test_a_theme_nearly_all_in_one_language_is_flagged_where_the_counts_that_say_so_are_shown(planted_findings):
    shown = make_report(_regrouped(planted_findings, _of_each(planted_findings, (50, 5), (10, 55))))
    assert shown.tables[0].counts[0][:2] in [(50, 5), (5, 50)]
    assert [theme.flags for theme in shown.themes] == [("mostly_fr",), ()]  # ten of 65 are more than a tenth
    hidden = make_report(_regrouped(planted_findings, _of_each(planted_findings, (50, 4), (10, 56))))
    assert hidden.tables[0].counts[0][:2] == (None, None)
    assert [theme.flags for theme in hidden.themes] == [(), ()]


def test_themes_that_are_the_languages_are_not_flagged_because_that_would_say_who_is_missing(planted_findings):
    report = make_report(_regrouped(planted_findings, (_languages_of(planted_findings) == "fr").astype(int)))
    assert [theme.flags for theme in report.themes] == [(), ()]


def test_themes_that_mix_the_languages_are_not_flagged(planted_findings):
    report = make_report(planted_findings)
    assert not any(flag.startswith("mostly_") for theme in report.themes for flag in theme.flags)


def test_a_person_alone_in_their_language_in_a_theme_is_never_quoted(planted_findings):
    found = _regrouped(planted_findings, _of_each(planted_findings, (39, 1), (21, 59)))
    assert {quote.language for quote in found.themes[0].quotes} == {"fr", "en"}  # the control: chosen, not yet shown
    theme = make_report(found).themes[0]
    assert theme.people == 40
    assert {quote.language for quote in theme.quotes} == {"fr"}
    assert (theme.names["fr"].label != "", theme.names["en"]) == (True, Name("", ()))


def test_a_theme_of_few_people_in_each_language_shows_neither_number_nor_quote(planted_findings):
    found = _regrouped(planted_findings, _of_each(planted_findings, (4, 3), (56, 57)))
    assert found.themes[0].quotes != ()
    theme = make_report(found).themes[0]
    assert (theme.people, theme.quotes) == (None, ())


@pytest.mark.parametrize("first", [(3, 2), (1, 4)])
def test_a_theme_of_five_is_not_named_where_its_name_would_tell_its_languages(planted_findings, first):
    corpus = replace(planted_findings.corpus, groups=planted_findings.corpus.groups[[]])
    (french, english), findings = first, replace(planted_findings, corpus=corpus)
    named = {"names": {"fr": Name("attente", ()), "en": Name("wait", ())}}  # so few people share no word
    report = make_report(
        _regrouped(findings, _of_each(findings, first, (30 - french, 25), (30, 35 - english)), **named)
    )
    theme = report.themes[0]
    assert (theme.people, report.tables[0].counts[0]) == (5, (None, None, 5))
    assert (set(theme.names.values()), theme.quotes) == ({Name("", ())}, ())
    more = make_report(_regrouped(findings, _of_each(findings, (12, 3), (18, 22), (30, 35)), **named))
    assert more.tables[0].counts[0] == (None, None, 15)
    assert {code for code, name in more.themes[0].names.items() if name.label} == {"fr"}  # of fifteen people it may


def test_people_who_speak_english_elsewhere_hide_nobody_who_speaks_it_here(planted_findings):
    labels = np.array(_of_each(planted_findings, (30, 3), (30, 57)))
    rows = planted_findings.corpus.rows.copy()
    here = rows.index[(labels == 0) & (rows["language"] == "fr")]
    elsewhere = rows.index[(labels == 1) & (rows["language"] == "en")]
    for i, person in enumerate(("both one", "both two")):  # once in French here, and twice in English elsewhere
        rows.loc[[here[i], elsewhere[2 * i], elsewhere[2 * i + 1]], "person"] = person
    corpus = replace(planted_findings.corpus, rows=rows)
    found = _regrouped(replace(planted_findings, corpus=corpus), labels)
    report = make_report(found)
    assert sorted(report.tables[0].counts[0]) == [5, 28, 33]
    assert {quote.language for quote in found.themes[0].quotes} == {"fr", "en"}
    assert {quote.language for quote in report.themes[0].quotes} == {"fr"}


def test_one_person_who_answers_often_is_one_person_when_quotes_are_chosen(planted_findings):
    labels = np.array(_of_each(planted_findings, (30, 6), (30, 54)))
    rows = planted_findings.corpus.rows.copy()
    rows.loc[(labels == 0) & (rows["language"] == "en"), "person"] = "one"
    alone = replace(planted_findings, corpus=replace(planted_findings.corpus, rows=rows))
    quoted = [
        {quote.language for quote in make_report(_regrouped(found, labels)).themes[0].quotes}
        for found in (planted_findings, alone)
    ]
    assert quoted == [{"fr", "en"}, {"fr"}]


@pytest.mark.parametrize("seed", range(12))
def test_names_and_quotes_say_no_more_than_the_table_of_languages(planted_findings, seed):
    rng = np.random.default_rng(seed)
    labels = rng.choice(6, 120, p=rng.dirichlet(np.ones(6)))
    found = _regrouped(planted_findings, np.unique(labels, return_inverse=True)[1])
    report = make_report(found)
    table = report.tables[0]
    for theme, everything in zip(report.themes, found.themes, strict=True):
        counts = dict(zip(table.values, table.counts[theme.number - 1], strict=False))
        spoken = found.corpus.rows.loc[everything.rows.tolist(), "language"].value_counts()
        seen = [code for code, name in theme.names.items() if name.label]
        assert all(spoken.get(quote.language, 0) >= 5 and quote.language in seen for quote in theme.quotes)
        most = {code for code in ("fr", "en") if spoken.get(code, 0) == spoken.max()}
        assert set(seen) <= {*most, *(code for code, count in counts.items() if count is not None)}
        assert not seen or theme.people is not None
        said = [flag.removeprefix("mostly_") for flag in theme.flags if flag.startswith("mostly_")]
        assert all(counts[code] >= 0.9 * theme.people for code in said)
        assert set(theme.flags) <= {"unstable", "loose", "mostly_fr", "mostly_en"}


def test_themes_that_follow_the_language_are_warned_of(planted_findings):
    assert "follows_language" in make_report(replace(planted_findings, language_agreement=0.11)).warnings
    assert "follows_language" not in make_report(planted_findings).warnings


def test_detected_languages_are_said_to_be_so(planted_findings):
    assert "languages_detected" in make_report(planted_findings).warnings
    given = replace(planted_findings, corpus=replace(planted_findings.corpus, detected=False))
    assert "languages_detected" not in make_report(given).warnings


def test_it_is_said_where_nobody_knows_who_agreed_to_be_quoted(planted_findings):
    assert "consent_unknown" in make_report(planted_findings).warnings
    known = replace(planted_findings, corpus=replace(planted_findings.corpus, consent_known=True))
    assert "consent_unknown" not in make_report(known).warnings


def test_a_person_of_both_languages_is_counted_once_in_all(planted):
    ids = [f"p{i // 2}" for i in range(120)]
    corpus = build_corpus(planted["text"], ids=ids, languages=planted["language"])
    findings = find_themes(corpus, Settings(engine="tfidf", themes=3), _silent)
    report = make_report(findings)
    assert report.people == 60
    assert [t.people for t in report.themes] == [t.people if t.people >= 5 else None for t in findings.themes]


def test_what_was_set_aside_is_counted_by_reason(planted):
    texts = [*planted["text"], *[""] * 7, *["Rien à ajouter"] * 6]
    corpus = build_corpus(texts)
    report = make_report(find_themes(corpus, Settings(engine="sentence", themes=3), _silent))
    assert (report.set_aside, report.set_aside_total) == ({"empty": 7, "says_nothing": 6}, 13)


def test_a_group_that_nobody_gave_is_a_column_of_its_own(planted_findings):
    groups = pd.DataFrame({"group": [""] * 40 + ["x"] * 80}, index=planted_findings.corpus.rows.index, dtype="str")
    corpus = replace(planted_findings.corpus, groups=groups)
    report = make_report(_counted(planted_findings, corpus=corpus))
    assert report.tables[1].values == ("x", "")


_LETTER = "Nous demandons au conseil de garder le stationnement gratuit parce que nos familles vivent loin de la ville."


def _by_nothing(found):
    """The same findings with their people counted by nothing: as where all speak one language and no group is asked."""
    counts = tuple((row[-1], row[-1]) for row in found.tables[0].counts)
    return replace(found, tables=(replace(found.tables[0], values=("fr",), counts=counts),))


def _with_campaign(planted_findings, senders, **changes):
    """Findings in which so many people of the first theme sent one text, which one more of them said alone."""
    rows = planted_findings.corpus.rows.copy()
    sent = tuple(range(senders))
    rows.loc[list(sent), ["text", "folded"]] = [_LETTER, fold(_LETTER)]
    corpus = replace(planted_findings.corpus, rows=rows)
    found = _regrouped(replace(planted_findings, corpus=corpus), (np.arange(120) >= 40).astype(int))
    return replace(_by_nothing(found), campaigns=(Campaign(sent, senders),), **changes)


def _beside(found, *rows, column=LANGUAGE, values=("fr", "en")):
    """Findings whose people are counted by one thing: numbers of the two themes and of everybody, with totals."""
    counts = tuple((*row, sum(row)) for row in rows)
    whole = tuple(sum(column) for column in zip(*counts, strict=True))
    beside = CountTable(column, values, (*counts, whole))
    return replace(found, tables=(beside,) if column == LANGUAGE else (*found.tables, beside))


@pytest.mark.parametrize(
    ("french", "english", "is_told"),
    [
        (20, 20, True),  # eleven others in French are left
        (14, 26, True),
        (13, 27, False),  # four others in French
        (9, 31, False),  # nobody else in French: all of them sent it
    ],
)
def test_beside_people_by_language_a_campaign_is_told_where_enough_others_of_its_language_are_left(
    planted_findings, french, english, is_told
):
    found = _with_campaign(planted_findings, 9)
    rows = found.corpus.rows.assign(language="fr")
    found = replace(found, corpus=replace(found.corpus, rows=rows))
    beside = _beside(found, (french, english), (40, 40))
    (campaign,) = make_report(beside).campaigns
    assert (campaign == _UNTOLD) == (not is_told)
    assert not is_told or campaign.without == {1: 31}


@pytest.mark.parametrize(("others", "is_told"), [(0, True), (4, True), (5, False)])
def test_where_the_languages_of_a_theme_are_hidden_a_campaign_is_told_if_few_speak_the_other(
    planted_findings, others, is_told
):
    found = _with_campaign(planted_findings, 9)
    spoken = np.where((np.arange(120) >= 40 - others) & (np.arange(120) < 80), "en", "fr")
    rows = found.corpus.rows.assign(language=spoken)
    found = replace(found, corpus=replace(found.corpus, rows=rows), ideas=found.ideas.assign(language=spoken))
    table = CountTable(LANGUAGE, ("fr", "en"), ((None, None, 40), (40, 40, 80), (None, None, 120)))
    assert (make_report(replace(found, tables=(table,))).campaigns != (_UNTOLD,)) == is_told


def test_a_campaign_of_two_languages_is_not_told_beside_people_by_language(planted_findings):
    found = _with_campaign(planted_findings, 9)
    for languages, is_told in ((["fr"] * 120, True), (["en", *["fr"] * 119], False)):
        rows = found.corpus.rows.assign(language=languages)
        beside = _beside(replace(found, corpus=replace(found.corpus, rows=rows)), (20, 20), (40, 40))
        assert (make_report(beside).campaigns != (_UNTOLD,)) == is_told


@given(st.lists(st.integers(0, 30), min_size=2, max_size=4), st.integers(5, 40))
def test_beside_people_by_group_a_campaign_that_is_told_leaves_five_values_for_who_of_each_group_sent_it(sizes, sent):
    people = sum(sizes)
    counts = np.array([sizes])
    shown = shown_cells(counts)
    row = [int(n) if ok else None for n, ok in zip([*sizes, people], shown[0], strict=True)]
    table = CountTable("group", tuple("abcd"[: len(sizes)]), (tuple(row), tuple(row)))
    left = people - sent
    if left < 5 or row[-1] is None or _tells_of_a_part({1: (people, left)}, {}, table, ({"fr"}, set()), 5):
        return
    for cell, count in enumerate(row[:-1]):
        if count is None:
            continue
        others = people - count
        # every way in which that many may have sent it, of this group and of the others
        ways = {inside for inside in range(count + 1) if 0 <= sent - inside <= others}
        small = [n for n in (0, 1, 2, 3, 4) if n in ways or count - n in ways]
        assert not small or len(ways) >= 5, (cell, ways)


def test_a_group_of_few_others_keeps_a_campaign_untold():
    table = CountTable("group", ("a", "b"), ((38, None, 40), (38, None, 40)))
    assert _tells_of_a_part({1: (40, 20)}, {}, table, ({"fr"}, set()), 5)  # of 38, 18 to 20 sent it
    even = CountTable("group", ("a", "b"), ((30, 10, 40), (30, 10, 40)))
    assert not _tells_of_a_part({1: (40, 20)}, {}, even, ({"fr"}, set()), 5)


def test_a_campaign_is_shown_with_what_is_left_without_it(planted_findings):
    report = make_report(_with_campaign(planted_findings, 9))
    assert "campaign" in report.warnings
    (campaign,) = report.campaigns
    assert (campaign.people, campaign.text, campaign.without) == (9, _LETTER, {1: 31})
    assert "campaign" not in make_report(planted_findings).warnings


@pytest.mark.parametrize("senders", [4, 37])
def test_a_campaign_of_few_or_one_that_leaves_few_shows_no_count_that_gives_them_away(planted_findings, senders):
    report = make_report(_with_campaign(planted_findings, senders))
    assert report.campaigns == (() if senders == 4 else (_UNTOLD,))


_UNTOLD = ReportedCampaign(None, None, "", {})


def test_a_campaign_says_nothing_in_a_theme_that_is_hidden_nor_of_several_beside_one(planted_findings):
    found = _with_campaign(planted_findings, 9)
    hidden = _regrouped(found, [0] * 40 + [1] * 77 + [2] * 3)
    report = make_report(replace(_by_nothing(hidden), campaigns=found.campaigns))
    assert report.themes[2].people is None
    assert report.campaigns == (_UNTOLD,)


@pytest.mark.parametrize(("elsewhere", "is_told"), [(3, False), (5, True)])
def test_a_campaign_that_speaks_in_two_themes_is_told_where_enough_sent_it_in_each(
    planted_findings, elsewhere, is_told
):
    found = _with_campaign(planted_findings, 12)
    labels = (np.arange(120) >= 40).astype(int)
    labels[:elsewhere] = 1
    (campaign,) = make_report(replace(_by_nothing(_regrouped(found, labels)), campaigns=found.campaigns)).campaigns
    assert campaign.people == (12 if is_told else None)
    assert is_told or campaign == _UNTOLD


def test_a_campaign_is_not_told_where_a_few_of_its_people_say_the_same_without_it(planted_findings):
    found = _with_campaign(planted_findings, 12)
    rows = found.corpus.rows.copy()
    rows.loc[[20, 21, 22], "person"] = rows.loc[[0, 1, 2], "person"].tolist()
    again = _regrouped(replace(found, corpus=replace(found.corpus, rows=rows)), (np.arange(120) >= 40).astype(int))
    assert make_report(replace(_by_nothing(again), campaigns=found.campaigns)).campaigns == (_UNTOLD,)


def test_two_campaigns_are_not_both_told_where_that_leaves_a_few(planted_findings):
    first, second = Campaign(tuple(range(20)), 20), Campaign(tuple(range(20, 38)), 18)
    report = make_report(replace(_with_campaign(planted_findings, 9), campaigns=(first, second)))
    assert [campaign.people for campaign in report.campaigns] == [20, None]
    fewer = replace(second, rows=second.rows[:15], people=15)
    report = make_report(replace(_with_campaign(planted_findings, 9), campaigns=(first, fewer)))
    assert [campaign.people for campaign in report.campaigns] == [20, 15]


def _told(found, **columns):
    """Return the text and the language of its campaign, where the rows of its nine senders are so."""
    rows = found.corpus.rows.copy()
    rows.loc[:8, list(columns)] = pd.DataFrame(columns, index=range(9))
    (campaign,) = make_report(replace(found, corpus=replace(found.corpus, rows=rows))).campaigns
    assert campaign.people == 9
    return campaign.text, campaign.language


def test_a_campaign_is_quoted_only_where_somebody_agreed_and_nothing_points_at_a_person(planted_findings):
    found = _with_campaign(planted_findings, 9)
    assert _told(found, can_be_quoted=False) == (None, "")
    assert _told(found, text=f"{_LETTER} Écrivez à a.roy@example.org") == (None, "")
    assert _told(found, text=f"{_LETTER} Merci à Mme\nTremblay") == (None, "")


def test_a_campaign_is_quoted_as_enough_people_sent_it_and_one_of_them_agreed(planted_findings):
    found = _with_campaign(planted_findings, 9)
    mine = f"J’ai perdu mon enfant. {_LETTER}"
    texts, folded = [mine] + [_LETTER] * 8, ["mine"] + ["letter"] * 8
    first = [True] + [False] * 8
    assert _told(found, text=texts, folded=folded, can_be_quoted=first) == (None, "")
    languages = ["en"] + ["fr"] * 8
    assert _told(found, text=texts, folded=folded, language=languages) == (_LETTER, "fr")
    assert _told(found, text=texts, folded=["mine"] * 4 + [str(i) for i in range(5)]) == (None, "")


def test_the_share_of_weak_ideas_is_said(planted_findings):
    weak = np.arange(len(planted_findings.ideas)) % 4 == 0
    assert make_report(replace(planted_findings, is_weak=weak)).weak == pytest.approx(weak.mean())
