"""Flask's extensions, made once and bound to an application by create_app."""

from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy

from consult.record.tables import METADATA

# The tables are declared in consult/record without Flask; here they only get an engine and a session.
db = SQLAlchemy(metadata=METADATA, session_options={"expire_on_commit": False})
babel = Babel()
