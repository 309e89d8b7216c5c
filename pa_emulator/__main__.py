"""`python -m pa_emulator` is the command `pa-emulator`."""

from pa_emulator.cli import run

if __name__ == "__main__":
    run()
