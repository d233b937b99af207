"""A survey with everything that depends on answers: questions, choices and a section, texts, an order, a check."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from consult.record.consultation import NewConsultation, create_consultation, set_dates
from consult.record.lifecycle import open_consultation
from consult.record.survey import create_survey, publish_version
from surveys.completeness import check_survey
from surveys.definition import Check, Choice, Question, Section, Survey
from surveys.localised import Localised

CODE = "caring"
_CAREGIVER = "${role} = 'caregiver'"


def _number(code: str, english: str, french: str, **more: object) -> Question:
    return Question(code, "number", Localised(english, french), settings=(("maximum", 100), ("minimum", 0)), **more)


SURVEY = Survey(
    CODE,
    Localised("Caring here", "Prendre soin ici"),
    sections=(
        Section(
            "consents",
            Localised("Your agreement", "Votre accord"),
            questions=(
                Question("take_part", "consent", Localised("I take part", "Je participe"), required=True),
                Question("quote", "consent", Localised("I may be quoted", "On peut me citer")),
            ),
        ),
        Section(
            "you",
            Localised("You", "Vous"),
            questions=(
                Question(
                    "role",
                    "single_choice",
                    Localised("You answer as", "Vous répondez à titre de"),
                    required=True,
                    choices=(
                        Choice("caregiver", Localised("caregiver", "proche aidant ou proche aidante")),
                        Choice("resident", Localised("resident", "habitante ou habitant")),
                    ),
                ),
                _number(
                    "years",
                    "For how many years have you cared for somebody?",
                    "Depuis combien d’années prenez-vous soin de quelqu’un?",
                    required=True,
                    show_if=_CAREGIVER,
                ),
                Question("town", "short_text", Localised("Your town", "Votre ville")),
                Question(
                    "needs",
                    "several_choices",
                    Localised("What would help?", "Qu’est-ce qui aiderait?"),
                    random_order=True,
                    choices=(
                        Choice("transport", Localised("A way to get there", "Un moyen de transport")),
                        Choice("respite", Localised("A day off", "Une journée de répit"), show_if=_CAREGIVER),
                        Choice("meals", Localised("Meals", "Des repas")),
                        Choice("visits", Localised("Visits", "Des visites")),
                        Choice("none", Localised("None of these", "Rien de cela"), exclusive=True),
                    ),
                ),
            ),
        ),
        Section(
            "care",
            Localised("Your time", "Votre temps"),
            show_if=_CAREGIVER,
            questions=(
                _number("at_home", "Hours at home, out of 100", "Heures à la maison, sur 100"),
                _number("away", "Hours elsewhere, out of 100", "Heures ailleurs, sur 100"),
                Question("story", "long_text", Localised("Tell us more", "Dites-nous en plus")),
            ),
        ),
        Section(
            "ideas",
            Localised("Life in ${town|your town}", "La vie {de |d’}${town|ici}"),
            questions=(
                Question(
                    "idea",
                    "long_text",
                    Localised(
                        "As {a |an }${role|participant}, what would you change in ${town|your town}?",
                        "À titre {de |d’}${role|participante ou participant}, que changeriez-vous?",
                    ),
                ),
            ),
        ),
    ),
    checks=(
        Check(
            "hours",
            "${at_home} + ${away} = 100",
            Localised("The two must add up to 100.", "Les deux doivent donner 100."),
        ),
    ),
)


def publish_caring(session: Session) -> None:
    """Publish the survey in a consultation of its own, open from yesterday for a month."""
    assert check_survey(SURVEY) == ()
    text = Localised("Caring here", "Prendre soin ici")
    new = NewConsultation(CODE, text, text, text, "ici@example.org", quote_question="quote")
    survey = create_survey(session, create_consultation(session, new), SURVEY)
    publish_version(session, survey, date.today())
    today = date.today()
    set_dates(session, open_consultation(session, CODE), today - timedelta(days=1), today + timedelta(days=30))
