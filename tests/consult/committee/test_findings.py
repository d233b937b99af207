"""What of a run's true numbers a committee reads: each rule by itself, with planted counts and no database."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from analysis.audience import Audience
from analysis.bands import Band
from analysis.protection import named_languages
from analysis.report import make_report
from analysis.tables import LANGUAGE, count_people
from consult.committee.findings import show_findings
from consult.disclosure import Rule
from consult.record.findings import RunSummary
from consult.record.quote import ShownQuote
from consult.record.theme import CandidateTheme, Run
from consult.tasks.run_results import make_results
from surveys.localised import Localised

HEADINGS = {
    "language": ("Language", {"fr": "French", "en": "English"}),
    "group": ("Group", {"a": "Citizens", "b": "Managers"}),
}
LEAST = 5
RULE = Rule(Audience.COMMITTEE, LEAST)
# (French, English) of each theme. Three people who spoke English, and who hides them: the theme beside it.
_HIDDEN_ENGLISH = [(30, 3), (30, 20), (12, 25)]
_ALL_SHOWN = [(30, 8), (30, 20), (12, 25)]


def _count(cells, groups):
    people = sum(map(sum, cells))
    languages = {code: sum(column) for code, column in zip(("fr", "en"), zip(*cells, strict=True), strict=True)}
    first = sum(groups) if groups else people
    return people, _without_zeros(languages), _without_zeros({"a": first, "b": people - first})


def _without_zeros(counts):
    return {value: count for value, count in counts.items() if count}


def _show(cells, groups=(), flags=(), set_aside=None):
    """Show themes of so many people in French and in English; `groups` is how many of each are citizens."""
    themes = []
    for number, (french, english) in enumerate(cells, 1):
        people, languages, by_group = _count([(french, english)], groups[number - 1 : number])
        counts = {"people": people, "language": languages, "group": by_group, "stability": 0.9, "flags": list(flags)}
        labels = Localised(f"Name {number}", f"Nom {number}")
        themes.append(
            CandidateTheme(number=number, labels=labels, terms={"fr": ["mot"], "en": ["word"]}, counts=counts)
        )
    people, languages, by_group = _count(cells, groups)
    summary = RunSummary(people=people, languages=languages, groups=by_group, set_aside=set_aside or {})
    quotes = {
        number: [ShownQuote(f"{code} {number}", code) for code in ("fr", "en")] for number in range(1, len(cells) + 1)
    }
    return show_findings(themes, summary, quotes, HEADINGS, RULE)


def _of(found, number):
    """Return what is shown of the theme that was planted as this one: its line, its quotes, its row by language."""
    line = next(line for line in found.lines if str(number) in line.labels.fr + line.labels.en)
    return line, found.quotes[line.number], found.tables[0].rows[line.number - 1]


def _languages(line):
    return {code for code in ("fr", "en") if line.labels.get(code)}


@pytest.mark.parametrize(
    ("cells", "row", "seen"),
    [
        (_ALL_SHOWN, (30, 8, 38), {"fr", "en"}),
        (_HIDDEN_ENGLISH, (None, None, 33), set()),
    ],
)
def test_a_language_is_quoted_where_its_people_are_shown(cells, row, seen):
    _, quotes, counts = _of(_show(cells), 1)
    assert counts == row
    assert {quote.language for quote in quotes} == seen


@pytest.mark.parametrize(
    ("cells", "named"),
    [
        (_ALL_SHOWN, {"fr", "en"}),
        (_HIDDEN_ENGLISH, {"fr"}),  # the language that most of the theme speaks, which thirty-three people cannot hide
        ([(3, 30), (20, 30), (25, 12)], {"en"}),
    ],
)
def test_names_and_terms_are_in_the_languages_shown_and_the_main_one(cells, named):
    line, *_ = _of(_show(cells), 1)
    assert _languages(line) == named
    assert set(line.terms) == named


@pytest.mark.parametrize(
    ("cells", "kept"),
    [
        ([(60, 5), (30, 20), (12, 25)], ("unstable", "mostly_fr")),
        ([(60, 4), (30, 20), (12, 25)], ("unstable",)),
    ],
)
def test_that_nearly_all_speak_one_language_is_said_where_the_counts_say_so(cells, kept):
    line, _, counts = _of(_show(cells, flags=("unstable", "mostly_fr")), 1)
    assert (counts[0] is None) == ("mostly_fr" not in kept)
    assert line.flags == kept


def test_the_number_of_all_people_is_hidden_where_it_would_tell_a_theme():
    open_to_all = _show([(30, 20), (40, 10)])
    assert (open_to_all.people, open_to_all.has_hidden) == (100, False)
    found = _show([(30, 20), (40, 10), (2, 1)])
    known = [found.people, *(line.people for line in found.lines)]
    assert found.left_out + known.count(None) >= 2  # three people alone would be what is missing
    for (french, english), line in product([(30, 20), (40, 10), (2, 1)], found.lines):
        assert line.people != french + english or line.people >= LEAST
    only = _show([(2, 1), (1, 2)])
    assert (only.people, only.lines, only.left_out) == (None, (), 2)


def test_a_theme_of_few_people_is_left_out_with_its_quotes():
    found = _show([(30, 20), (40, 10), (2, 1)])
    assert found.left_out >= 1
    assert set(found.quotes) == {line.number for line in found.lines}
    assert all("3" not in quote.text for quotes in found.quotes.values() for quote in quotes)


def test_the_table_of_languages_is_protected_from_who_reads_names_and_quotes():
    """Four of twelve in each language: names and quotes tell that these are the small ones, so their sum must not."""
    found = _show([(4, 12), (4, 12), (20, 20)])
    rows = {line.labels.fr or line.labels.en: row for line, row in zip(found.lines, found.tables[0].rows, strict=True)}
    large = rows["Nom 3"]
    assert None in large  # two fours alone, known to be small, come to eight: each would be four


def test_what_is_hidden_carries_a_word_that_its_table_is_protected_against():
    """Of two fours whose sum is eight, “under five” would tell both: they are hidden together with larger ones."""
    found = _show([(16, 0), (16, 0), (40, 0)], groups=(4, 4, 20))
    table = found.tables[-1]
    assert table.caption == "Group"
    row = next(at for at, line in enumerate(found.lines) if line.people == 16)
    words = {table.band(row, column) for column, count in enumerate(table.rows[row]) if count is None}
    assert words == {Band.FEW, Band.SOME}
    assert None in table.rows[0]
    assert table.hidden_share == 1.0
    open_to_all = _show(_ALL_SHOWN).tables[0]
    assert open_to_all.hidden_share == 0
    assert not any(open_to_all.band(row, column) for row in range(3) for column in range(2))


def test_what_was_set_aside_is_protected_too():
    found = _show(_ALL_SHOWN, set_aside={"empty": 20, "no_words": 3, "says_nothing": 9})
    assert found.set_aside == {"empty": 20, "no_words": None, "says_nothing": None}
    assert found.set_aside_total == 32


def test_themes_stand_by_people_and_are_numbered_so():
    found = _show([(12, 25), (30, 20), (40, 30)])
    assert [(line.number, line.labels.fr, line.people) for line in found.lines] == [
        (1, "Nom 3", 70),
        (2, "Nom 2", 50),
        (3, "Nom 1", 37),
    ]
    assert found.quotes[1][0].text == "fr 3"
    assert [row[-1] for row in found.tables[0].rows] == [70, 50, 37]


def test_a_report_of_the_same_people_hides_the_same_totals_as_the_page(planted_findings):
    """`consult themes` makes its tables from rows, the page from the counts that a run stored of them."""
    rng = np.random.default_rng(5)
    hidden = 0
    for shares in ([6, 1, 1, 1], [1, 1, 1, 0.3], [9, 0.4, 0.4, 0.4], [3, 3, 2, 0.5], [20, 1, 1, 1]):
        labels = rng.choice(4, 120, p=rng.dirichlet(np.multiply(shares, 3)))
        findings = _dealt(planted_findings, np.unique(labels, return_inverse=True)[1])
        report, found = make_report(findings), _page_of(findings)
        assert found.people == report.people
        totals = [theme.people for theme in report.themes]
        assert [line.people for line in found.lines] == sorted(filter(None, totals), reverse=True)
        assert found.left_out == totals.count(None)
        reported = {table.column: table for table in report.tables}
        for shown, column in zip(found.tables, (LANGUAGE, "group"), strict=True):
            table = reported[column]
            assert set(zip(shown.headings, shown.totals, strict=False)) == set(
                zip(table.values, table.counts[-1], strict=False)
            )
            rows = [row for row, people in zip(table.counts, totals, strict=False) if people is not None]
            assert sorted(map(_bag, shown.rows)) == sorted(map(_bag, rows))
        hidden += totals.count(None) + [report.people].count(None)
    assert hidden > 2


def _bag(row):
    return sorted(map(str, row))


def _dealt(findings, dealt):
    """Return findings whose themes hold other rows, with all their ideas, counted as a report counts them."""
    labels = dealt[findings.rows]
    themes = tuple(
        replace(findings.themes[0], number=number + 1, rows=rows, people=len(rows))
        for number, rows in enumerate(np.flatnonzero(dealt == number) for number in range(dealt.max() + 1))
    )
    columns = {LANGUAGE: findings.kept["language"], "group": findings.corpus.groups["group"].iloc[findings.rows]}
    tables = count_people(findings.kept["person"], labels, len(themes), columns, LEAST, columns)
    return replace(findings, labels=labels, themes=themes, tables=tables)


def _page_of(findings):
    """Return what the page shows of these findings, stored as a run stores them."""
    rows = findings.corpus.rows
    frame = pd.DataFrame(
        {
            "id": [str(row) for row in range(len(rows))],
            "text": rows["text"],
            "group": findings.corpus.groups["group"],
            "language": rows["language"],
            "person": rows["person"],
            "channel": "survey",
        }
    )
    results = make_results(findings, frame, {})
    themes = [
        CandidateTheme(number=theme.number, labels=theme.labels, terms=theme.terms, counts=theme.counts)
        for theme in results.themes
    ]
    summary = RunSummary.of(Run(summary=results.summary))
    return show_findings(themes, summary, {}, {column: (column, {}) for column in ("language", "group")}, RULE)


# The language that names a theme


def _left_for_the_other(people, named):
    """List what the language that names no theme can count, of people whose languages are both hidden."""
    if named == "fr":  # of equal numbers French names it
        return [english for english in range(people + 1) if people - english >= english]
    return [french for french in range(people + 1) if people - french > french]


@pytest.mark.parametrize("first", [(french, 5 - french) for french in range(1, 5)])
def test_a_name_does_not_tell_which_of_two_hidden_languages_is_the_smaller(first):
    found = _show([first, (20, 15), (18, 12)])
    line = next(line for line in found.lines if line.people == 5)
    assert found.tables[0].rows[line.number - 1] == (None, None, 5)
    main = "fr" if first[0] >= first[1] else "en"
    assert len(_left_for_the_other(5, main)) < LEAST - 1  # the control: with its name three values would be left
    assert _languages(line) == set()
    assert line.terms == {}
    assert found.quotes[line.number] == []


def test_whatever_is_named_leaves_the_hidden_language_four_values():
    named = 0
    for french, english in product(range(13), repeat=2):
        found = _show([(french, english), (20, 15), (18, 12)])
        for line in found.lines:
            if line.people == french + english and found.tables and found.tables[0].rows[line.number - 1][0] is None:
                named += len(_languages(line))
                for main in _languages(line):
                    assert len(_left_for_the_other(line.people, main)) >= LEAST - 1
    assert named > 10


@pytest.mark.parametrize(
    ("people", "shown", "named"),
    [
        (None, {"fr"}, set()),
        (7, set(), set()),
        (8, set(), {"fr"}),
        (7, {"en"}, {"fr", "en"}),
        (30, {"fr", "en"}, {"fr", "en"}),
    ],
)
def test_the_languages_that_name_a_theme(people, shown, named):
    assert named_languages(people, {"fr": 5, "en": 3}, shown, LEAST) == named


def _by_language(people, spoken, pairs=()):
    """Show themes of one language each, of so many people."""
    themes = [
        CandidateTheme(
            number=number,
            labels=Localised(**{"en": "", "fr": "", language: f"Theme {number}"}),
            terms={language: ["word"]},
            counts={
                "people": count,
                "language": {language: count},
                "group": {"a": count},
                "spoken": language,
                "firm_people": count - 1,
                "nearest": number % len(people) + 1,
            },
        )
        for number, (count, language) in enumerate(zip(people, spoken, strict=True), 1)
    ]
    totals = {code: sum(n for n, each in zip(people, spoken, strict=True) if each == code) for code in ("fr", "en")}
    warnings = ("by_language",) if pairs else ()
    summary = RunSummary(
        people=sum(people), languages=totals, groups={"a": sum(people)}, warnings=warnings, pairs=tuple(pairs)
    )
    quotes = {number: [ShownQuote("said", spoken[number - 1])] for number in range(1, len(people) + 1)}
    return show_findings(themes, summary, quotes, HEADINGS, RULE)


def test_themes_of_one_language_by_construction_are_named_and_quoted_and_not_counted_by_language():
    found = _by_language((30, 20, 6, 4), ("fr", "en", "fr", "en"), [(1, 2), (3, 4)])
    assert [line.people for line in found.lines if line.people is not None]
    assert found.tables == ()
    for line in found.lines:
        assert line.labels.get(line.spoken)
        assert [quote.language for quote in found.quotes[line.number]] == [line.spoken]
    # a pair with a theme that is not shown is no pair
    assert found.pairs == ((1, 2),)
    assert _by_language((30, 20), ("fr", "en")).pairs == ()


def test_a_line_names_no_theme_that_is_not_shown_and_not_how_many_are_weakly_attached():
    found = _by_language((30, 20, 25, 4), ("fr", "en", "fr", "en"), [(1, 2)])
    numbers = {line.number for line in found.lines}
    assert all(line.firm is None for line in found.lines)
    assert {line.nearest for line in found.lines} <= numbers | {None}
