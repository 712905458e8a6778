"""Customers and the people at them, also the visitors whom nobody knows yet."""
