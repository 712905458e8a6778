"""Floor 3: the door for WebSockets."""
