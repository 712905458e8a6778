"""Floor 1: tools that know no domain."""
