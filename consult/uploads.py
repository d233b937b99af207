"""How large a form may be that carries a file: an exception to the usual limit, for those who have signed in."""

from flask import Blueprint, request, session

_REST_OF_FORM = 100_000


def allow_large_forms(blueprint: Blueprint, most_bytes: int, *endpoints: str, is_typed: bool = False) -> None:
    """Let those who have signed in send so much to these pages, decided before the form is looked at for its token.

    Parameters
    ----------
    most_bytes
        What the file may hold; the rest of the form may come on top.
    is_typed
        Whether what is typed may be so long too, and not only a file.
    """

    def allow(endpoint: str | None, values: dict[str, object] | None) -> None:
        if endpoint in endpoints and "_user_id" in session:
            request.max_content_length = most_bytes + _REST_OF_FORM
            if is_typed:
                request.max_form_memory_size = request.max_content_length

    blueprint.url_value_preprocessor(allow)
