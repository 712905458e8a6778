import { defineConfig } from "vitest/config";

export default defineConfig({
  // Beside other work a property takes more than the five seconds of the default.
  test: { testTimeout: 60_000, include: ["client/test/**/*.test.ts", "widget/test/**/*.test.ts", "console/test/**/*.test.ts"] },
});
