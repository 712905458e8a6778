"""Floor 0: the words that every client and the server speak, as msgspec structs."""
