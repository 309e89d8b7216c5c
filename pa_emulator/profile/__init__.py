"""An account's own facts: CPU seconds, default Pythons, system image."""
