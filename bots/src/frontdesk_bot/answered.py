"""What a bot did about one message, as a harness tells it."""

from frontdesk_bot.protocol import client_frames as say
from frontdesk_bot.protocol.entries import MessagePosted


class Answer:
    """What the bot did about one message; `hand_off` is the frame with which it gave the conversation away."""

    def __init__(
        self,
        said: list[MessagePosted],
        hand_off: say.HandOffConversation | None,
        shown: list[str],
        suggestion: say.SuggestAnswer | None,
    ) -> None:
        self.hand_off = hand_off
        # What the visitor saw of the answers while they were made.
        self.shown = shown
        self.said = [each for each in said if not each.is_internal]
        # Of a co-pilot.
        self.suggestion = suggestion
        # What the visitor reads, and what only the team reads.
        self.replies = [each.body for each in self.said]
        self.notes = [each.body for each in said if each.is_internal]
        # What the visitor is told that it comes from, and what the team is told of how the bot came to it.
        self.citations = [citation for each in said for citation in each.citations]
        self.contents = [each.content for each in said if each.content is not None]
        self.facts = [each.answer for each in said if each.answer is not None]

    @property
    def text(self) -> str:
        """The replies, one a line."""
        return "\n".join(self.replies)
