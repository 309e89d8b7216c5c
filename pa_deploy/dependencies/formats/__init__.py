"""Readers of the formats besides requirements files, one module each.

A reader is a function of the text: it opens no file, fetches nothing and runs nothing. What it
finds goes through the same checks as a line of a requirements file, see `read`.
"""
