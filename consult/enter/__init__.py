"""Paper and telephone: what somebody types in for somebody else."""

from consult.enter import batches, forms, second
from consult.enter.blueprint import blueprint

# Imported for their routes.
PAGES = (batches, forms, second)

__all__ = ["blueprint"]
