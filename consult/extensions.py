"""Flask's extensions, made once and bound to an application by create_app."""

from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Engine

from consult.record.tables import METADATA


class OneEngineSession(Session):
    """A session of an application with one database: it need not look for the engine at every statement."""

    def get_bind(self, *_: object, **__: object) -> Engine:
        """Return the application's engine."""
        return self._db.engine


# The tables are declared in consult/record without Flask; here they only get an engine and a session.
db = SQLAlchemy(metadata=METADATA, session_options={"expire_on_commit": False, "class_": OneEngineSession})
babel = Babel()
csrf = CSRFProtect()
# Only the routes that say so are limited, and generously: a hospital is one address.
limiter = Limiter(get_remote_address)
