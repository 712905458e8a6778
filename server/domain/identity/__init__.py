"""Logins, seats, sessions and tokens."""
