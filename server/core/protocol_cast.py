"""Who and what the examples of the protocol speak of."""

from uuid import UUID

from server.protocol.bot_values import DeclaredTool
from server.protocol.values import Card, Sender

CONVERSATION = UUID("01938c5a-7f00-7a31-9c1e-2f6b8d4a1001")
CONTACT = UUID("01938c5a-7000-7b02-8a44-5d1c9e7f2002")
AGENT = UUID("01930000-1000-7c03-9b55-6e2daf803003")
BOT = UUID("01930000-1000-7c0c-9faa-b1402adc820c")
TEAM = UUID("01930000-3000-7e0a-8d88-912fdc3b600a")
TYPE = UUID("01930000-4000-7f0b-8e99-a2301fc4710b")
CHANNEL = UUID("01930000-2000-7d04-8c66-7f3eb0914004")
ORGANIZATION = UUID("01930000-0000-7e05-9d77-804fc1a25005")
SESSION = UUID("01938c5a-8000-7f06-8e88-9150d2b36006")
MESSAGE = UUID("01938c5a-9000-7107-9f99-a261e3c47007")
ANSWER = UUID("01938c5a-a000-7208-8aaa-b372f4d58008")
COMMAND = UUID("01938c5a-b000-7309-9bbb-c48305e69009")
NOW = 1_733_200_412_345

VISITOR = Sender(kind="contact", id=CONTACT, name="Visitor 2002")
MEMBER = Sender(kind="member", id=AGENT, name="Ada Byron")
ROBBIE = Sender(kind="bot", id=AGENT, name="Robbie")
TOOL = DeclaredTool(
    "order_status",
    "What became of an order.",
    {"type": "object", "properties": {"order_id": {"type": "integer"}}, "required": ["order_id"]},
)
SYSTEM = Sender(kind="system")

CARD = Card(
    conversation_id=CONVERSATION,
    status="assigned",
    version=3,
    priority=3,
    contact_id=CONTACT,
    contact_name="Visitor 2002",
    channel_id=CHANNEL,
    channel_name="Shop",
    channel_kind="web_widget",
    started_at=NOW - 60_000,
    last_seq=8,
    message_count=5,
    last_message_at=NOW,
    last_preview="Where is my order?",
    last_sender_id=CONTACT,
    assigned_agent_id=AGENT,
    assigned_agent_name="Ada Byron",
    assigned_team_id=TEAM,
    assigned_team_name="Billing",
    subject="Order 1041",
    contact_email="zoe@example.org",
    tags=["billing", "vip"],
)
