"""The command `frontdesk`: one program, told by its first word what to be."""

import argparse
import asyncio
import os
import sys
from uuid import UUID

from server.core.config import BadSettings, Settings, read_settings

COMMANDS = {
    "up": "start everything on this machine, databases included, until Ctrl-C",
    "web": "one web process: pages, API and sockets",
    "worker": "one worker process: stores the log and follows the events",
    "release": "prepare the database; run it before web and worker of a new version",
    "shop": "the demo shop, a page on another origin that embeds the widget",
    "bot": "the demo's help bot, beside a running product",
    "demo": "the demo's company: make it in an empty database, make it anew, or remove it",
    "audit": "see whether anybody changed the audit log afterwards: frontdesk audit verify",
    "doctor": "look at everything the installation stands on, and say what to do",
    "knowledge": "articles from files: frontdesk knowledge import FOLDER --organization SLUG",
    "bots": "past conversations once more, with another version of a bot: frontdesk bots replay MODULE:BOT",
    "dead-letters": "entries that Postgres could not take: list, show, replay or drop them",
    "simulate": "a day through the router in virtual time: what if there were fewer people, or other rules",
    "types": "write anew what is made from the code: protocol.ts, the tables in docs/ and in the README",
}


def main() -> None:
    """Run one command; exits 2 for settings that cannot be, 1 when it could not do its work."""
    parser = argparse.ArgumentParser(prog="frontdesk", description="A real-time chat and customer-service server.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, told in COMMANDS.items():
        added = commands.add_parser(name, help=told, description=told)
        if name in _ASK:
            _ASK[name](added)
        if name == "types":
            added.add_argument("--check", action="store_true", help="change nothing; fail when a file is stale")
        if name == "demo":
            how = added.add_mutually_exclusive_group()
            how.add_argument("--reset", action="store_true", help="throw the demo's company away and make it anew")
            how.add_argument("--remove", action="store_true", help="throw the demo's company away")
        if name == "audit":
            added.add_argument("what", choices=["verify"], help="walk the chain and name the first bad line")
            added.add_argument("--organization", default="", metavar="SLUG", help="only this one; its slug or id")
        if name == "knowledge":
            added.add_argument("what", choices=["import"], help="what is the same stays, what differs is a new version")
            added.add_argument("folder", metavar="FOLDER", help="Markdown files, each with front matter")
            added.add_argument("--organization", required=True, metavar="SLUG", help="whose articles they are")
        if name == "doctor":
            added.add_argument("--json", action="store_true", dest="as_json", help="for programs")
    arguments = parser.parse_args()
    try:
        sys.exit(_run(arguments))
    except BadSettings as bad:
        sys.exit(f"frontdesk: {bad}")


def _ask_simulation(added: argparse.ArgumentParser) -> None:
    added.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="TOML or JSON; several stand side by side")
    added.add_argument("--compare", action="append", default=[], metavar="SCENARIO", help="one more, beside the first")
    added.add_argument("--seed", type=int, help="another day of the same kind")
    whose = added.add_mutually_exclusive_group()
    whose.add_argument("--recorded", metavar="FILE", help="the arrivals of a day that --save kept")
    whose.add_argument("--organization", metavar="SLUG", help="the arrivals of a day in Postgres")
    added.add_argument("--day", metavar="YYYY-MM-DD", help="which day, in UTC; without it yesterday")
    added.add_argument("--save", metavar="FILE", help="keep the recorded day")
    added.add_argument("--replay", action="store_true", help="see that the engine decides again as it was recorded")
    added.add_argument("--json", action="store_true", dest="as_json", help="for programs")
    added.add_argument("--plots", metavar="FOLDER", help="write waits.svg, queue.svg and utilisation.svg")


def _ask_letters(added: argparse.ArgumentParser) -> None:
    added.add_argument("what", nargs="?", choices=["list", "show", "replay", "drop"], default="list")
    added.add_argument("ids", nargs="*", type=UUID, metavar="ID", help="which ones")
    added.add_argument("--all", action="store_true", dest="is_all", help="every one that waits")
    added.add_argument("--yes", action="store_true", help="drop without asking")


def _ask_replay(added: argparse.ArgumentParser) -> None:
    added.add_argument("what", choices=["replay"], help="ask it what was asked then, before nobody, and compare")
    added.add_argument(
        "target",
        metavar="MODULE:BOT",
        help="a Bot, or a function that makes one (of BOT_URL and BOT_TOKEN), as Python imports it",
    )
    added.add_argument("--organization", required=True, metavar="SLUG", help="whose conversations they were")
    added.add_argument("--bot", required=True, metavar="NAME", help="who answered then; its name or id")
    added.add_argument("--since", metavar="YYYY-MM-DD", help="the first day, in UTC; without it the last thirty")
    added.add_argument("--until", metavar="YYYY-MM-DD", help="the last day")
    added.add_argument("--limit", type=int, default=200, metavar="N", help="the newest so many conversations (200)")
    added.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="configured otherwise than now")
    added.add_argument("--at-once", type=int, default=4, metavar="N", help="questions at the same time (4)")
    added.add_argument("--show", type=int, default=10, metavar="N", help="how many of the differences to print (10)")
    added.add_argument("--json", action="store_true", dest="as_json", help="every question, for programs")


_ASK = {"simulate": _ask_simulation, "bots": _ask_replay, "dead-letters": _ask_letters}


def _run(arguments: argparse.Namespace) -> int:
    match arguments.command:
        case "up":
            from server.up import up

            return up(os.environ)
        case "types":
            from server.generated import main as types

            return types(check=arguments.check)
        case "simulate":
            from server.simulated import main as simulate

            return simulate(os.environ, arguments)
        case "release":
            return _release()
        case "demo" | "audit" | "knowledge" | "bots" | "dead-letters" | "doctor":
            return _beside(arguments)
        case command:
            return _process(command, read_settings(os.environ))


def _beside(arguments: argparse.Namespace) -> int:
    """What is done from a terminal beside the running product, and finds it by itself."""
    from server.core.log import log_beside

    log_beside()
    match arguments.command:
        case "demo":
            from server.demo.command import main as demo

            return demo(os.environ, reset=arguments.reset, remove=arguments.remove)
        case "audit":
            from server.verify import main as verify

            return verify(os.environ, arguments.organization)
        case "knowledge":
            from server.imported import main as bring

            return bring(os.environ, arguments.folder, arguments.organization)
        case "bots":
            from server.replayed import main as replay

            return replay(os.environ, arguments)
        case "doctor":
            from server.doctor import main as doctor

            return doctor(os.environ, as_json=arguments.as_json)
        case _:
            from workers.mend import main as mend

            return mend(os.environ, arguments.what, arguments.ids, is_all=arguments.is_all, is_sure=arguments.yes)


def _release() -> int:
    from server.release import CannotRelease, release

    settings = read_settings(os.environ)
    if not settings.database_owner_url:
        raise BadSettings("DATABASE_OWNER_URL is missing: release makes roles and tables as the database's owner")
    try:
        asyncio.run(release(settings.database_owner_url, settings.database_url, partitions=settings.partitions))
    except CannotRelease as refused:
        sys.exit(f"frontdesk: {refused}")
    return 0


def _process(command: str, settings: Settings) -> int:
    import uvloop

    from server.core.log import open_log

    open_log(settings)
    match command:
        case "web":
            from server.web import serve

            uvloop.run(serve(settings))
        case "worker":
            from workers.__main__ import work

            uvloop.run(work(settings))
        case "shop":
            from server.shop import shop

            shop(settings)
        case "bot":
            from server.demo.helper import become_helper

            become_helper(settings, os.environ)
    return 0


if __name__ == "__main__":
    main()
