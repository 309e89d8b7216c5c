"""Replays a recording of pa-deploy's `record` and shows where the emulator answers differently."""
