// What scripts add to a shared report: a cursor that speaks, zoom, copying, the share sheet, printing.
import { expect, type Locator, type Page } from "@playwright/test";
import { record, shown, test } from "./shared-report";

/** The islands of a report sleep until someone moves in it. */
async function awake(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.mouse.move(5, 5);
  await page.mouse.move(9, 9);
  await page.keyboard.press("Shift");
  // The bundle of a debug build is large.
  await expect(page.locator(".main-chart .handle")).not.toHaveAttribute("hidden", /.*/, { timeout: 45_000 });
}

const values = async (chart: Locator) => (await chart.getAttribute("data-values"))!.split(",");

test("arrow keys move the cursor, and it speaks", async ({ links, page }) => {
  await awake(page, links.host);
  const slider = page.getByRole("slider").first();
  const main = await values(page.locator("svg.main"));
  await slider.focus();
  await page.keyboard.press("Home");
  await expect(slider).toHaveAttribute("aria-valuetext", new RegExp(`^\\d\\d:\\d\\d · Coins ${shown(Number(main[0]))}$`));
  await page.keyboard.press("ArrowRight");
  await expect(slider).toHaveAttribute("aria-valuetext", new RegExp(`Coins ${shown(Number(main[1]))}$`));
  await expect(slider).toHaveAttribute("aria-valuenow", "1");
  await page.keyboard.press("Shift+ArrowRight");
  await expect(slider).toHaveAttribute("aria-valuenow", "11");
  await page.keyboard.press("End");
  await expect(slider).toHaveAttribute("aria-valuenow", String(main.length - 1));
  await expect(page.locator(".main-chart .readout")).toContainText("Coins");
  await page.keyboard.press("Escape");
  await expect(page.locator(".main-chart .readout")).toBeEmpty();
});

test("the cursor of the past shows the baseline at that minute", async ({ links, page }) => {
  await awake(page, links.host);
  const slider = page.locator("#past .handle");
  await slider.focus();
  await page.keyboard.press("End");
  await expect(slider).toHaveAttribute("aria-valuetext", /Coins [\d,]+ · typical [\d,]+$/);
});

test("one cursor goes over all six curves", async ({ links, page }) => {
  const { totals } = await record(links.host);
  await awake(page, links.host);
  await page.locator("summary", { hasText: "All six charts" }).click();
  const slider = page.locator(".folded .handle");
  await slider.focus();
  await page.keyboard.press("PageUp");
  for (const word of ["Entries", "Gifts", "Coins", "Gifters", "Likes", "Messages"]) {
    await expect(slider).toHaveAttribute("aria-valuetext", new RegExp(`${word} [\\d,–]+`));
  }
  expect(await page.locator(".small-charts .cursor:not([visibility])").count()).toBe(6);
  // Each figure shows its value there, and its total again when the cursor is gone.
  const coins = page.locator('[data-reading="coins"]');
  await expect(coins).not.toHaveText(shown(totals.coins));
  await page.keyboard.press("Escape");
  await expect(coins).toHaveText(shown(totals.coins));
});

test("a pointer moves it too", async ({ links, page }, info) => {
  await awake(page, links.host);
  const chart = page.locator("svg.main");
  const box = (await chart.boundingBox())!;
  if (info.project.use.hasTouch) await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
  else await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await expect(page.locator(".main-chart .readout")).toContainText(/\d\d:\d\d · Coins/);
});

test("the curve is drawn out by buttons and keys, and back", async ({ links, page }) => {
  await awake(page, links.host);
  const chart = page.locator("svg.main");
  await page.getByRole("button", { name: "Zoom in" }).click();
  await expect(chart).toHaveAttribute("width", "200%");
  expect(await page.locator(".main-chart .time, .main-chart .fine").count()).toBeGreaterThan(4);
  await page.locator(".main-chart .handle").focus();
  await page.keyboard.press("+");
  await expect(chart).toHaveAttribute("width", "400%");
  // The cursor stays in sight.
  await page.keyboard.press("End");
  const seen = await page.locator(".main-chart .plots").evaluate((plots) => plots.scrollLeft + plots.clientWidth >= plots.scrollWidth - 40);
  expect(seen).toBe(true);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide).toBeLessThanOrEqual(0);
  await page.getByRole("button", { name: "Show all" }).click();
  await expect(chart).toHaveAttribute("width", "100%");
});

test("a stretch that is dragged over is drawn out", async ({ links, page }, info) => {
  test.skip(info.project.use.hasTouch === true, "fingers scroll");
  await awake(page, links.host);
  const box = (await page.locator("svg.main").boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.25, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 40, { steps: 5 });
  await page.mouse.up();
  const width = parseInt((await page.locator("svg.main").getAttribute("width"))!, 10);
  expect(width).toBeGreaterThan(350);
  expect(width).toBeLessThan(450);
});

test("the tap that wakes the page copies already", async ({ links, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(links.host);
  await page.locator("summary", { hasText: "Copy text" }).click();
  await expect(page.locator("summary", { hasText: "Copied" })).toBeVisible({ timeout: 45_000 });
  await expect(page.locator(".copy[open]")).toHaveCount(1);
  expect((await page.evaluate(() => navigator.clipboard.readText())).split("\n").length).toBeLessThanOrEqual(5);
});

test("text is copied; the link goes to the share sheet where there is one, else it is copied", async ({ links, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.addInitScript(() => {
    // A browser without a share sheet.
    Object.defineProperty(Navigator.prototype, "share", { value: undefined, configurable: true });
    delete (Navigator.prototype as { share?: unknown }).share;
  });
  await awake(page, links.host);
  await page.locator("summary", { hasText: "Copy text" }).click();
  await expect(page.locator("summary", { hasText: "Copied" })).toBeVisible();
  expect((await page.evaluate(() => navigator.clipboard.readText())).split("\n").length).toBeLessThanOrEqual(5);
  await page.locator("summary", { hasText: /^Link$/ }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(links.host);

  const modern = await context.newPage();
  await modern.addInitScript(() => {
    const shared: unknown[] = [];
    Object.assign(window, { shared });
    Object.defineProperty(Navigator.prototype, "share", {
      value: (data: unknown) => (shared.push(data), Promise.resolve()),
      configurable: true,
    });
  });
  await awake(modern, links.host);
  await modern.locator("summary", { hasText: /^Link$/ }).click();
  const given = () => modern.evaluate(() => (window as unknown as { shared: { url: string; title: string }[] }).shared);
  // The click is answered by a script that may run after it returns.
  await expect.poll(given).toHaveLength(1);
  const shared = await given();
  expect(shared[0].url).toBe(links.host);
  expect(shared[0].title).not.toBe("");
});

test("print asks the browser to print", async ({ links, page }) => {
  await page.addInitScript(() => {
    window.print = () => Object.assign(window, { printed: true });
  });
  await awake(page, links.host);
  await page.locator("summary", { hasText: "Files" }).click();
  await page.getByRole("button", { name: "print" }).click();
  await expect.poll(() => page.evaluate(() => (window as unknown as { printed?: boolean }).printed)).toBe(true);
});
