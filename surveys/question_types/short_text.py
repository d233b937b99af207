"""A question answered in a few words, on one line."""

from wtforms import StringField

from surveys.text_answer import TextType


class ShortText(TextType):
    """One line, 500 characters at most; line breaks become spaces."""

    code = "short_text"
    pace = (10, 30)
    limit = 500
    field = StringField

    def _shape(self, text: str) -> str:
        return " ".join(text.split("\n"))


QUESTION_TYPE = ShortText()
