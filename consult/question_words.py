"""The words that every question may need: “other”, what a person may say instead of answering, yes and no."""

from typing import Final

from consult.messages import Words
from surveys.question_type import BEST, NO, NO_PREFERENCE, OTHER, WORST, YES, SpecialValue

# The keys of `question_words`, which are the codes of `surveys`.
QUESTION_WORDS: Final = (OTHER, *(str(special) for special in SpecialValue), YES, NO, BEST, WORST, NO_PREFERENCE)


def question_words(words: Words) -> dict[str, str]:
    """Return the labels, by the codes of QUESTION_WORDS, in the language of the words."""
    _ = words.gettext
    return {
        OTHER: _("Other"),
        str(SpecialValue.PREFER_NOT_TO_ANSWER): _("I prefer not to answer"),
        str(SpecialValue.DONT_KNOW): _("I don’t know"),
        str(SpecialValue.NOT_APPLICABLE): _("Not applicable"),
        YES: _("Yes"),
        NO: _("No"),
        BEST: _("Most important"),
        WORST: _("Least important"),
        NO_PREFERENCE: _("No preference"),
    }
