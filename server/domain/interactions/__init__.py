"""Interactions: what each contact with a customer was, how long it took, and who answered."""
