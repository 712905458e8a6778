/** Words with their marks, and the look of these. Loaded with the first. */

import style from "../../client/style/marks.css?inline";
import { wear } from "./parts.ts";

export { Words } from "../../client/ui/Words.tsx";

wear(style);
