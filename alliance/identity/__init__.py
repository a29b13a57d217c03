"""Accounts, sessions, signing in. An account belongs to a body of the directory or of the base."""
