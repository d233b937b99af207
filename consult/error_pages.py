"""Pages for what goes wrong: in the reader's language, with the way on, and no word of what was typed."""

from flask import Flask, render_template, request
from werkzeug.exceptions import HTTPException

from consult.record.errors import RecordError


def add_error_pages(app: Flask) -> None:
    """Give an application its error pages."""

    @app.errorhandler(404)
    def not_found(error: HTTPException) -> tuple[str, int]:
        return render_template("errors/not_found.html"), 404

    @app.errorhandler(500)
    def failed(error: HTTPException) -> tuple[str, int]:
        return render_template("errors/failed.html"), 500

    @app.errorhandler(RecordError)
    def refused(error: RecordError) -> tuple[str, int]:
        # the code and the route say enough to a technician; the address could hold a person's token
        app.logger.warning("record refused: %s at %s", error.code, request.endpoint)
        return render_template("errors/failed.html"), 503 if error.code == "record.busy" else 500
