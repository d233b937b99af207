"""A consultation whose survey asks one question of every type, on two pages."""

from datetime import date, timedelta

from sqlalchemy import Engine

from consult.record.consultation import NewConsultation, NewGroup, create_consultation
from consult.record.database import unit_of_work
from consult.record.lifecycle import open_consultation
from consult.record.survey import create_survey, publish_version
from surveys.definition import Choice, Question, Section, Survey
from surveys.localised import NOTHING, Localised

CODE = "every_type"
_NO_IDEA = ("dont_know", "prefer_not_to_answer")
_PLACES = (
    Choice("home", Localised("Care at home", "Les soins à domicile")),
    Choice("clinic", Localised("Clinics close to where people live", "Les cliniques près du lieu de vie")),
    Choice("wait", Localised("Shorter waits", "Une attente plus courte")),
    Choice("mental", Localised("Mental health", "La santé mentale")),
)
_OPINIONS = (
    Choice("poor", Localised("Unsatisfactory", "Insatisfaisant")),
    Choice("fair", Localised("Fair", "Passable")),
    Choice("good", Localised("Good", "Bon")),
    Choice("best", Localised("Excellent", "Excellent")),
)
_ROWS = (
    Choice("welcome", Localised("How you were welcomed", "L’accueil que vous avez reçu")),
    Choice("delay", Localised("The time you waited", "Le temps que vous avez attendu")),
    Choice("follow", Localised("What happened afterwards", "Le suivi par la suite")),
)


def _ask(kind: str, english: str, french: str, *, help: Localised = NOTHING, **more: object) -> Question:
    settings = tuple(sorted(more.pop("settings", {}).items()))
    return Question(f"q_{kind}", kind, Localised(english, french), help=help, settings=settings, **more)


FIRST = (
    _ask(
        "text_block",
        "The next questions are about your last visit.",
        "Les prochaines questions portent sur votre dernière visite.",
        help=Localised("There are no wrong answers.", "Il n’y a pas de mauvaises réponses."),
    ),
    _ask(
        "short_text", "What was it for, in a few words?", "En quelques mots, quel en était le motif?", offers=_NO_IDEA
    ),
    _ask("long_text", "How did it go?", "Comment cela s’est-il passé?", settings={"maximum": 40}, offers=_NO_IDEA[:1]),
    _ask(
        "number",
        "How far did you travel?",
        "Quelle distance avez-vous parcourue?",
        settings={"minimum": 0, "maximum": 1500, "decimals": 1, "unit": Localised("km", "km")},
        offers=_NO_IDEA,
    ),
    _ask("date", "When was it?", "Quand était-ce?", settings={"minimum": "2020-01-01"}, offers=_NO_IDEA[:1]),
    _ask("yes_no", "Would you come back?", "Y retourneriez-vous?", offers=_NO_IDEA, required=True),
    _ask(
        "single_choice",
        "Which would help you most?",
        "Qu’est-ce qui vous aiderait le plus?",
        choices=_PLACES,
        settings={"has_other": True, "other_label": Localised("Something else", "Autre chose")},
        offers=_NO_IDEA,
        why=Localised("To know where to begin.", "Pour savoir par où commencer."),
    ),
    _ask(
        "several_choices",
        "What have you used?",
        "Qu’avez-vous utilisé?",
        choices=(*_PLACES, Choice("none", Localised("None of these", "Rien de cela"), exclusive=True)),
        settings={"maximum": 2},
        offers=_NO_IDEA,
    ),
)
SECOND = (
    _ask(
        "scale",
        "How easy was it?",
        "Était-ce facile?",
        settings={"points": 11, "low": Localised("Hard", "Difficile"), "high": Localised("Easy", "Facile")},
        offers=("not_applicable",),
    ),
    _ask(
        "matrix",
        "What did you think of these?",
        "Que pensez-vous de ce qui suit?",
        choices=_OPINIONS,
        rows=_ROWS,
        offers=("not_applicable",),
        required=True,
    ),
    _ask("ranking", "Put these in order.", "Mettez ceci en ordre.", choices=_PLACES, offers=_NO_IDEA[:1]),
    _ask(
        "points",
        "Share out 10 points.",
        "Répartissez 10 points.",
        choices=_PLACES,
        settings={"total": 10},
        offers=_NO_IDEA[:1],
    ),
    _ask(
        "best_worst",
        "Of each set, what counts most and least?",
        "Dans chaque série, qu’est-ce qui compte le plus et le moins?",
        choices=_PLACES,
        settings={"sets": 2, "set_size": 3},
    ),
    _ask(
        "pairwise",
        "Of the two, which comes first?",
        "Des deux, lequel passe en premier?",
        choices=_PLACES[:3],
        offers=_NO_IDEA[:1],
    ),
    _ask("consent", "I agree to be quoted.", "J’accepte qu’on me cite."),
)
SURVEY = Survey(
    "main",
    Localised("Every type", "Tous les types"),
    sections=(
        Section("first", Localised("Your visit", "Votre visite"), questions=FIRST),
        Section("second", Localised("What comes first", "Ce qui passe en premier"), questions=SECOND),
    ),
)


def open_every_type(engine: Engine, survey: Survey = SURVEY) -> str:
    """Open the consultation; return its code."""
    groups = (NewGroup("people", Localised("People", "Population"), 5),)
    today = date.today()
    new = NewConsultation(
        CODE,
        Localised("Every type of question", "Tous les types de questions"),
        Localised("To try them", "Pour les essayer"),
        Localised("We read them all", "Nous lisons tout"),
        "help@example.org",
        groups=groups,
        opens_on=today - timedelta(days=1),
        closes_on=today + timedelta(days=9),
    )
    with unit_of_work(engine) as session:
        consultation = create_consultation(session, new)
        publish_version(session, create_survey(session, consultation, survey), today)
        open_consultation(session, CODE, today=today)
    return CODE
