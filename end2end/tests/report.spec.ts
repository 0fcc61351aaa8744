// The shared report as a stranger opens it: from a chat, on a phone, at a desk, on paper, with and without scripts.
import AxeBuilder from "@axe-core/playwright";
import { expect } from "@playwright/test";
import { brotliCompressSync, constants } from "node:zlib";
import { PASSWORD, record, shown, test } from "./shared-report";

const COUNTERS = ["viewers", "gifts", "coins", "gifters", "likes", "messages"];

test("everything is in the first answer", async ({ links, page, request }) => {
  const html = await (await request.get(links.host)).text();
  const { totals, issuer } = await record(links.host);
  for (const counter of COUNTERS) expect(html, counter).toContain(shown(totals[counter]));
  expect(html).toContain(issuer);

  await page.goto(links.host);
  // The main curve, the past, and six small ones, each with a title, a description and its values.
  const charts = page.locator("svg.chart[data-values]");
  await expect(charts).toHaveCount(8);
  for (const chart of await charts.all()) {
    await expect(chart.locator("> title")).not.toBeEmpty();
    await expect(chart.locator("> desc")).not.toBeEmpty();
    expect((await chart.getAttribute("data-values"))?.split(",").length).toBeGreaterThan(50);
  }
  await expect(page.locator(".main-chart .peak")).toContainText(/[\d,]+ coins in \d+ s/);
  expect(await page.locator(".happened li").count()).toBeLessThanOrEqual(3);

  // What is folded opens without a script.
  for (const name of ["All six charts", /^Table, /, /^Coins per 100 entries/]) {
    await page.locator("summary", { hasText: name }).click();
  }
  await expect(page.locator(".small-charts svg").first()).toBeVisible();
  expect(await page.locator(".readings tbody tr").count()).toBeGreaterThan(20);
  await expect(page.locator(".ratio[open] .note")).toContainText(
    `${shown(totals.coins)} ÷ ${shown(totals.viewers)} × 100`,
  );

  // The text to take along can be selected.
  await page.locator("summary", { hasText: "Copy text" }).click();
  const text = await page.locator(".copy[open] .copy-text").innerText();
  expect(text.split("\n").length).toBeLessThanOrEqual(5);
  expect(text).toContain(shown(totals.coins));
  expect(text.trim().endsWith(links.host)).toBe(true);

  // Files and the seal.
  await page.locator("summary", { hasText: "Files" }).click();
  for (const [name, type] of [["Offline page", "text/html"], ["CSV", "text/csv"], ["JSON", "application/json"]]) {
    const address = await page.locator(".files a", { hasText: name }).getAttribute("href");
    const answer = await request.get(new URL(address!, links.host).href);
    expect(answer.status(), name).toBe(200);
    expect(answer.headers()["content-type"]).toContain(type);
    expect(await answer.text()).toContain(String(totals.coins));
  }
  await expect(page.locator(".fingerprint code")).toHaveText(/^([0-9A-F]{4}-){3}[0-9A-F]{4}$/);
});

test("the offline file is whole and asks nobody", async ({ links, page, request, demo }) => {
  const { totals } = await record(links.host);
  const file = await (await request.get(`${links.host}/report.html`)).text();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.setContent(file);
  for (const counter of COUNTERS) await expect(page.locator("main")).toContainText(shown(totals[counter]));
  expect(asked.filter((url) => url.startsWith(demo.url))).toEqual([]);
  await expect(page.locator(".take-along")).toContainText("This file contains the complete report.");
});

for (const theme of ["light", "dark"]) {
  for (const width of [360, 1440]) {
    test(`it fits and reads well at ${width} in ${theme}`, async ({ links, page }, info) => {
      test.skip(info.project.use.isMobile === true && width > 400, "a phone is no desk");
      test.setTimeout(120_000);
      await page.setViewportSize({ width, height: 900 });
      // Against what the system would choose.
      await page.emulateMedia({ colorScheme: theme === "dark" ? "light" : "dark" });
      for (const link of [links.host, links.sponsor, links.hostile]) {
        await page.goto(`${link}?theme=${theme}`);
        await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
        await expect(page.locator('meta[name="color-scheme"]')).toHaveAttribute("content", theme);
        if (info.project.use.javaScriptEnabled === false) continue;
        const seen = await page.evaluate(() => {
          for (const fold of document.querySelectorAll("details")) fold.open = true;
          const root = document.documentElement;
          const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\d+/g)!.map(Number);
          return { wide: root.scrollWidth - root.clientWidth, bright: (r + g + b) / 3 };
        });
        expect(seen.wide, "it scrolls sideways").toBeLessThanOrEqual(0);
        expect(seen.bright > 128).toBe(theme === "light");
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([]);
      }
    });
  }
}

test("words on the curves do not run into each other", async ({ links, page }, info) => {
  test.skip(info.project.use.javaScriptEnabled === false, "it is measured");
  for (const width of [360, 768, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    for (const lang of ["en", "zh", "ja"]) {
      await page.goto(`${links.host}?lang=${lang}`);
      const clashes = await page.evaluate(() => {
        const found: string[] = [];
        for (const chart of document.querySelectorAll("svg.main, svg.cumulative")) {
          const words = [...chart.querySelectorAll("text")].filter((text) => text.getClientRects().length > 0);
          const boxes = words.map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
          boxes.forEach((one, place) => {
            if (one.box.right > document.documentElement.clientWidth + 1) found.push(`${one.text} leaves the page`);
            for (const other of boxes.slice(place + 1)) {
              const { box: a } = one;
              const { box: b } = other;
              const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
              const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
              if (across > 0 && down > 3) found.push(`${one.text} / ${other.text}`);
            }
          });
        }
        return found;
      });
      expect(clashes, `${lang} at ${width}`).toEqual([]);
    }
  }
});

test("language, zone and colours follow the address, and can be switched on the page", async ({ links, page, request }) => {
  const { started_at } = await record(links.host);
  const clock = (zone: string) =>
    new Date(started_at).toLocaleTimeString("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
  const terms: Record<string, string[]> = {
    en: ["Entries", "Gifters", "Sealed", "Fingerprint", "Coverage", "per 100 entries"],
    zh: ["观看人次", "送礼人数", "已定稿", "校验码", "数据覆盖率", "每百人次"],
    ja: ["入室数", "ギフト送信者数", "確定済み", "検証コード", "データ取得率", "入室100回あたり"],
  };
  for (const [lang, words] of Object.entries(terms)) {
    await page.goto(`${links.host}?lang=${lang}&tz=Asia/Tokyo`);
    await expect(page.locator("html")).toHaveAttribute("lang", lang === "zh" ? "zh-Hans" : lang);
    for (const word of words) await expect(page.locator("main")).toContainText(word);
    await expect(page.locator(".when")).toContainText(clock("Asia/Tokyo"));
  }
  await page.goto(`${links.host}?tz=America/New_York&theme=dark`);
  await expect(page.locator(".masthead")).toContainText("New York");
  // A switch keeps the rest.
  await page.locator(".switches a", { hasText: "日本語" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "ja");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.locator(".when")).toContainText(clock("America/New_York"));
  await page.locator(".switches a", { hasText: "システム設定" }).click();
  await expect(page.locator("html")).not.toHaveAttribute("data-theme", /./);
  // Nonsense is as good as nothing, and `tz` is the only name of the zone.
  const plain = await (await request.get(links.host)).text();
  for (const query of ["tz=Mars/Base", "zone=Asia/Tokyo", "theme=pink", "lang=xx"]) {
    expect(await (await request.get(`${links.host}?${query}`)).text(), query).toBe(plain);
  }
  // Files follow too.
  const file = await (await request.get(`${links.host}/report.html?lang=zh&theme=dark&tz=Asia/Tokyo`)).text();
  expect(file).toContain('data-theme="dark"');
  expect(file).toContain("观看人次");
});

test("a sponsor sees entries and no money", async ({ links, page, request }) => {
  const { totals } = await record(links.host);
  await page.goto(links.sponsor);
  await expect(page.locator(".hero h2")).toHaveText("Entries");
  await expect(page.locator(".hero .big")).toHaveText(shown(totals.viewers));
  for (const lang of ["en", "zh", "ja"]) {
    const html = await (await request.get(`${links.sponsor}?lang=${lang}`)).text();
    for (const hidden of [shown(totals.coins), String(totals.coins), "Gifters", "送礼", "金币", "コイン", "typical", "平时", "通常"]) {
      expect(html, `${hidden} in ${lang}`).not.toContain(hidden);
    }
  }
});

test("a password is asked for, without scripts too", async ({ links, page }) => {
  const { totals } = await record(links.host);
  await page.goto(`${links.locked}?lang=en`);
  await expect(page.locator("main")).not.toContainText(shown(totals.coins));
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button").click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button").click();
  await expect(page.locator(".hero .big")).toHaveText(shown(totals.coins));
});

test("hostile names are names, on the page and in files", async ({ links, page, request }) => {
  const dialogs: string[] = [];
  page.on("dialog", (dialog) => dialogs.push(dialog.message()));
  const { title } = await record(links.hostile);
  await page.goto(links.hostile);
  await expect(page.locator("h1")).toHaveText(title);
  expect(await page.locator("h1 b").count()).toBe(0);
  expect(dialogs).toEqual([]);
  for (const file of ["report.csv", "report.json", "report.html"]) {
    const answer = await request.get(`${links.hostile}/${file}`);
    expect(answer.headers()["content-disposition"]).toMatch(/^attachment; filename="report-[0-9A-F-]+\.(csv|json|html)"$/);
    const text = await answer.text();
    // No cell begins a formula, no text begins an element.
    if (file.endsWith("csv")) {
      for (const cell of text.split(/[\r\n,]+/)) expect(cell.replace(/^"/, "")).not.toMatch(/^[=@]|^[+-](?!\d+$)/);
    }
    if (file.endsWith("html")) expect(text).not.toContain("<b>=");
  }
});

test("it is small", async ({ links, request }) => {
  const html = await (await request.get(links.host)).body();
  const sheet = /href="(\/pkg\/[^"]+\.css)"/.exec(html.toString())![1];
  const css = await (await request.get(new URL(sheet, links.host).href)).body();
  const icon = await (await request.get(new URL("/favicon.svg", links.host).href)).body();
  const brotli = (bytes: Buffer, quality: number) =>
    brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }).length;
  const page = brotli(html, 5);
  const all = page + brotli(css, 11) + brotli(icon, 11);
  console.log(`shared report: ${page} bytes of brotli, with style sheet and icon ${all}`);
  expect(page).toBeLessThanOrEqual(20_000);
  expect(all).toBeLessThanOrEqual(40_000);
});

test("it prints on two pages of A4, in light colours", async ({ links, page }, info) => {
  test.skip(info.project.name !== "scripts", "printing is the same everywhere");
  for (const lang of ["en", "zh", "ja"]) {
    await page.goto(`${links.host}?theme=dark&lang=${lang}`);
    const pdf = (await page.pdf({ format: "A4", preferCSSPageSize: true })).toString("latin1");
    expect(pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length, lang).toBe(2);
  }
  await page.emulateMedia({ media: "print" });
  const ink = await page.evaluate(() => getComputedStyle(document.querySelector("h1")!).color.match(/\d+/g)!.map(Number));
  expect(Math.max(...ink)).toBeLessThan(80);
  for (const gone of [".take-along", ".switches", ".seal-line a"]) await expect(page.locator(gone)).toBeHidden();
  for (const kept of [".small-charts", ".readings", ".fingerprint code", ".ratio .note"]) {
    await expect(page.locator(kept).first()).toBeVisible();
  }
});
