"""An open question answered at length, on several lines."""

from wtforms import TextAreaField

from surveys.text_answer import TextType


class LongText(TextType):
    """Several lines, 10,000 characters at most."""

    code = "long_text"
    pace = (50, 100)
    limit = 10_000
    field = TextAreaField


QUESTION_TYPE = LongText()
