"""A day at the desk in virtual time: the same engine, other people; what if we were fewer, or asked differently."""
