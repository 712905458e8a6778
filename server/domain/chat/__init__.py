"""Conversations: talk, the log that it lives in, and the decisions about it."""
