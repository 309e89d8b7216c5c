"""Other people's clients, unmodified, each in a virtual environment of its own."""
