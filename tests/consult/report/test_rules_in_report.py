"""Every change of a signed rule is printed with what it said before: method, k, threshold, weights, small groups."""

from datetime import UTC, datetime

import pytest

from consult.record.priority_rule import PriorityRule, RuleChange
from consult.report.contents import RuleChanged, RulePart
from consult.report.names import say_small_groups
from consult.report.rule_parts import describe_change, list_parts
from consult.report.rule_sentences import say_change, say_part
from consult.report.sentences import Voice
from surveys.localised import Localised

CRITERIA = {"fair": Localised("Fair?", "Équitable?"), "useful": Localised("Useful?", "Utile?")}
GROUPS = {"elder": Localised("Elders", "Aînés"), "nurse": Localised("Nurses", "Infirmières")}
AT = datetime(2026, 9, 3, 12, tzinfo=UTC)


def _rule(method="chnri", top=3, sure=90, weights=None, small=None, **more):
    values = {"first_is_highest": False, "reason": "Said at the meeting.", "is_change": True, "at": AT, **more}
    return PriorityRule(method=method, top=top, sure=sure, weights=weights or {}, small=small or {}, **values)


BEFORE = _rule(weights={"fair": 1.0, "useful": 2.0}, small={"nurse": "in_words"})
AFTER = _rule(top=5, sure=80, weights={"useful": 2.5}, small={"elder": "included"}, first_is_highest=True)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            (
                "the first 5 (before: the first 3)",
                "from 80% of the draws on (before: 90%)",
                "highest step: the first choice (before: the last choice)",
                "“Fair?”: left out (before: 1)",
                "“Useful?”: 2.50 (before: 2)",
                "“Elders”, should few of it answer: its voice is included (before: nothing is decided)",
                "“Nurses”, should few of it answer: nothing is decided (before: reported in words)",
                "Reason: Said at the meeting.",
            ),
        ),
        ("fr", ("(avant\u00a0: les 3 premières)", "exclu (avant\u00a0: 1)", "(avant\u00a0: rapporté en mots)")),
    ],
)
def test_a_change_is_said_with_what_stood_before(language, words):
    said = say_change(describe_change(RuleChange(AFTER, BEFORE, None), CRITERIA, GROUPS), Voice.of(language))
    assert [each for each in words if each not in said] == [], said


def test_what_stays_is_not_said():
    later = _rule("borda", weights={"fair": 1.0}, small={"nurse": "in_words"})  # weights mean nothing to this method
    change = describe_change(RuleChange(later, _rule("jla", small={"nurse": "in_words"}), None), CRITERIA, GROUPS)
    assert change.parts == (RulePart("method", "borda", "jla"),)


def test_a_rule_that_was_signed_late_is_said_as_a_whole():
    change = describe_change(RuleChange(AFTER, None, None), CRITERIA, GROUPS)
    said = say_change(change, Voice.of("en"))
    assert said.startswith("Signed on September 3, 2026, when people could answer already: method: CHNRI")
    assert "before:" not in said
    assert [say_part(each, Voice.of("en")) for each in list_parts(BEFORE, CRITERIA, GROUPS)][-1] == (
        "the group “Nurses”, should few of it answer: reported in words"
    )


def test_what_an_earlier_version_kept_is_said_as_it_was():
    said = say_change(RuleChanged("2026-09-03", "Shorter.", "borda", 2, "jla", 3), Voice.of("en"))
    assert "Borda’s count, first 2; before that James Lind Alliance: positions added, first 3." in said


def test_several_small_groups_are_said_in_one_sentence():
    told = [("group.few_ballots", "Nurses"), ("group.in_words", "Elders"), ("group.few_ballots", "Managers")]
    few, words = say_small_groups(told, Voice.of("en").words)
    assert few.startswith("Nurses, Managers: fewer than 30 answers in each.")
    assert words.startswith("Elders: reported in words")
    assert len(say_small_groups(told[:2], Voice.of("en").words)) == 2
