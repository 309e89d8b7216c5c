"""The control surface of the emulator itself, apart from the API that it imitates."""
