import { defineConfig } from "vitest/config";

/** Where CI wants the counts as JSON. */
const report = process.env.SILO_TEST_REPORT;

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/support/built-action.ts",
    setupFiles: "test/support/balanced.ts",
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Most of the time is computed, not waited.
    maxWorkers: "100%",
    reporters: report === undefined ? ["dot"] : ["dot", ["json", { outputFile: report }]],
  },
});
