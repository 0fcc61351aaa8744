// The demo as a stranger meets it: started, signed in by the printed link, and watched until its report is given away and
// taken back. It plays on the wall clock, so this file waits for what the page shows and never for a time.
import { type Browser, type Page, expect, test } from "@playwright/test";
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { freePort } from "../demo.mjs";
import { printed } from "./support";

const BIN = process.env.BINARY ?? "../target/debug/aftershow";

/** Starts a demo of its own and returns the sign-in link it printed. */
async function start(): Promise<{ demo: ChildProcess; url: string; signIn: string }> {
  const port = await freePort();
  const demo = spawn(BIN, ["demo", "--listen", `127.0.0.1:${port}`]);
  let output = "";
  demo.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [, signIn] = await printed(demo, /Sign in: (http:\S+once=\S+) \(works once\)/);
  await expect.poll(() => output).toMatch(/No account anywhere; Tencent is simulated on :\d+\. The script starts when you sign in\./);
  expect(output).toContain("Each room is read every 2 s, and a stream is sealed 10 s after its end.");
  return { demo, url: `http://127.0.0.1:${port}`, signIn };
}

/** The row of a room on the board. */
const row = (page: Page, title: string) => page.locator("table.board tbody tr").filter({ hasText: title });

async function withoutScripts(browser: Browser, page: Page): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
  return context.newPage();
}

let running: Awaited<ReturnType<typeof start>> | undefined;
test.beforeAll(async ({}, info) => {
  if (info.project.name !== "scripts") return;
  // Two weeks of history are written first.
  test.setTimeout(90_000);
  running = await start();
});
test.afterAll(() => void running?.demo.kill("SIGTERM"));

test("the story runs, and its report equals the simulator's ground truth", async ({ browser }, info) => {
  test.skip(info.project.name !== "scripts", "one run of the story is enough");
  // Of three minutes of story a minute and three quarters are walked.
  test.setTimeout(150_000);
  const { url, signIn } = running!;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, permissions: ["clipboard-write"], baseURL: url });
  const page = await context.newPage();
  await page.goto(signIn);

  // First paint, as the server wrote it: eleven live, two to look at, and every sum known.
  const plain = await withoutScripts(browser, page);
  await plain.goto(`${url}/`);
  const strip = plain.locator("[data-strip]");
  await expect(strip).toHaveText(/^11 live · [\d,]+ coins\/min · [\d,]+ coins since 06:00 \(UTC\+8\) · 2 need attention$/);
  await expect(plain.locator("tbody.attention tr")).toHaveCount(2);
  await expect(row(plain, "雑談")).toContainText(/[Hh]ost left at \d\d:\d\d/);
  await expect(row(plain, "新人首播")).toContainText(/\d+ entries in a minute; no message, like or gift/);
  await expect(row(plain, "小鹿电台").locator("[data-cell=pace]")).toHaveText(/^1\d\d%$/);
  await expect(plain.locator(".demo-strip")).toContainText(/Demo · next: .+ in \d:\d\d/);
  await expect(plain.locator("table.board svg.spark path.line").first()).toHaveAttribute("d", /M/);

  // It ticks, and a stream that starts waits to be asked for.
  const demoStrip = page.locator(".demo-strip");
  const first = await demoStrip.innerText();
  await expect(demoStrip).not.toHaveText(first);
  await page.getByRole("button", { name: /1 new ↑/ }).click({ timeout: 40_000 });
  await expect(row(page, "Nana live")).toContainText("first stream");

  // The battle: both say so, and the scores are what both got since, never an invented nought.
  await expect(row(page, "小鹿电台")).toContainText(/PK with あゆ [\d,]+ : [\d,]+/, { timeout: 30_000 });
  await expect(row(page, "弾き語り")).toContainText(/PK with 小鹿/);
  const score = () => row(page, "小鹿电台").locator("[data-cell=going_on]").innerText();
  const early = await score();
  await expect.poll(score).not.toBe(early);

  // Records and whales.
  await expect(row(page, "Mira sings")).toContainText("record high (previous: 151,200)", { timeout: 40_000 });
  await expect(row(page, "Fa Sai cooks")).toContainText(/[\d,]+ coins from existing gifters only/);

  // An outage is no ending.
  await expect(page.locator("[data-alarms]")).toContainText("Tencent asks for fewer calls", { timeout: 30_000 });
  await expect(row(page, "耐久FPS")).toContainText(/No response from Tencent for \d+\ss; last reading \d\d:\d\d:\d\d/, { timeout: 30_000 });
  await expect(row(page, "耐久FPS").locator("[data-cell=rate]")).toHaveText("–");
  await expect(row(page, "雑談")).toContainText(/[Pp]ossibly ended/, { timeout: 30_000 });
  await expect(row(page, "雑談")).not.toContainText(/[Pp]ossibly ended/);
  await expect(row(page, "耐久FPS")).not.toContainText("No response", { timeout: 40_000 });

  // The end, the seal, and the report.
  await expect(row(page, "小鹿电台")).toContainText(/Ending: room-closed webhook at \d\d:\d\d:\d\d; seals in \d+\ss/, { timeout: 30_000 });
  const toast = page.getByRole("link", { name: /Sealed: 小鹿电台, 246,810 coins, 18% above typical/ });
  await toast.click({ timeout: 30_000 });
  await expect(page).toHaveURL(/\/streams\/\d+$/);
  await expect(page.locator("h1")).toHaveText("小鹿电台");
  const truth = page.locator("details.ground-truth");
  await expect(truth.locator("summary")).toHaveText("Simulator's ground truth: 246,810 coins, 12,480 entries · match ✓ (compare ›)");
  await truth.locator("summary").click();
  await expect(truth.locator("tbody tr")).toHaveCount(6);
  await expect(truth.locator("tbody")).not.toContainText("✗");

  // Given away: the link itself, on a phone in the page, in three languages.
  await page.getByRole("button", { name: "Copy link" }).click();
  await expect(page).toHaveURL(/\?phone=\d+/);
  const phone = page.frameLocator("iframe[name=phone]");
  await expect(phone.locator("h1")).toHaveText("小鹿电台");
  await expect(phone.locator("body")).toContainText("246,810");
  await page.locator(".phone-side").getByRole("link", { name: "日本語" }).click();
  await expect(phone.locator("html")).toHaveAttribute("lang", "ja");
  expect((await page.locator("iframe[name=phone]").boundingBox())!.width).toBeGreaterThanOrEqual(360);
  await expect(page.locator(".phone-side")).toContainText("No QR code");

  // Nobody can fake it.
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download the file" }).click()]);
  const altered = readFileSync((await download.path())!, "utf8");
  expect(altered).toContain('"coins":246811');
  await page.getByRole("button", { name: "Submit it to /verify" }).click();
  await expect(phone.locator("body")).toContainText("Altered: totals.coins does not match the seal");

  // Taken back: dead at once, also for a stranger.
  const address = (await page.locator(".phone-side .address").innerText()).trim();
  await page.getByRole("button", { name: "Disable" }).click();
  await expect(phone.locator("h1")).toHaveText("This link does not work");
  expect((await fetch(address)).status).toBe(404);

  // The same without scripts: forms and links alone.
  await plain.goto(page.url());
  await expect(plain.frameLocator("iframe[name=phone]").locator("h1")).toHaveText("This link does not work");
  await plain.getByRole("button", { name: "Enable again" }).click();
  await expect(plain.frameLocator("iframe[name=phone]").locator("h1")).toHaveText("小鹿电台");
  await plain.goto(page.url().split("?")[0]);
  await plain.getByRole("button", { name: "Copy link" }).click();
  await expect(plain.frameLocator("iframe[name=phone]").locator("body")).toContainText("246,810");
  await plain.getByRole("button", { name: "Submit it to /verify" }).click();
  await expect(plain.frameLocator("iframe[name=phone]").locator("body")).toContainText("does not match the seal");

  // History has the row, its curve and its comparison.
  await plain.goto(`${url}/streams?q=xl_radio`);
  const newest = plain.locator("table.streams tbody tr").first();
  await expect(newest).toContainText("246,810");
  await expect(newest).toContainText("18% above typical");
  // The second tap gave the first one's link again.
  await expect(newest).toContainText(/1 share link · not opened yet/);
  await expect(newest.locator("svg.spark path.line")).toHaveAttribute("d", /M/);

  // The strip: played again, put away, brought back.
  await plain.getByRole("button", { name: "replay" }).click();
  await expect(plain.locator(".demo-strip")).toContainText(/next: Nana starts in 0:\d\d/);
  await plain.getByRole("button", { name: "hide" }).click();
  await expect(plain.locator(".demo-strip")).toHaveCount(0);
  await plain.goto(`${url}/status`);
  await expect(plain.locator("main")).toContainText("Polling every 2 s, grace period 10 s");
  await plain.getByRole("button", { name: "Show demo bar" }).click();
  await expect(plain.locator(".demo-strip")).toHaveCount(1);
});
