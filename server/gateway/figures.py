"""What one node tells of itself on /metrics; everything is counted where it happens and read here."""

from collections import Counter
from collections.abc import Iterable

from server.core.bus import Bus
from server.core.metrics import Metric, counter, gauge
from server.domain.chat.fence import Fence
from server.gateway.door import Door

KINDS = ("visitor", "member", "bot", "arriving")


def figures(door: Door, bus: Bus, fence: Fence) -> Iterable[Metric]:
    """The figures of the message path on this node."""
    sockets = Counter(session.kind if session.is_welcome else "arriving" for session in door.sessions)
    conversations, inboxes = door.log.accepted
    accepted = {"conversation": conversations, "inbox": inboxes}
    delivered = {"entry": door.hub.entries, "hint": door.hub.hints}
    return [
        gauge("frontdesk_sockets", "Open sockets, by who is on them.", {kind: sockets[kind] for kind in KINDS}, "kind"),
        counter("frontdesk_sockets_opened", "Sockets that were opened.", door.opened),
        counter("frontdesk_sockets_closed", "Sockets that this node closed, by why.", door.closes, "code"),
        counter("frontdesk_entries_accepted", "Entries that got a number through this node.", accepted, "log"),
        counter("frontdesk_entries_repeated", "Entries that came again with a known id.", door.log.repeated),
        counter("frontdesk_refusals", "Frames that were refused, by code.", door.refusals, "code"),
        counter("frontdesk_deliveries", "Entries and hints given to followers of this node.", delivered, "kind"),
        gauge("frontdesk_bus_canary_age_seconds", "Since the canary of the most silent partition.", bus.canary_age),
        counter("frontdesk_bus_heals", "Holes in the bus that were healed from the stream.", bus.heals),
        counter("frontdesk_bus_losses", "Holes that could not be healed: clients were sent to load anew.", bus.losses),
        gauge("frontdesk_log_is_open", "1 while every partition is accepted for.", float(fence.is_open)),
    ]
