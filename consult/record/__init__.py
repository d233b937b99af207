"""Every table and every rule about it, one file for each noun; plain SQLAlchemy, no Flask.

Operations take the session and plain values, flush and never commit: `database.unit_of_work` commits once.
What goes wrong is an `errors.RecordError` with a code; nothing here contains a sentence or a person's words.
"""
