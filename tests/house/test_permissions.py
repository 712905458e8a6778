"""Who may do what, written down a second time: whoever widens a permission or a route changes it here, too."""

import pytest

from server.core.endpoint import Endpoint, Who
from server.core.permissions import PERMISSIONS, TABLE
from server.domain import endpoints
from tests.api.samples import route_of
from tests.api.shapes import fields_of

# Each role may do what the one before it may, and this besides.
LADDER = {
    "viewer": "inbox.read queue.read conversation.read contact.read canned_response.read channel.read team.read"
    " member.read bot.read organization.read routing.read knowledge.read interaction_type.read"
    " intent.read",
    "agent": "conversation.reply conversation.note conversation.take conversation.take_any conversation.assign"
    " conversation.release conversation.hand_off conversation.close conversation.reopen conversation.tag"
    " conversation.prioritize conversation.classify contact.write canned_response.write offer.answer",
    "manager": "team.write member.invite routing.write conversation.join knowledge.write interaction_type.write"
    " intent.write",
    "admin": "channel.write member.write bot.write bot.ask organization.write api_token.write audit.read",
    "owner": "organization.delete",
}
BOT = "queue.read conversation.read conversation.reply conversation.note conversation.hand_off knowledge.read"
BOT += " conversation.tag"
# What stands in a path, and the thing that its permissions are called after, where that is not the same word.
THINGS = {
    "canned-responses": "canned_response", "channel-preview": "channel", "customers": "contact",
    "search": "conversation", "suggestions": "bot", "presence": "member", "tokens": "api_token", "inbox": "inbox",
    "audit": "audit", "organization": "organization", "interactions": "conversation",
    "interaction-types": "interaction_type", "intents": "intent",
}  # fmt: skip
# A route needs its thing's `read` for GET and its `write` for all else, and one that ends in a verb needs that; but:
OTHERWISE = {
    "POST /api/canned-responses/{canned_response_id}/use": "conversation.reply",
    "GET /api/contacts/{contact_id}/conversations": "conversation.read",
    "POST /api/conversations/{conversation_id}/attributes": "conversation.tag",
    "GET /api/contacts/{contact_id}/interactions": "conversation.read",
    "POST /api/agents/chat": "bot.ask",
    "POST /api/channel-preview": "channel.read",
    "POST /api/intents/try": "intent.read",
    "PATCH /api/members/{member_id}/routing": "routing.write",
    "GET /api/invitations": "member.invite",
    "GET /api/knowledge/articles/{article_id}/versions": "knowledge.write",
    "GET /api/knowledge/searches": "knowledge.write",
    "POST /api/invitations": "member.invite",
    "DELETE /api/invitations/{invitation_id}": "member.invite",
    "GET /api/tokens": "api_token.write",
    "DELETE /api/organization": "organization.delete",
    "PUT /api/teams/{team_id}/queue": "routing.write",
    "POST /api/conversations/{conversation_id}/leave": "conversation.join",
    "POST /api/conversations/{conversation_id}/accept": "offer.answer",
    "POST /api/conversations/{conversation_id}/decline": "offer.answer",
    "POST /api/conversations": "conversation.reply",
    "POST /api/conversations/{conversation_id}/suggestions/{suggestion_id}/dismiss": "conversation.reply",
    "POST /api/conversations/{conversation_id}/messages": "conversation.reply",
    "GET /api/drafts": "conversation.reply",
    "POST /api/conversations/{conversation_id}/drafts/{draft_id}/decide": "conversation.reply",
}
VERBS = {"classify", "hand_off", "take", "join", "assign", "release", "close", "reopen", "tag", "prioritize"}
# About oneself: for every member, whatever the role.
ONESELF = {
    "POST /api/logout", "GET /api/me", "PATCH /api/me", "PUT /api/me/availability", "POST /api/me/organization",
    "POST /api/me/password", "GET /api/me/sessions", "DELETE /api/me/sessions/{session_id}", "POST /api/socket-tickets",
}  # fmt: skip
ANYONE = {
    "GET /api/doors", "POST /api/signup", "POST /api/login", "POST /api/password-reset",
    "POST /api/password-reset/confirm", "POST /api/invitations/look", "POST /api/invitations/accept",
    "POST /api/widget/sessions",
}  # fmt: skip
VISITORS = {
    "GET /api/widget/conversations", "POST /api/widget/conversations", "POST /api/widget/email",
    "GET /api/widget/votes", "POST /api/widget/votes", "POST /api/widget/views",
}  # fmt: skip
# What a bot may ask over HTTP, with the token of its socket.
BOTS = {"GET /api/knowledge/search"}
# Whoever reads one of these has the key to something.
KEYS = {"token", "ticket", "secret", "link"}


def test_each_role_may_do_what_is_written_here() -> None:
    """And so may a bot; nobody else may anything."""
    expected: dict[str, set[str]] = {"bot": set(BOT.split())}
    so_far: set[str] = set()
    for role, more in LADDER.items():
        so_far = so_far | set(more.split())
        expected[role] = so_far
    assert expected == PERMISSIONS
    assert so_far == TABLE.keys()


@pytest.mark.parametrize("endpoint", endpoints(), ids=route_of)
def test_a_route_is_for_whom_it_says(endpoint: Endpoint) -> None:
    """A new one without a permission is about oneself, or for visitors, or for anyone, and then stands here."""
    route = route_of(endpoint)
    assert (endpoint.who is Who.ANYONE) == (route in ANYONE)
    assert (endpoint.who is Who.VISITOR) == (route in VISITORS)
    assert endpoint.for_bots == (route in BOTS)
    assert not endpoint.for_bots or endpoint.permission in PERMISSIONS["bot"]
    assert endpoint.permission == (None if route in ANYONE | VISITORS | ONESELF else _needed(endpoint))


def _needed(endpoint: Endpoint) -> str:
    _, _, place, *more = endpoint.path.split("/")
    thing = THINGS.get(place) or place.removesuffix("s")
    verb = more[-1] if more and more[-1] in VERBS else "read" if endpoint.method == "GET" else "write"
    return OTHERWISE.get(route_of(endpoint), f"{thing}.{verb}")


def test_another_site_s_page_may_cause_one_thing_only() -> None:
    """The widget asks for its session from the company's pages."""
    assert {route_of(each) for each in endpoints() if each.is_open} == {"POST /api/widget/sessions"}


def test_what_is_shown_once_is_kept_nowhere() -> None:
    """A repeated request of a member is not answered with a key that was kept for it."""
    for each in endpoints():
        names = {field.encode_name for field in fields_of(each.answer)} if each.answer is not None else set()
        if each.method == "POST" and each.who is Who.MEMBER:
            assert each.is_secret == bool(names & KEYS), route_of(each)
        else:
            assert not names & KEYS or each.who is Who.ANYONE, f"{route_of(each)} shows a key again and again"
