"""The words that every question may need: “other”, what a person may say instead of answering, yes and no."""

from typing import Final

from consult.messages import Words
from surveys.question_type import NO, OTHER, YES, SpecialValue

# The keys of `question_words`, which are the codes of `surveys`.
QUESTION_WORDS: Final = (OTHER, *(str(special) for special in SpecialValue), YES, NO)


def question_words(words: Words) -> dict[str, str]:
    """Return the label of “other”, of each special value, of yes and of no, in the language of the words."""
    _ = words.gettext
    return {
        OTHER: _("Other"),
        str(SpecialValue.PREFER_NOT_TO_ANSWER): _("I prefer not to answer"),
        str(SpecialValue.DONT_KNOW): _("I don’t know"),
        str(SpecialValue.NOT_APPLICABLE): _("Not applicable"),
        YES: _("Yes"),
        NO: _("No"),
    }
