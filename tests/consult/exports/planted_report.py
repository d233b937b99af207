"""A made-up report with everything that a report can hold: hidden cells, ties, quotes in both languages, decisions."""

from dataclasses import replace
from datetime import date

from consult.record.report_quotes import ReadQuote
from consult.report.contents import (
    AskedQuestion,
    AskedSection,
    Contents,
    Counted,
    CrossTable,
    DecisionMade,
    Exercise,
    GroupNote,
    GroupTop,
    Measured,
    Placed,
    QuestionFound,
    Quoted,
    RankingFound,
    RuleChanged,
    RunMade,
    Tally,
    ThemeFound,
    Way,
)
from surveys.localised import NOTHING, Localised

CODE, MADE_ON = "3f9c0a7be214", date(2026, 11, 23)
# A spreadsheet would run it; on paper it is only a label.
FORMULA = "=1+1"
QUOTES = {
    "q-fr": ReadQuote(
        "J’attends des semaines sans savoir à qui téléphoner.", "fr", "I wait for weeks with nobody to call."
    ),
    "q-en": ReadQuote(
        "I look after my father alone, and I am tired.", "en", "Je m’occupe seule de mon père, et je suis fatiguée."
    ),
}
_LONG = Localised(
    "Knowing whom to call between two appointments, without telling the whole story again",
    "Savoir à qui téléphoner entre deux rendez-vous, sans avoir à raconter de nouveau toute son histoire",
)
_RESPITE = Localised("Respite for caregivers", "Du répit pour les personnes proches aidantes")
_GETTING_THERE = Localised("Getting there: transport and parking", "S’y rendre : transport et stationnement")
_FORMULA = Localised(FORMULA, FORMULA)
_QUESTION = Localised("What should change first?", "Qu’est-ce qui devrait changer en premier?")
_RANKED = Localised("Put these in order", "Mettez ces choix en ordre")
_PATIENTS = Localised("Patients", "Patientes et patients")
_CAREGIVERS = Localised("Caregivers", "Personnes proches aidantes")
_CLINICIANS = Localised("Clinicians", "Cliniciennes et cliniciens")


def planted_contents() -> Contents:
    """Return the report; 64, 22 and 12 people raised the first themes, the last theme is hidden."""
    return Contents(
        version="0.6.0",
        least=11,
        least_sensitive=20,
        exercise=_exercise(),
        groups=_groups(),
        ways=(Way("survey", 118, (_by_group(), _by_language())), Way("discussion", None, ())),
        questions=(_question(),),
        rankings=(_ranking(),),
        decisions=_decisions(),
        undecided=(_GETTING_THERE,),
        runs=(RunMade(_QUESTION, 2, "hybrid", 20260101, "least_people=5", "scikit-learn 1.8", "ab" * 32),),
        survey=(
            AskedSection(
                Localised("Your experience", "Votre expérience"),
                3,
                Localised("About care", "À propos des soins"),
                (
                    AskedQuestion(_QUESTION, "long_text", ()),
                    AskedQuestion(_RANKED, "ranking", (_LONG, _RESPITE, _GETTING_THERE, _FORMULA)),
                ),
            ),
        ),
    )


def _exercise() -> Exercise:
    return Exercise(
        "plan2027",
        Localised("Care close to home 2027", "Des soins près de chez vous 2027"),
        Localised("To prepare the strategic plan of the network.", "Préparer le plan stratégique du réseau."),
        Localised("The committee answers each theme.", "Le comité répond à chaque thème."),
        "anonymous",
        "equal",
        "2026-09-01",
        "2026-10-31",
        True,
    )


def _groups() -> tuple[Counted, ...]:
    return (
        Counted("patients", _PATIENTS, 61, "", 50),
        Counted("caregivers", _CAREGIVERS, 45, "", 60),
        Counted("clinicians", _CLINICIANS, None, "few", 20),
    )


def _by_group() -> Tally:
    return Tally("group", Localised("Group", "Milieu"), _groups(), 11)


def _by_language() -> Tally:
    lines = (Counted("fr", Localised("French", "Français"), 83), Counted("en", Localised("English", "Anglais"), 35))
    return Tally("language", Localised("Language", "Langue"), lines, 11)


def _question() -> QuestionFound:
    themes = (
        ThemeFound(
            "t1",
            _LONG,
            64,
            0.55,
            description=Localised("A name, a number, an answer.", "Un nom, un numéro, une réponse."),
            trust=Measured(120, 0.91, 0.83, 0.96, 0.78, 0.68, 0.86),
            quotes=(Quoted("q-fr", "patients"),),
        ),
        ThemeFound("t2", _RESPITE, 22, 0.19, mostly="en", quotes=(Quoted("q-en", "caregivers"), Quoted("gone"))),
        ThemeFound("t3", _FORMULA, 12, 0.1, is_firm=False),
        ThemeFound("t4", _GETTING_THERE, None, None),
    )
    table = CrossTable(
        "group",
        (_PATIENTS, _CAREGIVERS, Localised("Others", "Autres")),
        ((40, 24, None), (None, 15, None), (12, None, None), (None, None, None), (61, 45, 12)),
        (("", "", "few"), ("few", "", ""), ("", "", "few"), ("", "", "few"), ("", "", "")),
        (_CLINICIANS,),
        0.4,
    )
    return QuestionFound("needs", _QUESTION, True, True, 98, themes, 1, (table,))


def _ranking() -> RankingFound:
    order = (
        Placed("a", _LONG, 1, False, 1, 2, 1.0, 1),
        Placed("b", _RESPITE, 2, True, 1, 3, 0.83, 1),
        Placed("c", _GETTING_THERE, 2, True, 2, 4, 0.21, 2),
        Placed("d", _FORMULA, 4, False, 3, 4, 0.0, 2),
    )
    return RankingFound(
        "order",
        _RANKED,
        "ranking",
        104,
        "borda",
        2,
        0.8,
        7,
        1000,
        "cd" * 32,
        "2026-08-20",
        everybody=order,
        equal_voice=(replace(order[1], rank=1, is_tied=False), replace(order[0], rank=2), order[2], order[3]),
        voices=(_PATIENTS, _CAREGIVERS),
        first=("a", "b"),
        equal_first=("b", "a"),
        groups=(GroupTop(_PATIENTS, (_LONG, _RESPITE)), GroupTop(_CAREGIVERS, (_RESPITE, _GETTING_THERE))),
        only_in_groups=(GroupTop(_CAREGIVERS, (_GETTING_THERE,)),),
        notes=(
            GroupNote(
                "group.in_words", _CLINICIANS, Localised("They told us of nights.", "Il a été question des nuits.")
            ),
        ),
        changes=(RuleChanged("2026-09-10", "The list became shorter.", "borda", 2, "borda", 3),),
    )


def _decisions() -> tuple[DecisionMade, ...]:
    reason = Localised(
        "It is raised by every group, and a line can open in spring.",
        "Tous les milieux en parlent, et une ligne peut ouvrir au printemps.",
    )
    return (
        DecisionMade(_QUESTION, _LONG, "kept", NOTHING, reason, "2026-11-12", 1, ()),
        DecisionMade(
            _QUESTION,
            _RESPITE,
            "passed_on",
            Localised("the ministry", "le ministère"),
            Localised("Outside our budget.", "Hors de notre budget."),
            "2026-11-12",
            0,
            (Localised("A part of it is ours.", "Une partie relève de nous."),),
        ),
    )
