import { defineConfig } from "vite";

// A build of its own: as a second entry of the console's it would cut that one into many small files.
export default defineConfig({
  root: `${import.meta.dirname}/..`,
  base: "/faces/",
  build: {
    outDir: "../server/faces",
    emptyOutDir: false,
    target: "es2022",
    modulePreload: { polyfill: false },
    rolldownOptions: { input: "try.html" },
  },
});
