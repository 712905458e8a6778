"""Channels: the configured inboxes, of which the web widget is the first."""
