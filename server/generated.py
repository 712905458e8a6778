"""What is written from the code for others to read: `frontdesk types`, and the test that nothing of it is stale."""

import sys

from server.core.config import checkout, settings_table
from server.core.permissions_page import permissions_page
from server.core.protocol_page import page
from server.core.rest_types import rest_types
from server.core.typescript import typescript
from server.domain import endpoints


def main(*, check: bool) -> int:
    """Write everything that is generated; with `check`, only say what is stale: 1 where something is, 2 if not."""
    root = checkout()
    if root is None:
        print("types: this is an installed package; run it in a checkout", file=sys.stderr)  # noqa: T201 - it talks to a terminal
        return 2
    prose, readme = root / "docs" / "protocol.md", root / "README.md"
    written = (
        (root / "client/src/protocol.ts", typescript()),
        (root / "client/src/rest.ts", rest_types(endpoints())),
        (prose, page(prose.read_text("utf-8"))),
        (root / "docs/permissions.md", permissions_page(endpoints())),
        (readme, with_settings(readme.read_text("utf-8"))),
    )
    stale = 0
    for path, text in written:
        if path.is_file() and path.read_text("utf-8") == text:
            continue
        stale += 1
        if check:
            print(f"types: {path.relative_to(root)} is stale; run `make types`", file=sys.stderr)  # noqa: T201 - it talks to a terminal
        else:
            path.write_text(text, "utf-8")
            print(f"types: wrote {path.relative_to(root)}")  # noqa: T201 - it talks to a terminal
    return 1 if check and stale else 0


def with_settings(readme: str) -> str:
    """The README with its table of settings as they are now."""
    before, begin, rest = readme.partition("<!-- settings: written by `make types` -->\n")
    _, end, behind = rest.partition("<!-- /settings -->")
    return f"{before}{begin}\n{settings_table()}\n\n{end}{behind}"
