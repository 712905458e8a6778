"""How a transaction begins that knows whose it is."""

import re
from collections.abc import Mapping

# Ids, and words of ours: what needs no quoting, however Postgres is set up.
_PLAIN = re.compile(r"[0-9a-z,-]*")


def opening(known: Mapping[str, str]) -> tuple[str, str, list[str]]:
    """What begins a transaction in which these settings hold, each by its name, until it ends.

    One trip for what is plain, since a trip costs half of what a statement does; and a second statement with its
    arguments, which are empty where there is nothing that strangers wrote, such as a browser's name.
    """
    plain = {name: value for name, value in known.items() if _PLAIN.fullmatch(value)}
    begin = "begin" + "".join(f"; set local {name} = '{value}'" for name, value in plain.items())
    values = [each for name, value in known.items() if name not in plain for each in (name, value)]
    # SET LOCAL takes no parameters; set_config(…, true) is the same and is undone with the transaction.
    calls = (f"set_config(${at + 1}, ${at + 2}, true)" for at in range(0, len(values), 2))
    return begin, "select " + ", ".join(calls), values
