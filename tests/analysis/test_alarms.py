"""What is flagged as danger or as a complaint, in both languages, and what only names the subject."""

import pytest

from analysis.alarms import Alarm, Reason, find_alarms

FLAGGED = {
    Reason.SUICIDE: (
        "Parfois je pense au suicide.",
        "J’ai envie de mourir.",
        "Mon frère s’est enlevé la vie l’an dernier.",
        "Je n’ai plus le goût de vivre depuis son départ.",
        "j ai plus envie de vivre",
        "Ma fille a fait une tentative de suicide et on a attendu 14 heures.",
        "J'AI DES IDEES SUICIDAIRES",
        "I want to die.",
        "I have been suicidal since March.",
        "My brother killed himself while he waited.",
        "Some days I think about ending my life.",
        "We lost our son to suicide.",
    ),
    Reason.SELF_HARM: (
        "Je me coupe les bras quand ça va mal.",
        "J’ai peur de me faire du mal.",
        "She cuts herself and nobody sees it.",
        "I hurt myself again last night.",
    ),
    Reason.VIOLENCE: (
        "Mon mari me frappe.",
        "Il m’a frappée devant les enfants.",
        "J’ai été agressée dans le stationnement.",
        "J’ai peur de mon conjoint.",
        "My husband hits me.",
        "I was assaulted by a patient.",
        "I am afraid of my ex.",
    ),
    Reason.THREAT: ("Il menace de me tuer.", "J’ai reçu des menaces de mort.", "He threatened to kill me."),
    Reason.CHILD: (
        "Le voisin bat ses enfants.",
        "Mon enfant est maltraité à la garderie.",
        "He beats his kids.",
        "The child was abused by her uncle.",
    ),
    Reason.ABUSE: (
        "Ma mère a été maltraitée à la résidence.",
        "On laisse les résidents sans manger.",
        "My mother was neglected in the home.",
        "They left him in his own urine.",
    ),
    Reason.COMPLAINT: (
        "Je veux porter plainte contre l’hôpital.",
        "J’ai déposé une plainte et personne n’a répondu.",
        "Ma plainte est restée sans suite.",
        "I filed a complaint in May.",
        "I want to complain about the nurse.",
    ),
    Reason.LAWSUIT: ("Mon avocat va vous écrire.", "We are suing the hospital."),
    Reason.FAULT: (
        "On m’a donné le mauvais médicament.",
        "Ils ont refusé de me soigner.",
        "They refused to treat me.",
        "I was misdiagnosed for two years.",
    ),
}
# The subject, a figure of speech, or what belongs to a process.
LEFT_ALONE = (
    "Il faut mieux financer la prévention du suicide.",
    "Better suicide prevention for young people.",
    "Les services contre la violence conjugale manquent.",
    "More shelters against domestic violence.",
    "The waiting is killing me.",
    "Attendre me tue.",
    "On se bat contre le système.",
    "We are dying to know the results.",
    "Le taux de suicide augmente.",
    "Child abuse prevention programmes need money.",
    "La lutte contre la maltraitance des aînés est une priorité.",
    "The complaints process is too long.",
    "Le processus de plainte est trop long.",
    "Les citoyens doivent pouvoir porter plainte en ligne.",
    "Cut red tape and hit the targets.",
    "Je suis attaché à mon village.",
    "Les enfants attendent trop longtemps.",
    "Un avocat pour les patients serait utile.",
    "Stop abusing antibiotics.",
    "",
)


@pytest.mark.parametrize(("reason", "text"), [(reason, text) for reason, texts in FLAGGED.items() for text in texts])
def test_what_is_flagged_says_why_and_marks_words_of_the_text(reason, text):
    found = find_alarms(text)
    assert found[0].reason is reason
    assert all(0 <= each.start < each.end <= len(text) for each in found)


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_a_subject_and_a_figure_of_speech_are_left_alone(text):
    assert find_alarms(text) == ()


def test_the_marks_are_places_in_the_text_as_it_was_written():
    text = "Ça va mal… J’ai  envie de mourir, dit-elle. MY HUSBAND HITS ME."
    assert [text[each.start : each.end] for each in find_alarms(text)] == ["envie de mourir", "MY HUSBAND HITS ME"]


def test_several_reasons_stand_side_by_side_in_the_order_of_the_text():
    found = find_alarms("They refused to treat me. I filed a complaint. I want to die.")
    assert [each.reason for each in found] == [Reason.FAULT, Reason.COMPLAINT, Reason.SUICIDE]
    assert {each.reason.alarm for each in found} == {Alarm.COMPLAINT, Alarm.DANGER}


def test_a_very_long_text_is_read_without_delay():
    for words in ("je veux mon ", "my kids ", "l'", "la "):
        assert find_alarms(words * (100_000 // len(words))) == ()
