"""Formats in which surveys and answers come in and go out."""
