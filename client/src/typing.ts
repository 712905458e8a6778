/** Who is typing, here and there. Nothing of it is stored, and all of it is forgotten after a few seconds. */

import type { Sender, TypingChanged, Uuid } from "./protocol.ts";
import type { Socket } from "./socket.ts";

export interface Typing {
  /** The person here pressed a key. */
  press(conversation_id: Uuid, is_internal?: boolean): void;
  /** The person here sent it, or deleted it all. */
  stop(): void;
  hear(frame: TypingChanged): void;
  /** Somebody said something, so that they type no longer. */
  said(conversation_id: Uuid, sender: Sender): void;
  typists(conversation_id: Uuid): readonly Sender[];
}

/** Others forget it after six seconds; said every three, one lost frame does not make the dots flicker. */
const SAY_EVERY = 3_000;
const FORGET_AFTER = 6_000;

export function createTyping(socket: Pick<Socket, "send">, changed: (conversation_id: Uuid) => void): Typing {
  const heard = new Map<Uuid, Map<string, { sender: Sender; timer: ReturnType<typeof setTimeout> }>>();
  let said: { conversation_id: Uuid; is_internal: boolean; at: number } | null = null;
  let idle: ReturnType<typeof setTimeout> | undefined;
  const nameOf = (sender: Sender): string => sender.id ?? sender.kind;

  function stop(): void {
    clearTimeout(idle);
    if (said === null) return;
    const { conversation_id, is_internal } = said;
    said = null;
    socket.send({ type: "set_typing", conversation_id, is_typing: false, is_internal });
  }

  function forget(conversation_id: Uuid, sender: Sender): void {
    const here = heard.get(conversation_id);
    const known = here?.get(nameOf(sender));
    if (known === undefined) return;
    clearTimeout(known.timer);
    here?.delete(nameOf(sender));
    changed(conversation_id);
  }

  return {
    stop,
    press(conversation_id, is_internal = false) {
      clearTimeout(idle);
      idle = setTimeout(stop, FORGET_AFTER - 1_000);
      const is_elsewhere = said !== null && (said.conversation_id !== conversation_id || said.is_internal !== is_internal);
      if (is_elsewhere) stop();
      if (said !== null && Date.now() - said.at < SAY_EVERY) return;
      said = { conversation_id, is_internal, at: Date.now() };
      socket.send({ type: "set_typing", conversation_id, is_typing: true, is_internal });
    },
    hear({ conversation_id, sender, is_typing }) {
      if (!is_typing) return forget(conversation_id, sender);
      const here = heard.get(conversation_id) ?? new Map();
      clearTimeout(here.get(nameOf(sender))?.timer);
      here.set(nameOf(sender), { sender, timer: setTimeout(() => forget(conversation_id, sender), FORGET_AFTER) });
      heard.set(conversation_id, here);
      changed(conversation_id);
    },
    said: forget,
    typists: (conversation_id) => Array.from(heard.get(conversation_id)?.values() ?? [], (each) => each.sender),
  };
}
