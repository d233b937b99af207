"""What could point at a person is found by its form; ordinary answers pass."""

import pytest

from analysis.personal import Kind, find_personal, points_at_a_person, redact


@pytest.mark.parametrize(
    "text",
    [
        "Write to me at jean.tremblay@example.org",
        "Voir www.exemple.ca pour la suite",
        "It is all on https://example.org/me",
        "Appelez-moi au 514 555-0199",
        "My number is (418) 555-0199.",
        "+1 819.555.0199 en tout temps",
        "le poste 555-0199 ne répond pas",
        "ma carte TREM 1234 5678 est expirée",
        "trem12345678",
        "NAS 123 456 789",
        "dossier 0012345678 perdu",
        "I live at G1R 4P5",
        "j’habite h2x1y4",
        "Le Dr Tremblay m’a oubliée",
        "Dre. Côté est formidable",
        "Mme Gagné n’écoute pas",
        "M. Roy du guichet",
        "Mrs. Smith at the desk",
        "Mr. O’Neil was kind",
        "le docteur Roy est parti",
        "dr Roy est parti",
        "DR ROY EST PARTI",
        "Monsieur Bélanger à l’accueil",
        "Madame Éthier à l’accueil",
    ],
)
def test_a_form_that_could_identify_somebody_is_found(text):
    assert points_at_a_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "L’attente à l’urgence est trop longue",
        "24 heures sur 24, 7 jours sur 7",
        "I called 811, then 911",
        "It costs 12,000 $ a year since 2024",
        "On attend 10 h 30 à 3 personnes sur 4",
        "A doctor for every family",
        "Le docteur ne rappelle jamais",
        "Mme la directrice devrait nous écouter",
        "the Mr behind the counter",
        "Monsieur le ministre, madame la mairesse",
        "",
    ],
)
def test_an_ordinary_answer_passes(text):
    assert not points_at_a_person(text)


@pytest.mark.parametrize(
    ("text", "kind", "form"),
    [
        ("Écrivez à marie@exemple.qc.ca svp", Kind.EMAIL, "marie@exemple.qc.ca"),
        ("Call 613-555-0199 today", Kind.TELEPHONE, "613-555-0199"),
        ("poste 555-0199", Kind.TELEPHONE, "555-0199"),
        ("carte TREM 5306 1518", Kind.HEALTH_NUMBER, "TREM 5306 1518"),
        ("card 1234-567-890-AB", Kind.HEALTH_NUMBER, "1234-567-890-AB"),
        ("card 1234567890AB", Kind.HEALTH_NUMBER, "1234567890AB"),
        ("habite au J8X 2K1 ici", Kind.POSTAL_CODE, "J8X 2K1"),
        ("compte 123 456 789", Kind.NUMBER, "123 456 789"),
        ("le docteur Roy écoute", Kind.NAME, "docteur Roy"),
        ("ma voisine Thérèse Gagnon attend", Kind.MAYBE_NAME, "Thérèse Gagnon"),
        ("at the Civic, l’hôpital de Gatineau", Kind.MAYBE_NAME, "Civic"),
    ],
)
def test_a_person_who_reads_is_shown_where_to_look(text, kind, form):
    assert (kind, form) in [(found.kind, text[found.start : found.end]) for found in find_personal(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Attendre trois mois. Personne ne rappelle.",
        "Le CLSC et le 811 ne répondent pas. J’attends depuis 2019.",
        "I think I’m lost. Nobody calls back! Why?",
    ],
)
def test_plain_sentences_have_nothing_to_look_at(text):
    assert find_personal(text) == ()
    assert redact(text) == text


def test_a_redacted_form_has_none_of_the_forms_and_leaves_words_that_may_be_names_to_a_person():
    text = "Ask Dr. Roy or Thérèse at 613-555-0199, t@example.org, K1A 0B1, TREM 5306 1518."
    redacted = redact(text)
    assert redacted == "Ask […] or Thérèse at […], […], […], […]."
    assert not points_at_a_person(redacted)
    assert [found.kind for found in find_personal(redacted)] == [Kind.MAYBE_NAME]


def test_a_text_of_nothing_but_signs_does_not_stop_the_others():
    for text in ("@" * 50_000, "a@" * 25_000, "a" * 50_000, "a." * 25_000, "1-" * 25_000):
        assert redact(text).count("@") in (0, 25_000, 50_000)
