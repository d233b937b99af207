"""What analysis says when it cannot go on: a code and plain values, never a sentence and never a person's words."""


class AnalysisError(Exception):
    """A problem with the input or the settings.

    Parameters
    ----------
    code
        Dotted name of the problem, such as ``"answers.too_few"``; the sentence for it lives in ``consult``.
    values
        Counts and names that the sentence needs. Never the text of an answer.
    """

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
