"""Frontdesk: a real-time chat and customer-service server."""
