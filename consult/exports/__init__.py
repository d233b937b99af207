"""Files that leave Consult: tables and reports."""
