import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    /**
     * `test/` mirrors the folders; `real` needs the embedded PostgreSQL, a process or a browser, and `engines` the programs
     * that `npm run test:engines` installs.
     */
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/{classifier,eval,policy,review}/**/*.test.ts", "test/*.test.ts"],
        },
      },
      {
        test: {
          name: "real",
          include: ["test/{crawler,db,mcp,cli,site}/**/*.test.ts"],
          globalSetup: ["test/global-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // Two cores: more files at once only make each other slow.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: "engines",
          include: ["test/engines/*.test.ts"],
          testTimeout: 120_000,
          maxWorkers: 1,
        },
      },
    ],
  },
});
