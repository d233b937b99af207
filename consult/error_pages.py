"""Pages for what goes wrong: in the reader's language, with the way on, and no word of what was typed."""

from flask import Flask, Response, make_response, render_template, render_template_string, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from consult.record.errors import RecordError

_REFUSED = """{% extends "base.html" %}
{% block title %}{{ title }} · Consult{% endblock %}
{% block main %}
<h1>{{ title }}</h1>
<p>{{ advice }}</p>
<p><a href="{{ url_for('home.index') }}">{{ way_on }}</a></p>
{% endblock %}
"""


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
    return render_template_string(
        _REFUSED,
        title=_("This cannot be done here"),
        advice=_("The server cannot do what was asked of this address. Go back, reload the page and try again."),
        way_on=_("See the consultations"),
    )
