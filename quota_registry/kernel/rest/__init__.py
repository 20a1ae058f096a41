"""
What every floor's API stands on: callers, scopes, parameters, pages, tables, problems.

A floor's ``api.py`` derives its views from those in ``views``; who may see what, and how no is
said, is decided here once. Nothing is imported here: the settings name modules of this package,
and Django REST framework loads them while its own are still being read.
"""
