"""What the report “What we heard” says: gathered once from the record, kept as a snapshot, put in sentences."""
