"""What visitors mean, and how they feel about it."""
