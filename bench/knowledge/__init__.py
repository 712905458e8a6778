"""How often the search in articles finds the one that answers."""
