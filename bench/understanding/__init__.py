"""How well messages are understood, and what that was taught with."""
