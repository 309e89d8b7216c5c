"""What the config file says, and what it may not say."""
