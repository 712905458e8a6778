/** What the shared parts say where no face has put other words in their place. */

export const english = {
  send: "Send",
  is_typing: "{} is typing",
  are_typing: "{} and others are typing",
  connecting: "Connecting…",
  no_connection: "No connection. What you write is kept and sent as soon as it is back.",
  too_many_tabs: "This is open in too many tabs. Close one of them.",
  newer: "There is a newer version of this page.",
  ended: "The connection was ended.",
  reload: "Reload",
  accepted: "Sent",
  stored: "Saved",
  delivered: "Delivered",
  read: "Read",
};
