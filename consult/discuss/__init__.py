"""Discussion prompts: where people post and react, and where facilitators moderate."""

from consult.discuss import joining, moderating, own, prompts, reacting, results, translating
from consult.discuss.blueprint import blueprint

# Imported for their routes.
PAGES = (joining, moderating, own, prompts, reacting, results, translating)

__all__ = ["blueprint"]
