"""What may stand in a name: anything that can be read, and nothing that changes how the text around it is read."""

import re
import unicodedata

from server.core.errors import Invalid

# Marks and overrides of direction: a name with one of them could turn the rest of a line round.
_BIDI = re.compile("[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def check_name(name: str, field: str = "name") -> str:
    """The same name; refuses one that nobody could see, or that holds control characters."""
    if _BIDI.search(name) or any(unicodedata.category(each) in {"Cc", "Cs"} for each in name):
        raise Invalid("a name cannot hold control characters; type it anew", field=field)
    # Spaces, and what is drawn as nothing: joiners, blanks of other scripts.
    if not any(unicodedata.category(each)[0] in "LNPS" for each in name):
        raise Invalid("please give a name that can be read", field=field)
    return name
