"""The Web tab: shows an account's web apps in a browser."""
