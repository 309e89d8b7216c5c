"""Commands that run for an account: what scheduled tasks, always-on tasks and websites share."""
