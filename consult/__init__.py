"""Consult: the platform that ties surveys and analysis to a record, pages and a command line.

The web application is made in `consult.application`: whoever needs something else does not wait for its pages.
"""
