"""What a bot shows a visitor and suggests to a person, in a real browser."""

from uuid import UUID

from frontdesk_bot import Bot, Citation, ContentCard, ContentForm, FormField, LinkButton, QuickReply, Turn
from server.protocol.values import Attributes
from tests.bots.conftest import at_work
from tests.faces.node import tell
from tests.people import Agent
from tests.servers import PASSWORD, Organization

SOURCES = [Citation("Opening hours")]
TAPS = [QuickReply("Yes, please", "yes"), QuickReply("No, thanks", "no"), QuickReply("Ask me again next week", "later")]
CARDS = [
    ContentCard(
        name, "Likes a bright place and little water.", "/portraits/01890a5d-ac96-774b-bcce-b302099a8057.svg",
        [LinkButton("Look at it", f"https://plants.example/{name[:5].lower()}")],
    )
    for name in ("Ficus", "Monstera", '"><img src=x onerror=alert(1)><b>Bold</b>')
]  # fmt: skip
FORM = ContentForm(
    [
        FormField("order", "Order", "number", is_required=True),
        FormField("email", "E-mail", "email"),
        FormField("why", "Why", "choice", is_required=True, choices=["Broken", "Too big"]),
        FormField("day", "When we may come", "date"),
    ],
    "Sending a plant back", "Send it back",
)  # fmt: skip


async def _answer(turn: Turn) -> None:
    if turn.payload is not None:
        await turn.reply(f"You tapped {turn.payload}")
    elif turn.values:
        await turn.reply(f"You filled in {turn.values['order']} and {turn.values['why']}")
    elif turn.text == "sources":
        facts: Attributes = {"order_number": 1041, "is_urgent": True}
        await turn.set_attributes(conversation=facts, contact={"plan": "<b>gold</b>"})
        await turn.reply("Within thirty days, in its pot.", citations=SOURCES, confidence=0.83, model="small-1")
    elif turn.text == "taps":
        await turn.reply("Shall I send it?", quick_replies=TAPS)
    elif turn.text == "cards":
        await turn.reply("These three: Ficus, Monstera, Calathea.", cards=CARDS)
    elif turn.text == "form":
        await turn.reply("Tell me the number of your order, and why.", form=FORM)
    else:
        await turn.reply(f"You said: {turn.text}")


async def test_what_a_bot_shows_and_suggests(org: Organization) -> None:
    """Sources, taps, cards and forms in the widget, what of it the team sees, and the box over the composer."""
    bot = Bot(org.house.url(), org.bot_token)
    bot.on_message(_answer)
    async with at_work(bot, org):
        admin = Agent(org, "alma")
        await admin.login()
        (found,) = (await admin.get("/api/bots"))["items"]
        await admin.change(f"/api/bots/{found['id']}", {"copilot": "everybody"})
        article = {"title": "Returning a plant", "content": "Within thirty days.", "status": "published"}
        made = await admin.post("/api/knowledge/articles", article)
        SOURCES.insert(0, Citation("Returning a plant", UUID(made["id"]), url="/help/returning"))
        told = {"WEB_URL": org.house.url(), "WIDGET_KEY": org.widget_key, "PASSWORD": PASSWORD}
        await tell("content.js", told | {"EMAIL": org.email("ada")})
        counted = await admin.get(f"/api/knowledge/articles/{made['id']}/figures")
        await admin.leave()
    assert (counted["helpful_count"], counted["not_helpful_count"], counted["view_count"]) == (0, 1, 1)
