"""Make a PythonAnywhere web app be what a repository says it is, through the HTTP API alone."""

__version__ = "0.1.0"
