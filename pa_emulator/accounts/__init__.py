"""Accounts: tokens and plans."""
