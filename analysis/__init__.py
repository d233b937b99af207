"""From words and ballots to themes and priorities. Plain tables in, plain tables out: no Flask, no database."""
