"""The committee's pages; every one of them is `needs(Role.COMMITTEE)`, and every count goes through protection."""

from flask import Blueprint

blueprint = Blueprint("committee", __name__, url_prefix="/<language:language>/committee")
