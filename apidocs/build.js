// Puts the API's page and Swagger UI, whole and as they were published, where the server finds them.
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const faces = join(here, "..", "server", "faces");
const swagger = join(here, "..", "node_modules", "swagger-ui-dist");

mkdirSync(join(faces, "api"), { recursive: true });
copyFileSync(join(here, "api.html"), join(faces, "api.html"));
for (const name of ["start.js", "api.css"]) copyFileSync(join(here, name), join(faces, "api", name));
for (const name of ["swagger-ui-bundle.js", "swagger-ui.css", "LICENSE"]) {
  copyFileSync(join(swagger, name), join(faces, "api", name));
}
