// Every scenario runs twice: hydrated, and with JavaScript off. Files named *.hydrate.spec.ts need scripts.
import { defineConfig } from "@playwright/test";
import { FLAGS, browserPath } from "./browser.mjs";

const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

export default defineConfig({
  testDir: "tests",
  timeout: 60_000,
  expect: { timeout: 15_000 },
  workers: 2,
  fullyParallel: false,
  forbidOnly: !!process.env.CI,
  // On a loaded machine a browser may miss a turn. What passes only the second time is listed as flaky.
  retries: 1,
  reporter: [["list"]],
  use: {
    locale: "en-GB",
    timezoneId: "UTC",
    launchOptions: { executablePath: browserPath(), args: FLAGS },
  },
  projects: [
    { name: "scripts", use: { viewport: { width: 1280, height: 900 } } },
    {
      name: "no-scripts",
      testIgnore: /\.hydrate\.spec\.ts$/,
      use: { viewport: { width: 1280, height: 900 }, javaScriptEnabled: false },
    },
    { name: "phone-dark", use: { ...phone, colorScheme: "dark" } },
  ],
});
