/** Whether the person looks at this page: a window that is only in sight is not read, and its news are told. */

import { signal, type ReadonlySignal } from "@preact/signals";

const looks = (): boolean => document.visibilityState === "visible" && document.hasFocus();
const looking = signal(looks());

export const is_looking: ReadonlySignal<boolean> = looking;

const look = (): void => void (looking.value = looks());
document.addEventListener("visibilitychange", look);
addEventListener("focus", look);
addEventListener("blur", look);
