"""From rows to themes: planted subjects are found across both languages, each time the same, or refused with a code."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import adjusted_mutual_info_score

from analysis.corpus import SetAside, build_corpus
from analysis.errors import AnalysisError
from analysis.pipeline import FEWEST_ANSWERS, find_themes
from analysis.settings import Settings
from analysis.stability import Ground
from analysis.tables import LANGUAGE

_SUBJECTS = 5


def _silent(step: str, done: int, total: int) -> None:
    pass


def _find(planted, rows=None, **settings):
    rows = range(len(planted["text"])) if rows is None else rows
    corpus = build_corpus([planted["text"][i] for i in rows], ids=[planted["id"][i] for i in rows])
    return find_themes(corpus, Settings(**settings), _silent)


def _refused(texts, **settings):
    with pytest.raises(AnalysisError) as caught:
        find_themes(build_corpus(texts, languages="fr"), Settings(**settings), _silent)
    return caught.value.code, caught.value.values


def _main_themes(findings):
    """The main theme of each answer, in input order."""
    main = dict(zip(findings.rows[findings.is_main].tolist(), findings.labels[findings.is_main].tolist(), strict=True))
    return np.array([main[row] for row in sorted(main)])


def _bytes_of(findings):
    """Everything a result holds but how long it took, in a form that can be compared."""
    themes = [replace(theme, rows=theme.rows.tolist()) for theme in findings.themes]
    arrays = [findings.rows.tobytes(), findings.labels.tobytes(), findings.strengths.tobytes()]
    return themes, arrays, findings.choice, findings.curve, findings.language_agreement, findings.engine_settings


def test_the_planted_subjects_are_found_and_not_the_languages(planted, planted_findings):
    topics = np.array(planted["topic"])[planted_findings.rows]
    languages = np.array(planted["language"])[planted_findings.rows]
    assert planted_findings.answers == len(planted["text"])
    assert adjusted_mutual_info_score(topics, planted_findings.labels) >= 0.6
    assert adjusted_mutual_info_score(languages, planted_findings.labels) <= 0.1
    assert planted_findings.language_agreement <= 0.1


def test_their_number_is_found_because_it_comes_back(planted_findings):
    assert planted_findings.choice.ground == Ground.COMES_BACK
    assert _SUBJECTS <= planted_findings.choice.themes <= _SUBJECTS + 1


def test_every_theme_is_named_and_quoted_in_both_languages(planted_findings):
    for theme in planted_findings.themes:
        assert theme.names["fr"].label
        assert theme.names["en"].label
        assert {quote.language for quote in theme.quotes} == {"fr", "en"}


def test_words_alone_find_the_subjects_in_each_language_by_itself(planted):
    found = _find(planted, engine="tfidf", themes=2 * _SUBJECTS)
    languages = found.ideas["language"].to_numpy()
    for language in ("fr", "en"):
        spoken = languages == language
        topics = np.array(planted["topic"])[found.rows[spoken]]
        assert adjusted_mutual_info_score(topics, found.labels[spoken]) >= 0.8
    assert sorted(found.languages) == ["en"] * _SUBJECTS + ["fr"] * _SUBJECTS
    assert [found.languages[label] for label in found.labels] == languages.tolist()
    for theme, language in zip(found.themes, found.languages, strict=True):
        assert {code for code, name in theme.names.items() if name.label} == {language}
    assert found.pairs
    # the control: the two are compared where the engine can
    assert _find(planted, engine="sentence", themes=_SUBJECTS).languages == ()


def test_a_theme_is_nearest_to_one_of_its_own_language_where_languages_are_apart(planted):
    found = _find(planted, engine="tfidf", themes=2 * _SUBJECTS)
    spoken = np.array(found.languages)
    same = spoken[:, None] == spoken[None, :]
    assert (found.nearness[~same] == -1).all()
    assert (found.nearness[same] > -1).all()


def test_answers_in_a_language_that_few_write_are_set_aside_where_only_words_are_compared(
    planted,
):
    french = [i for i, language in enumerate(planted["language"]) if language == "fr"]
    english = [i for i, language in enumerate(planted["language"]) if language == "en"][:9]
    found = _find(planted, [*french, *english], engine="tfidf", themes=_SUBJECTS)
    assert found.corpus.rows["set_aside"].tolist().count("few_in_language") == 9
    assert found.languages == ()
    assert set(found.ideas["language"]) == {"fr"}


@pytest.mark.parametrize("engine", ["sentence", "tfidf"])
def test_the_same_input_settings_and_seed_give_the_same_result(planted, engine):
    rows = range(60)
    first, again = (_find(planted, rows, engine=engine) for _ in range(2))
    assert _bytes_of(first) == _bytes_of(again)


def test_rows_in_another_order_give_the_same_themes(planted):
    rows = list(range(60))
    order = [int(i) for i in np.random.default_rng(6).permutation(60)]
    straight = _find(planted, rows, engine="sentence", themes=_SUBJECTS)
    shuffled = _find(planted, [rows[i] for i in order], engine="sentence", themes=_SUBJECTS)
    assert adjusted_mutual_info_score(_main_themes(straight)[order], _main_themes(shuffled)) == pytest.approx(1.0)


def test_themes_whose_people_are_shown_are_numbered_from_the_largest_and_hold_every_idea_once(planted_findings):
    sizes = [theme.people for theme in planted_findings.themes]
    assert sizes == sorted(sizes, reverse=True)
    for number, theme in enumerate(planted_findings.themes):
        assert theme.rows.tolist() == sorted(set(planted_findings.rows[planted_findings.labels == number].tolist()))
    assert len(planted_findings.ideas) == len(planted_findings.corpus.ideas)


def _numbers_of_small_themes(first, second):
    """Return the numbers of two themes of so many people, beside two large ones; one of the first answers first."""
    small, large = ("Le zigouigoui rouge", "Un abricot vert"), ("Le stationnement gratuit", "Des repas chauds")
    texts = [*small, *[small[0]] * (first - 1), *[small[1]] * (second - 1), *[large[0]] * 20, *[large[1]] * 12]
    found = find_themes(build_corpus(texts, languages="fr"), Settings(engine="tfidf", themes=4), _silent)
    themes = [found.themes[group] for group in found.labels[:2]]
    assert [theme.people for theme in themes] == [first, second]
    assert [found.tables[0].counts[theme.number - 1][-1] for theme in themes] == [None, None]
    return [theme.number for theme in themes]


@pytest.mark.parametrize("sizes", [(4, 2), (2, 4), (3, 3), (2, 3)])
def test_the_order_of_themes_tells_nothing_of_hidden_totals(sizes):
    first, second = _numbers_of_small_themes(*sizes)
    assert first < second  # as they came, whichever of the two is larger


def test_the_findings_hold_the_tables_of_their_themes_in_order(planted_findings):
    language, group = planted_findings.tables
    assert (language.column, group.column) == (LANGUAGE, "group")
    people = [theme.people for theme in planted_findings.themes]
    for table in (language, group):
        assert [row[-1] for row in table.counts] == [*people, planted_findings.answers]


def test_the_number_that_was_asked_for_is_made(planted):
    found = _find(planted, engine="tfidf", themes=7)
    assert (len(found.themes), found.choice.ground, found.curve) == (7, Ground.ASKED_FOR, ())


def test_what_an_engine_cannot_read_is_set_aside_with_its_reason(planted):
    texts = [*planted["text"], "Saperlipopette nom d’une pipe"]
    found = find_themes(build_corpus(texts), Settings(engine="tfidf", themes=_SUBJECTS), _silent)
    assert found.corpus.rows["set_aside"].iloc[-1] == SetAside.NO_SHARED_WORDS
    assert 120 not in found.rows


def test_every_step_tells_how_far_it_is(planted):
    told: dict[str, tuple[int, int]] = {}
    corpus = build_corpus(planted["text"][:40])
    find_themes(corpus, Settings(engine="tfidf"), lambda step, done, total: told.update({step: (done, total)}))
    assert list(told) == ["vectors", "number", "clusters", "themes"]
    assert all(done == total for done, total in told.values())


def test_nine_answers_are_too_few(planted):
    texts = planted["text"][: FEWEST_ANSWERS - 1]
    assert _refused([*texts, ""]) == ("answers.too_few", {"contributions": 9, "rows": 10, "least": 10})


def test_ten_answers_are_enough(planted):
    found = _find(planted, range(FEWEST_ANSWERS), engine="sentence")
    assert found.answers == FEWEST_ANSWERS
    assert 2 <= len(found.themes) <= 3


def test_answers_that_all_say_the_same_are_refused():
    assert _refused(["Plus de médecins", "PLUS DE MÉDECINS"] * 10) == ("answers.identical", {"contributions": 20})


@pytest.mark.parametrize("engine", ["sentence", "tfidf"])
def test_more_themes_than_different_answers_are_refused(engine):
    texts = ["Plus de médecins de famille", "Le stationnement de l’hôpital", "Des repas chauds le soir"] * 6
    code, values = _refused(texts, themes=9, engine=engine)
    assert (code, values["themes"]) == ("settings.too_many_themes", 9)
    assert values["distinct"] <= 3


def test_words_that_nobody_shares_are_refused_by_the_engine_that_needs_them():
    words = ["abricot", "brouette", "cactus", "dromadaire", "écureuil", "fenêtre"]
    words += ["girafe", "horloge", "igloo", "jonquille", "kayak", "lampe"]
    assert _refused(words, engine="tfidf") == ("answers.no_shared_words", {"contributions": 12})


def test_an_unknown_engine_is_refused(planted):
    assert _refused(planted["text"], engine="oracle")[0] == "engine.unknown"


@pytest.mark.slow
def test_tens_of_thousands_of_short_answers_are_grouped(planted):
    rng = np.random.default_rng(9)
    pieces = [text.split() for text in planted["text"]]
    texts = []
    for _ in range(42_000):
        one, other = rng.integers(0, len(pieces), 2)
        texts.append(" ".join([*pieces[one][: rng.integers(2, 8)], *pieces[other][-rng.integers(1, 5) :]]))
    languages = [str(language) for language in rng.choice(["fr", "en"], len(texts))]
    found = find_themes(build_corpus(texts, languages=languages), Settings(engine="tfidf"), _silent)
    assert len(found.corpus.rows) == len(texts)
    assert found.answers > 38_000
    assert len({row for theme in found.themes for row in theme.rows.tolist()}) == found.answers


def _two_ideas_each(planted):
    """Every other answer says something of another subject too; what is added to each row."""
    number = len(planted["text"])
    texts, added = [], []
    for i, text in enumerate(planted["text"]):
        others = [
            j
            for j in range(number)
            if planted["topic"][j] != planted["topic"][i] and planted["language"][j] == planted["language"][i]
        ]
        other = others[(7 * i) % len(others)]
        texts.append(f"{text.rstrip('.')}. {planted['text'][other]}" if i % 2 else text)
        added.append(planted["topic"][other] if i % 2 else "")
    return texts, added


def test_an_answer_with_two_ideas_counts_in_two_themes_and_its_person_once_in_each(planted):
    texts, added = _two_ideas_each(planted)
    corpus = build_corpus(texts, ids=planted["id"], languages=planted["language"])
    found = find_themes(corpus, Settings(engine="sentence", themes=_SUBJECTS), _silent)
    whole = find_themes(
        build_corpus(texts, ids=planted["id"], languages=planted["language"], whole=True),
        Settings(engine="sentence", themes=_SUBJECTS),
        _silent,
    )
    several = [
        len({label for row, label in zip(found.rows, found.labels, strict=True) if row == i}) for i in range(120)
    ]
    assert np.mean([several[i] == 2 for i in range(120) if added[i]]) >= 0.6
    assert [several[i] for i in range(120) if not added[i]].count(1) >= 58
    assert sum(theme.people for theme in found.themes) > sum(theme.people for theme in whole.themes) == 120
    assert found.tables[0].counts[-1][-1] in {120, None}
    for theme in found.themes:
        assert len(theme.rows) == len(set(theme.rows.tolist())) == theme.people


def test_the_same_words_from_many_people_are_each_counted(planted):
    texts = [*planted["text"][:40], *["Manque de médecins", "manque de medecins", "MANQUE DE MÉDECINS!"] * 7]
    found = find_themes(build_corpus(texts), Settings(engine="sentence", themes=4), _silent)
    assert len({int(label) for row, label in zip(found.rows, found.labels, strict=True) if row >= 40}) == 1
    theme = found.themes[int(found.labels[-1])]
    assert theme.people >= 21


def test_a_long_text_that_many_sent_is_a_campaign_in_the_findings(planted):
    letter = "Nous demandons au conseil de garder la maternité ouverte parce que nos familles vivent loin de la ville."
    found = find_themes(build_corpus([*planted["text"], *[letter] * 6]), Settings(engine="tfidf", themes=6), _silent)
    assert [(campaign.rows, campaign.people) for campaign in found.campaigns] == [(tuple(range(120, 126)), 6)]
