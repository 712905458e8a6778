import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  base: "/faces/",
  build: {
    outDir: "../server/faces",
    emptyOutDir: false,
    target: "es2022",
    modulePreload: { polyfill: false },
    rolldownOptions: { input: "console.html" },
  },
});
