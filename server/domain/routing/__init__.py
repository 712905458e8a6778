"""Routing: which agent is offered which conversation, and why; how long whoever waits will wait."""
