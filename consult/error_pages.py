"""Pages for what goes wrong: in the reader's language, with the way on, and no word of what was typed."""

from traceback import format_tb

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError, generate_csrf
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from consult.record.errors import RecordError

_PAGES = {
    403: "errors/not_allowed.html",
    404: "errors/not_found.html",
    410: "errors/not_found.html",
    413: "errors/too_much.html",
    429: "errors/too_often.html",
    503: "errors/busy.html",
}
_STATUSES = {
    "record.busy": 503,
    "consultation.missing": 404,
    "run.missing": 404,
    "theme.missing": 404,
    "contact.missing": 404,
}


def add_error_pages(app: Flask) -> None:
    """Give an application its error pages."""

    @app.errorhandler(HTTPException)
    def answer(error: HTTPException) -> Response | HTTPException:
        if error.response is not None or error.code is None or error.code < 400:
            return error  # an answer that was made on purpose
        response = make_response(_body(error, error.code), error.code)
        for name, value in error.get_headers():
            if name != "Content-Type":  # such as Allow, which belongs to 405
                response.headers[name] = value
        if error.code == 429:
            response.headers.setdefault("Retry-After", "60")
        return response

    @app.errorhandler(RecordError)
    def refused(error: RecordError) -> tuple[str, int]:
        status = _STATUSES.get(error.code, 500)
        if status >= 500:
            # the code and the route say enough to a technician; the address could hold a person's token
            app.logger.warning("record refused: %s at %s", error.code, request.endpoint)
        return _page(status), status

    @app.errorhandler(OperationalError)
    def away(error: OperationalError) -> tuple[str, int]:
        app.logger.error("no database at %s: %s", request.endpoint, type(error.orig).__name__)
        return _page(503), 503

    @app.errorhandler(Exception)
    def failed(error: Exception) -> tuple[str, int]:
        app.logger.error("failed at %s: %s", request.endpoint, _describe(error))
        return _page(500), 500


def _body(error: HTTPException, status: int) -> str | Response:
    if not isinstance(error, CSRFError):
        return _page(status)
    return _form_answer() if request.form.get("do") == "autosave" else _form_page()


def _page(status: int) -> str:
    g.is_failing = status >= 500  # then the page asks nobody who has signed in
    template = _PAGES.get(status, "errors/failed.html" if status >= 500 else "errors/refused.html")
    return render_template(template)


def _form_page() -> str:
    """Return the page for a form whose token is missing or wrong, and the way back to that form if it is a page."""
    is_page = request.url_rule is not None and "GET" in (request.url_rule.methods or ())
    again = request.full_path.rstrip("?") if is_page else None
    return render_template("errors/form_refused.html", again=again, unsaved=_unsaved_words())


def _unsaved_words() -> list[str]:
    """Return the words in a participant's form that was refused, for them to copy; never what staff or codes are."""
    if not (request.endpoint or "").startswith("respond.") or request.form.keys() & {"receipt", "email"}:
        return []
    return [text for name, text in request.form.items() if " " in text.strip() and name != "csrf_token"]


def _form_answer() -> Response:
    """Answer an autosave whose token is not this session's, as after somebody signed in beside it: with a new one."""
    message = gettext("Not saved: this page’s session has ended. Copy your text, then open the survey again.")
    return jsonify(saved=False, reason="form", message=message, token=generate_csrf())


def _describe(error: BaseException | None) -> str:
    """Return the kinds of an error and of its causes, and where they arose: their messages could quote a person."""
    described = []
    while error is not None:
        described.append(f"{type(error).__name__}\n{''.join(format_tb(error.__traceback__))}")
        error = error.__cause__ or error.__context__
    return "caused by ".join(described)
