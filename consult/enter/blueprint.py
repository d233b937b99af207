"""Paper and telephone: what somebody types in for somebody else."""

from flask import Blueprint

blueprint = Blueprint("enter", __name__, url_prefix="/<language:language>/manage")
