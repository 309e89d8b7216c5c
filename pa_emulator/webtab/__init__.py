"""The Web tab: an account's web apps in a browser, to look at."""
