/** The page that one is on, by the address. */

import { computed, type ReadonlySignal } from "@preact/signals";
import { place } from "./router.ts";
import { routeOf, type Route } from "./routes.ts";

export const route: ReadonlySignal<Route> = computed(() => routeOf(place.value.path, place.value.query));
