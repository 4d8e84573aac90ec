import { defineConfig } from "vitest/config";

/** What needs a browser: `npm test` runs without one. */
export default defineConfig({
  test: {
    include: ["test/browser/**/*.spec.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One browser at a time: screenshots and timings are those of an idle machine.
    fileParallelism: false,
  },
});
