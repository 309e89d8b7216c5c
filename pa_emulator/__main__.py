"""`python -m pa_emulator` is the command `pa-emulator`."""

from .cli import run

if __name__ == "__main__":
    run()
