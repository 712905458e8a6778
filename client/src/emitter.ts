/** Tells listeners what happened; every listener hears every event of its type, in order. */

export interface Emitter<Events> {
  /** Listens until the returned function is called. */
  on<Type extends keyof Events>(type: Type, listener: (event: Events[Type]) => void): () => void;
  emit<Type extends keyof Events>(type: Type, event: Events[Type]): void;
}

export function createEmitter<Events>(): Emitter<Events> {
  const listeners: { [Type in keyof Events]?: Set<(event: Events[Type]) => void> } = {};
  return {
    on(type, listener) {
      const known = (listeners[type] ??= new Set());
      known.add(listener);
      return () => known.delete(listener);
    },
    emit(type, event) {
      // A copy, because a listener may stop listening while it is told.
      for (const listener of [...(listeners[type] ?? [])]) listener(event);
    },
  };
}
