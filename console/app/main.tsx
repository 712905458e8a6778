/** Starts the console. */

import { render } from "preact";
import { startTheme } from "../shared/theme.ts";
import { App } from "./App.tsx";
import { startRouter } from "./router.ts";
import { look, watchSession } from "./session.ts";

startTheme();
startRouter();
watchSession();
render(<App />, document.body);
void look();
