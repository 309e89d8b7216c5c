"""A local PythonAnywhere: its HTTP API over SQLite, and real hosting of the web apps."""
