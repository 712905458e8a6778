"""Measurements and long runs, on real servers."""
