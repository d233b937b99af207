"""Discussion prompts: where people post and react, and where facilitators moderate."""

from flask import Blueprint

blueprint = Blueprint("discuss", __name__, url_prefix="/<language:language>")
