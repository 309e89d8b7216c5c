"""Always-on tasks: `always_on/`, and the commands that it keeps running."""
