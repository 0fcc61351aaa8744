// The Live board under hands: keys, focus, and rows that move only when nobody points at them.
import type { Page, Request } from "@playwright/test";
import { expect, follow, fresh, reloadUntil, test } from "./support";

test("a row in focus announces its totals, is pinned and noted by keys, and new rows wait to be asked for", async ({ signedIn: page, console }, info) => {
  test.skip(info.project.name === "phone-dark", "a phone has no keys");
  const [low, high, later] = [fresh("low"), fresh("high"), fresh("later")];
  for (const room of [low, high]) await console.simulator.room(room);
  await follow(page, low, high);
  await console.simulator.count(low, 10);
  await console.simulator.count(high, 900);
  await page.goto("/");
  const row = (room: string) => page.locator("table.board tbody tr").filter({ hasText: room });
  const ask = page.getByRole("button", { name: /\d+ new ↑/ });
  // Whichever came after the page asks to be let in.
  await expect(async () => {
    if ((await row(low).count()) + (await row(high).count()) < 2) await ask.click({ timeout: 1000 });
    expect((await row(low).count()) + (await row(high).count())).toBe(2);
  }).toPass({ timeout: 20_000 });

  const link = row(low).locator("a");
  await link.focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Shift+Tab");
  await expect(link).toBeFocused();
  await expect(link).toHaveAttribute("data-details", /Entries [\d,]+ · Gifts [\d,]+ · Coins 12 · Gifters [\d,]+ · Likes [\d,]+ · Messages [\d,]+/);
  expect(await link.evaluate((element) => getComputedStyle(element, "::after").visibility)).toBe("visible");
  await page.keyboard.press("p");
  await expect(row(low)).toHaveClass(/pinned/);

  // Values move under the focus; a new stream waits for the button.
  await console.simulator.count(low, 20);
  await expect(row(low).locator("[data-cell=coins]")).toHaveText("22");
  await console.simulator.room(later);
  await follow(await page.context().newPage(), later);
  await expect(ask).toBeVisible({ timeout: 20_000 });
  await expect(row(later)).toHaveCount(0);
  await ask.click();
  await expect(row(later)).toHaveCount(1);
  const order = await page.locator("table.board tbody.rest tr").evaluateAll((rows) => rows.map((one) => one.textContent ?? ""));
  expect(order[0]).toContain(low);

  await link.focus();
  await page.keyboard.press("n");
  await expect(page).toHaveURL(/\/streams\/\d+#note$/);
  for (const room of [low, high, later]) await console.simulator.destroy(room);
});

test("a board whose session has ended says so in the place of its numbers", async ({ signedIn: page }) => {
  await page.goto("/");
  await expect(page.locator("[data-numbers]")).toContainText("live");
  const other = await page.context().newPage();
  await other.goto("/settings");
  await other.locator(".top .who summary").click();
  await other.getByRole("button", { name: "Sign out" }).click();
  await expect(other).toHaveURL(/\/login$/);
  await other.close();
  await page.bringToFront();
  const lost = page.locator("[data-lost]");
  await expect(lost).toContainText("You are signed out.", { timeout: 30_000 });
  await expect(page.locator("[data-strip]")).toBeHidden();
  await expect(page.locator(".live-area")).toHaveClass(/stale/);
  await expect(lost.getByRole("link", { name: "Sign in" })).toHaveAttribute("href", "/login?next=%2F");
});

test("rows are of one height and columns stay where they are", async ({ signedIn: page, console }, info) => {
  test.skip(info.project.name === "phone-dark", "a phone has no columns");
  const [short, long] = [fresh("short"), fresh("long")];
  await console.simulator.room(short);
  await console.simulator.room(long, "耐久配信 · a title that is far longer than the column that it stands in, on any screen");
  await follow(page, short, long);
  const rows = page.locator("table.board tbody tr").filter({ hasText: /short_|耐久配信/ });
  await reloadUntil(page, async () => (await rows.count()) === 2);
  const heights = await rows.evaluateAll((all) => all.map((row) => row.getBoundingClientRect().height));
  expect(new Set(heights.map(Math.round)).size, heights.join()).toBe(1);
  const edges = () => page.locator("table.board thead th").evaluateAll((all) => all.map((head) => head.getBoundingClientRect().left));
  const before = await edges();
  await console.simulator.count(short, 123_456_789);
  await reloadUntil(page, async () => (await rows.filter({ hasText: "123,456,7" }).count()) === 1);
  expect(await edges()).toEqual(before);
  for (const room of [short, long]) await console.simulator.destroy(room);
});

test("the board fits every width, with the longest names", async ({ signedIn: page, console }, info) => {
  test.skip(info.project.name === "phone-dark", "a phone has one width");
  const room = fresh("wide");
  await console.simulator.room(room, "耐久配信 · the longest name that a room may well have on any day");
  await follow(page, room);
  await page.goto("/");
  await expect(page.locator("table.board tbody tr").filter({ hasText: "耐久配信" })).toHaveCount(1, { timeout: 30_000 });
  for (const width of [700, 768, 900, 991, 1024, 1215, 1280, 1440]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${width} px`).toBeLessThanOrEqual(0);
  }
  await console.simulator.destroy(room);
});

test("of eight tabs one receives the events and passes them to the others", async ({ signedIn: page, console }, info) => {
  test.skip(info.project.name === "phone-dark", "what holds for tabs holds on any screen");
  const room = fresh("tabs");
  await console.simulator.room(room);
  await follow(page, room);
  const pending = new Set<Request>();
  // A page that is closed reports no end of its requests.
  const listening = () => [...pending].filter((request) => !request.frame().page().isClosed());
  const over = (request: Request) => pending.delete(request);
  page.context().on("request", (request) => new URL(request.url()).pathname === "/events" && pending.add(request));
  page.context().on("requestfinished", over);
  page.context().on("requestfailed", over);
  let tabs = [page];
  while (tabs.length < 8) tabs.push(await page.context().newPage());
  const coins = (tab: Page) => tab.locator("table.board tbody tr").filter({ hasText: room }).locator("[data-cell=coins]");
  for (const tab of tabs) {
    await tab.goto("/");
    await expect(async () => {
      if ((await coins(tab).count()) === 0) await tab.getByRole("button", { name: /\d+ new ↑/ }).click({ timeout: 1000 });
      expect(await coins(tab).count()).toBe(1);
    }).toPass({ timeout: 20_000 });
  }
  await console.simulator.count(room, 40);
  for (const tab of tabs) await expect(coins(tab)).toHaveText("42", { timeout: 20_000 });
  expect(listening()).toHaveLength(1);

  // The one that receives goes: another takes over, and nobody misses anything.
  const [holder] = listening().map((request) => request.frame().page());
  await holder.close();
  tabs = tabs.filter((tab) => tab !== holder);
  await console.simulator.count(room, 50);
  for (const tab of tabs) await expect(coins(tab)).toHaveText("52", { timeout: 20_000 });
  expect(listening()).toHaveLength(1);
  await console.simulator.destroy(room);
});
