"""Accounts: tokens, plans, the rate limit, CPU seconds."""
