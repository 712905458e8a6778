import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: "../../server/faces",
    emptyOutDir: false,
    target: "es2022",
    lib: { entry: "loader.ts", formats: ["iife"], name: "frontdeskLoader", fileName: () => "widget.js" },
  },
});
