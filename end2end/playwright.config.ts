// Every scenario runs twice: hydrated, and with JavaScript off. Files named *.hydrate.spec.ts need scripts.
import { defineConfig } from "@playwright/test";
import { execFileSync } from "node:child_process";

function chromium(): string | undefined {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const name of ["chromium", "google-chrome"]) {
    try {
      return execFileSync("which", [name], { encoding: "utf8" }).trim();
    } catch {
      // Not this one.
    }
  }
  return undefined; // Playwright's own.
}

const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

export default defineConfig({
  testDir: "tests",
  timeout: 60_000,
  expect: { timeout: 15_000 },
  workers: 2,
  fullyParallel: false,
  forbidOnly: !!process.env.CI,
  reporter: [["list"]],
  use: {
    locale: "en-GB",
    timezoneId: "UTC",
    launchOptions: {
      executablePath: chromium(),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
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
