// Every page: reachable, whole, within its policy, and without an accessibility violation.
import AxeBuilder from "@axe-core/playwright";
import { expect, fresh, sealedStream, share, test } from "./support";

const PAGES = ["/", "/streams", "/shares", "/status", "/settings", "/verify", "/hosts", "/rooms"];

test("without a session every page of the console asks to sign in", async ({ page }) => {
  for (const path of ["/", "/streams", "/streams/1", "/shares", "/status", "/settings", "/rooms"]) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/login/);
  }
});

test("a form from elsewhere is refused", async ({ signedIn: page }) => {
  const answer = await page.request.post("/api/fn/add_rooms", {
    form: { app: "1400000001", rooms: "stolen" },
    headers: { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
    maxRedirects: 0,
  });
  expect(answer.status()).toBe(403);
});

test("unknown addresses get a page that says so", async ({ signedIn: page }) => {
  const answer = await page.goto("/no/such/page");
  expect(answer?.status()).toBe(404);
  const dead = await page.goto("/r/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  expect(dead?.status()).toBe(404);
});

test("pages keep their policy, fit the screen and read well to everyone", async ({ signedIn: page, console }, info) => {
  test.setTimeout(120_000);
  const room = fresh("report");
  const address = await sealedStream(page, console, room, 900);
  const { link } = await share(page, address);
  const problems: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("404")) problems.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`${page.url()}: ${error.message}`));
  for (const path of [...PAGES, address, link]) {
    await page.goto(path);
    await expect(page.locator("h1").first()).toBeAttached();
    if (info.project.use.javaScriptEnabled !== false) {
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(wide, `${path} scrolls sideways`).toBeLessThanOrEqual(0);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map((violation) => `${path}: ${violation.id} ${violation.nodes[0]?.html}`)).toEqual([]);
    }
    expect(await page.content()).not.toMatch(/ style="/);
  }
  expect(problems).toEqual([]);
});

test("a shared report speaks every language of its readers", async ({ signedIn: page, console, request }) => {
  const address = await sealedStream(page, console, fresh("words"), 77);
  const { link } = await share(page, address);
  for (const [lang, word] of [["en", "Entries"], ["zh", "观看人次"], ["ja", "入室数"], ["vi", "Lượt vào phòng"], ["id", "Kunjungan"], ["ko", "입장 횟수"], ["th", "จำนวนครั้งที่เข้าห้อง"]]) {
    const answer = await request.get(`${link}?lang=${lang}`);
    expect(await answer.text()).toContain(word);
  }
});
