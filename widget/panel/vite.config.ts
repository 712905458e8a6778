import { defineConfig, type Plugin } from "vite";
import english from "../../server/domain/channels/words/en.json" with { type: "json" };

/** Loaded when they are wanted, each in a file of its own. */
const LAZY = /panel\/(known|preview|back|line|List|Email|Partial|Beside|Helpful|Marks|list\.css|email\.css|beside\.css)|src\/(ages|partials|markdown)|ui\/Words|style\/marks/;

export default defineConfig({
  root: import.meta.dirname,
  base: "/faces/",
  plugins: [plainImports(), numberedWords(), withoutUnusedTokens()],
  resolve: {
    alias: [
      // Preact alone is a quarter of what the panel may weigh (docs/decisions/0005).
      { find: /^preact(\/jsx-runtime)?$/, replacement: `${import.meta.dirname}/draw.ts` },
      { find: /^\.\/(english|more)\.ts$/, replacement: `${import.meta.dirname}/without.ts` },
    ],
  },
  build: {
    outDir: "../../server/faces",
    emptyOutDir: false,
    target: "es2022",
    // light-dark(), nesting and oklch() are in every browser since 2024; their substitutes weigh half a kilobyte.
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    modulePreload: false,
    rolldownOptions: {
      input: "panel.html",
      // What lazy parts share with the panel stays in the panel's own file: one file squeezes better than two.
      output: { codeSplitting: { groups: [{ name: "panel", test: (id) => !LAZY.test(id) }] } },
    },
  },
});

/** Parts bring their look as text, so that what Vite would load beside them is never anything: 450 bytes less. */
function plainImports(): Plugin {
  return {
    name: "plain-imports",
    enforce: "pre",
    load: (id) => (id.endsWith("vite/preload-helper.js") ? "export const __vitePreload = (load) => load();" : null),
  };
}

/** The server sends the words as a list, in the order of the English ones: their names weigh as much as they do. */
function numberedWords(): Plugin {
  const names = Object.keys(english);
  return {
    name: "numbered-words",
    transform(code, id) {
      if (!/(widget\/panel|client\/ui)\/(?!words)\w+\.tsx?$/.test(id)) return null;
      return code.replace(/(?<![./])\b(words|shared)\.(\w+)/g, (_, words: string, name: string) => {
        if (!names.includes(name)) throw new Error(`${id}: there are no words called ${name}`);
        return `${words}[${names.indexOf(name)}]`;
      });
    },
  };
}

/** Every page gets these from its channel's settings. */
const PAINTED = ["accent", "accent-hue", "accent-ink", "on-accent"];

/** Leaves out the colours that only the console has: what nothing asks for by `var(--name)` is of no use. */
function withoutUnusedTokens(): Plugin {
  return {
    name: "without-unused-tokens",
    enforce: "post",
    generateBundle(_, bundle) {
      const all = Object.values(bundle).map((file) => (file.type === "chunk" ? file.code : String(file.source))).join();
      for (const file of Object.values(bundle)) {
        if (file.type !== "asset" || !file.fileName.endsWith(".css")) continue;
        file.source = String(file.source).replace(/--([\w-]+):(?:[^;{}()]|\([^;{}]*\))*;?/g, (token, name: string) =>
          all.includes(`var(--${name})`) && !PAINTED.includes(name) ? token : "",
        );
      }
    },
  };
}
