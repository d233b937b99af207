"""What could point at a person is found by its form; ordinary answers pass."""

import pytest

from analysis.personal import points_at_a_person


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
