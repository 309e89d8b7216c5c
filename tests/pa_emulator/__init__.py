"""The emulator, driven over HTTP."""
