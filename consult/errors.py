"""What a person gave cannot be used: a code, a place and plain values; the sentence is made where it is shown."""


class InputError(Exception):
    """Bad input: nothing was changed, and the person can mend it.

    ``code`` has a sentence in :mod:`consult.messages`; ``place`` names a file, a folder or an option.
    """

    def __init__(self, code: str, place: str = "", **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.place = place
        self.values = values
