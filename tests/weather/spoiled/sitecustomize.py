"""Read by Python at the start of a process whose path leads here: takes one protection away before anything runs."""

import os
import traceback

from tests.weather.spoils import SPOILS

try:
    SPOILS[os.environ["SPOIL"]]()
except BaseException:  # noqa: BLE001 - whatever it is
    # Python would only mention it, and run a process with nothing taken away.
    traceback.print_exc()
    os._exit(1)
