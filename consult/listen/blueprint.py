"""Focus groups and interviews: sessions and their notes, and what a slip opens for those who were there."""

from flask import Blueprint

blueprint = Blueprint("listen", __name__, url_prefix="/<language:language>")
