"""Pages for what goes wrong: in the reader's language, with the way on, and no word of what was typed."""

from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from consult.record.errors import RecordError


def add_error_pages(app: Flask) -> None:
    """Give an application its error pages."""

    @app.errorhandler(HTTPException)
    def answer(error: HTTPException) -> Response | HTTPException:
        if error.response is not None or error.code is None or error.code < 400:
            return error  # an answer that was made on purpose
        response = make_response(_page(error.code), error.code)
        for name, value in error.get_headers():
            if name != "Content-Type":  # such as Allow, which belongs to 405
                response.headers[name] = value
        return response

    @app.errorhandler(RecordError)
    def refused(error: RecordError) -> tuple[str, int]:
        # the code and the route say enough to a technician; the address could hold a person's token
        app.logger.warning("record refused: %s at %s", error.code, request.endpoint)
        status = 503 if error.code == "record.busy" else 500
        return _page(status), status


def _page(status: int) -> str:
    if status >= 500:
        return render_template("errors/failed.html")
    if status in {404, 410}:
        return render_template("errors/not_found.html")
    return render_template("errors/refused.html")
