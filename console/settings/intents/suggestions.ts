/** What visitors of most companies want: a beginning that can be changed. */

import type { NewIntent } from "../../../client/src/rest.ts";

export const SUGGESTIONS: readonly NewIntent[] = [
  { name: "Order status", examples: ["Where is my order?", "When will my parcel arrive?", "Track my shipment", "My package has not come yet"] },
  { name: "Refund", examples: ["I want my money back", "How do I get a refund?", "When is my refund paid?", "Please reimburse me"] },
  { name: "Return", examples: ["I want to send something back", "How do I return an article?", "Where is the return label?", "Can I exchange this for another size?"] },
  { name: "Delivery", examples: ["How much is shipping?", "Do you ship abroad?", "Is delivery free?", "How long does delivery take?"] },
  { name: "Log in", examples: ["I cannot log in", "I forgot my password", "My account is locked", "The code for signing in does not come"] },
  { name: "Invoice", examples: ["I need an invoice", "Please send me the bill again", "There is a mistake in my invoice", "Can I get a receipt?"] },
  { name: "Cancel", examples: ["I want to cancel my subscription", "How do I end my contract?", "Cancel my order, please", "Delete my account"] },
  { name: "Fault", examples: ["It does not work", "I get an error", "The page stays white", "It broke after two days"] },
];
