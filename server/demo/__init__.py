"""A company to try Frontdesk with. Only `up` and `frontdesk demo` make it: its passwords are known to everybody."""

from server.demo.cast import DEMO_PASSWORD, DEMO_WIDGET_KEY, NAME, SEATS, SLUG
from server.demo.make import Made, has_demo, make_demo, remove_demo, reset_demo

__all__ = [
    "DEMO_LOGINS",
    "DEMO_PASSWORD",
    "DEMO_WIDGET_KEY",
    "NAME",
    "SEATS",
    "SLUG",
    "Made",
    "has_demo",
    "make_demo",
    "remove_demo",
    "reset_demo",
]

# E-mail and password of the owner and two agents, for whoever starts the demo.
DEMO_LOGINS = tuple((seat.email, DEMO_PASSWORD) for seat in SEATS[:3])
