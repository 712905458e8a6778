"""Read by Python at the start of a process whose path leads here: takes one protection away before anything runs."""

import os

from tests.weather.spoils import SPOILS

SPOILS[os.environ["SPOIL"]]()
