"""Ready-made questions about the person who answers: to start from, in our own words, to be edited.

Each is optional, says why it is asked, and can be left without an answer in so many words. `standard` names the source
whose concept and categories the question follows, with its version; it does not quote it: a facilitator who must use a
standard's exact wording pastes it in. Where no standard is followed it is empty, so too for racialised identity: the
health standard asks for a list of groups, which in a consultation of 100 to 300 people would point at somebody.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from surveys.definition import Choice, Question, Section, Survey
from surveys.edit import add_section, copy_questions
from surveys.localised import Localised
from surveys.problems import SurveyError
from surveys.question_type import SpecialValue

ABOUT_YOU: Final = "about_you"  # the section's code
_NO_ANSWER: Final = (str(SpecialValue.PREFER_NOT_TO_ANSWER),)
_OTHER: Final = ("has_other", True)
_TITLE: Final = Localised("About you", "À propos de vous")
_INTRODUCTION: Final = Localised(
    "These questions are optional. They help us see whether we have heard from everybody; they are never published"
    " for groups so small that somebody could be recognised.",
    "Ces questions sont facultatives. Elles nous aident à voir si nous avons entendu tout le monde; rien n’est publié"
    " pour des groupes si petits qu’on pourrait y reconnaître quelqu’un.",
)


def about_you(codes: Iterable[str]) -> Section:
    """Return the section with these presets, by code, for the end of a survey.

    They stand in the order of `PRESETS`, whatever order they are asked for in: Indigenous identity comes before
    racialised identity. Raises SurveyError: preset.unknown (preset).
    """
    wanted = set(codes)
    if unknown := sorted(wanted - PRESETS.keys()):
        raise SurveyError.of("preset.unknown", "presets", preset=unknown[0])
    questions = tuple(question for name, question in PRESETS.items() if name in wanted)
    return Section(ABOUT_YOU, _TITLE, _INTRODUCTION, questions)


def add_about_you(survey: Survey, codes: Iterable[str], taken: Iterable[str] = ()) -> Survey:
    """Return the survey with these presets at the end of its section about the person, a new last one if it has none.

    They get codes that neither the survey nor `taken` has. Raises SurveyError: preset.unknown (preset).
    """
    new = about_you(codes)
    if all(section.code != new.code for section in survey.sections):
        survey = add_section(survey, replace(new, questions=()))
    return copy_questions(survey, new.code, new.questions, taken)


def _choices(*listed: tuple[str, str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(code, Localised(english, french)) for code, english, french in listed)


_AGE = Question(
    "age_band",
    "single_choice",
    Localised("How old are you?", "Quel âge avez-vous?"),
    why=Localised(
        "Needs change with age. This tells us which ages we have not heard enough from.",
        "Les besoins changent avec l’âge. Cela nous dit quels âges nous n’avons pas assez entendus.",
    ),
    offers=_NO_ANSWER,
    choices=_choices(
        ("under_25", "Under 25", "Moins de 25 ans"),
        ("from_25_to_44", "25 to 44", "De 25 à 44 ans"),
        ("from_45_to_64", "45 to 64", "De 45 à 64 ans"),
        ("from_65_to_79", "65 to 79", "De 65 à 79 ans"),
        ("from_80", "80 or over", "80 ans ou plus"),
    ),
)
_GENDER = Question(
    "gender",
    "single_choice",
    Localised("What is your gender?", "Quel est votre genre?"),
    why=Localised(
        "Experiences of care differ with gender. This tells us whose experience we are missing.",
        "L’expérience des soins diffère selon le genre. Cela nous dit quelle expérience nous manque.",
    ),
    offers=_NO_ANSWER,
    settings=(
        _OTHER,
        ("other_label", Localised("I describe myself in another way", "Je me décris autrement")),
    ),
    choices=_choices(
        ("woman", "Woman", "Femme"),
        ("man", "Man", "Homme"),
        ("non_binary", "Non-binary person", "Personne non binaire"),
    ),
    standard="Statistics Canada, Dictionary, Census of Population, gender (2021)",
    sensitive=True,
)
_REGION = Question(
    "region",
    "single_choice",
    Localised("Where do you live?", "Où habitez-vous?"),
    why=Localised(
        "Services are not the same everywhere. This tells us where we have not been heard.",
        "Les services ne sont pas les mêmes partout. Cela nous dit où nous n’avons pas été entendus.",
    ),
    offers=_NO_ANSWER,
    choices=_choices(
        ("montreal", "Greater Montréal", "Le Grand Montréal"),
        ("quebec_city", "Québec City and area", "La région de Québec"),
        ("elsewhere_quebec", "Elsewhere in Québec", "Ailleurs au Québec"),
        ("ottawa_gatineau", "Ottawa and Gatineau", "Ottawa et Gatineau"),
        ("toronto", "Greater Toronto", "Le Grand Toronto"),
        ("northern_ontario", "Northern Ontario", "Le Nord de l’Ontario"),
        ("elsewhere_ontario", "Elsewhere in Ontario", "Ailleurs en Ontario"),
        ("elsewhere", "Elsewhere", "Ailleurs"),
    ),
)
_LANGUAGE = Question(
    "language_spoken",
    "several_choices",
    Localised("Which languages do you speak most often at home?", "Quelles langues parlez-vous le plus à la maison?"),
    why=Localised(
        "Being understood is part of being cared for. This tells us in which languages people need services.",
        "Se faire comprendre fait partie des soins. Cela nous dit dans quelles langues il faut des services.",
    ),
    offers=_NO_ANSWER,
    settings=(_OTHER, ("other_label", Localised("Another language", "Une autre langue"))),
    choices=_choices(
        ("french", "French", "Français"),
        ("english", "English", "Anglais"),
        ("indigenous", "An Indigenous language", "Une langue autochtone"),
        ("sign", "A sign language", "Une langue des signes"),
    ),
    standard="Statistics Canada, Dictionary, Census of Population, language spoken most often at home (2021)",
)
_ROLE = Question(
    "role",
    "several_choices",
    Localised("What is your place in the health network?", "Quelle est votre place dans le réseau de la santé?"),
    help=Localised("Choose all that apply.", "Choisissez tout ce qui s’applique."),
    why=Localised(
        "The same question looks different from different places. This lets us compare what each one says.",
        "Une même question se voit autrement selon la place qu’on occupe. Cela permet de comparer ce que dit chacune.",
    ),
    offers=_NO_ANSWER,
    settings=(_OTHER, ("other_label", Localised("Another place", "Une autre place"))),
    choices=_choices(
        ("patient", "Patient or user of services", "Patiente ou patient, usagère ou usager"),
        ("caregiver", "Caregiver of somebody close", "Personne proche aidante"),
        ("citizen", "Member of the public", "Citoyenne ou citoyen"),
        ("clinician", "Health professional", "Personne professionnelle de la santé"),
        ("support", "Support or administrative staff", "Personnel de soutien ou administratif"),
        ("researcher", "Researcher or teacher", "Recherche ou enseignement"),
        ("manager", "Manager or decision-maker", "Gestion ou direction"),
    ),
)
_ORGANISATION = Question(
    "organisation",
    "single_choice",
    Localised(
        "If you answer as part of your work, what kind of organisation is it?",
        "Si vous répondez dans le cadre de votre travail, dans quel type d’organisation est-ce?",
    ),
    why=Localised(
        "This tells us which kinds of organisations we have not heard from.",
        "Cela nous dit quels types d’organisations nous n’avons pas entendus.",
    ),
    offers=(*_NO_ANSWER, str(SpecialValue.NOT_APPLICABLE)),
    settings=(_OTHER, ("other_label", Localised("Another kind of organisation", "Un autre type d’organisation"))),
    choices=_choices(
        ("hospital", "Hospital", "Hôpital"),
        ("clinic", "Clinic or local health centre", "Clinique ou centre de santé local"),
        ("long_term", "Long-term care or residence", "Soins de longue durée ou résidence"),
        ("community", "Community organisation", "Organisme communautaire"),
        ("university", "University, college or research centre", "Université, collège ou centre de recherche"),
        ("government", "Government or public agency", "Gouvernement ou organisme public"),
    ),
)
_DISABILITY = Question(
    "disability",
    "yes_no",
    Localised("Do you live with a disability?", "Vivez-vous avec un handicap ou une incapacité?"),
    help=Localised(
        "Visible or not, lasting or from time to time, of the body, the mind, the senses or learning.",
        "Visible ou non, durable ou par moments, du corps, de l’esprit, des sens ou de l’apprentissage.",
    ),
    why=Localised(
        "People with disabilities meet barriers that others do not see. This tells us whether they were heard.",
        "Les personnes handicapées rencontrent des obstacles que d’autres ne voient pas. Cela nous dit si elles ont"
        " été entendues.",
    ),
    offers=(*_NO_ANSWER, str(SpecialValue.DONT_KNOW)),
    standard="Accessible Canada Act, S.C. 2019, c. 10, definition of disability",
    sensitive=True,
)
_INDIGENOUS = Question(
    "indigenous_identity",
    "several_choices",
    Localised("Do you belong to an Indigenous people?", "Appartenez-vous à un peuple autochtone?"),
    help=Localised("Choose all that apply.", "Choisissez tout ce qui s’applique."),
    why=Localised(
        "First Nations, Inuit and Métis people have rights and needs of their own in health. This tells us whether"
        " they were heard; it is used with respect, and never to single anybody out.",
        "Les Premières Nations, les Inuits et les Métis ont en santé des droits et des besoins qui leur sont propres."
        " Cela nous dit si leurs voix ont été entendues, avec respect et sans jamais pointer qui que ce soit.",
    ),
    offers=(*_NO_ANSWER, str(SpecialValue.DONT_KNOW)),
    choices=(
        *_choices(
            ("first_nations", "Yes: First Nations", "Oui\u00a0: Premières Nations"),
            ("inuit", "Yes: Inuit", "Oui\u00a0: Inuits"),
            ("metis", "Yes: Métis", "Oui\u00a0: Métis"),
        ),
        Choice("no", Localised("No", "Non"), exclusive=True),
    ),
    standard=(
        "Canadian Institute for Health Information, Guidance on the Use of Standards for Race-Based and Indigenous"
        " Identity Data Collection and Health Reporting in Canada (2022)"
    ),
    sensitive=True,
)
_RACIALISED = Question(
    "racialised_identity",
    "yes_no",
    Localised(
        "Do you see yourself as a racialised person?",
        "Vous considérez-vous comme une personne racisée?",
    ),
    help=Localised(
        "That is, somebody whom others may treat differently because of skin colour or origin.",
        "C’est-à-dire une personne que d’autres peuvent traiter différemment à cause de sa couleur ou de son origine.",
    ),
    why=Localised(
        "Racism changes the care that people receive. This tells us whether those who live it were heard.",
        "Le racisme change les soins que l’on reçoit. Cela nous dit si les personnes qui le vivent ont été entendues.",
    ),
    offers=(*_NO_ANSWER, str(SpecialValue.DONT_KNOW)),
    sensitive=True,
)

PRESETS: Final[dict[str, Question]] = {
    question.code: question
    for question in (
        _AGE,
        _GENDER,
        _REGION,
        _LANGUAGE,
        _ROLE,
        _ORGANISATION,
        _DISABILITY,
        _INDIGENOUS,
        _RACIALISED,
    )
}
