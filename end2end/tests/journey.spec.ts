// The main job, as an operator and a reader do it: with and without scripts.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { COUNTERS, expect, follow, fresh, post, reloadUntil, sealedStream, share, test } from "./support";

const shown = (value: number) => value.toLocaleString("en");

test("a room is followed, ticks, ends, and its report has the simulator's true totals", async ({ signedIn: page, console, browser }) => {
  const room = fresh("live");
  const address = await sealedStream(page, console, room, 4210);
  await page.goto(address);
  const truth = await console.simulator.truth(room);
  const main = page.locator("main");
  for (const key of COUNTERS) await expect(main).toContainText(shown(truth[key]));

  // A link: open it in a clean browser, without cookies and without a request elsewhere.
  const { id, link } = await share(page, address);
  await page.goto("/shares");
  await expect(main).toContainText(room);
  const stranger = await browser.newContext();
  const reader = await stranger.newPage();
  const foreign: string[] = [];
  reader.on("request", (request) => {
    if (new URL(request.url()).host !== new URL(console.url).host && !request.url().startsWith("data:")) foreign.push(request.url());
  });
  const first = await stranger.request.get(link);
  expect(first.status()).toBe(200);
  expect(first.headers()["set-cookie"]).toBeUndefined();
  expect(first.headers()["referrer-policy"]).toBe("no-referrer");
  const html = await first.text();
  for (const key of COUNTERS) expect(html).toContain(shown(truth[key]));
  await reader.goto(link);
  await expect(reader.locator("h1")).toContainText(room);
  expect(foreign).toEqual([]);
  expect(await stranger.cookies()).toEqual([]);

  // Off: dead on the next request; on again: alive; deleted: dead for good.
  await post(page, "set_share_enabled", { id, enabled: "false" });
  const dead = await reader.goto(link);
  expect(dead?.status()).toBe(404);
  await post(page, "set_share_enabled", { id, enabled: "true" });
  expect((await reader.goto(link))?.status()).toBe(200);
  await post(page, "delete_share", { id });
  expect((await reader.goto(link))?.status()).toBe(404);
  await stranger.close();
});

test("a live number moves on the board", async ({ signedIn: page, console }, info) => {
  const room = fresh("tick");
  await console.simulator.room(room);
  await follow(page, room);
  await console.simulator.count(room, 7001);
  const hasScripts = info.project.use.javaScriptEnabled !== false;
  const table = page.locator("main");
  await page.goto("/");
  await reloadUntil(page, async () => (await table.innerText()).includes(shown(7003)));
  await console.simulator.count(room, 8001);
  if (hasScripts) await expect(table).toContainText(shown(8003));
  else await reloadUntil(page, async () => (await table.innerText()).includes(shown(8003)));
  await console.simulator.destroy(room);
});

test("a snapshot of any room is a report that can be shared", async ({ signedIn: page, console }) => {
  const room = fresh("snap");
  await console.simulator.room(room);
  await console.simulator.count(room, 33_000);
  await page.goto("/");
  await page.getByText("Monitor rooms…").click();
  await page.getByLabel("RoomId", { exact: true }).fill(room);
  await page.getByRole("button", { name: "Take snapshot" }).click();
  await expect(page).toHaveURL(/\/streams\/\d+/);
  await expect(page.locator("main")).toContainText(shown(33_002));
  await console.simulator.destroy(room);
});

test("wrong RoomIds are refused in words and nothing that was typed is lost", async ({ signedIn: page }) => {
  const long = "x".repeat(49);
  await follow(page, long);
  await expect(page.getByRole("alert")).toContainText("48 bytes");
  await expect(page.getByLabel("RoomIds, one per line")).toHaveValue(long);
});

test("hostile names are shown and never run", async ({ signedIn: page, console }) => {
  const problems: string[] = [];
  page.on("dialog", (dialog) => problems.push(dialog.message()));
  const suffix = Math.random().toString(36).slice(2, 6);
  const names = [`<script>alert(1)</script>${suffix}`, `=1+1${suffix}`, `👑${suffix}`, `\u202eevil${suffix}`];
  for (const name of names) await console.simulator.room(name, name);
  await follow(page, ...names);
  await page.goto("/");
  await reloadUntil(page, async () => {
    const content = await page.content();
    return names.every((name) => content.includes(suffix) && !content.includes(`<script>alert(1)</script>${suffix}`) && name.length > 0)
      && (await page.locator("main").innerText()).includes(`=1+1${suffix}`);
  });
  expect(problems).toEqual([]);
  for (const name of names) await console.simulator.destroy(name);
});

test("the files of a report say the same, and one changed digit is found out", async ({ signedIn: page, console }) => {
  const room = fresh("files");
  const address = await sealedStream(page, console, room, 5120);
  const json = await (await page.request.get(`${address}/report.json`)).text();
  expect(JSON.parse(json).record.totals.coins).toBe(5122);
  const csv = await (await page.request.get(`${address}/report.csv`)).text();
  expect(csv).toContain("5122");
  const genuine = join(console.directory, `${room}.json`);
  writeFileSync(genuine, json);
  const env = { ...process.env, AFTERSHOW_DATABASE_URL: `sqlite://${join(console.directory, "aftershow.db")}` };
  const verify = (file: string) => {
    try {
      return { code: 0, text: execFileSync(console.bin, ["verify", file], { env, encoding: "utf8" }) };
    } catch (error) {
      const failed = error as { status: number; stdout: string };
      return { code: failed.status, text: failed.stdout };
    }
  };
  expect(verify(genuine)).toMatchObject({ code: 0 });
  writeFileSync(genuine, readFileSync(genuine, "utf8").replace("5122", "5123"));
  expect(verify(genuine)).toMatchObject({ code: 1 });

  // The offline page opens from disk, with the same total.
  const offline = join(console.directory, `${room}.html`);
  writeFileSync(offline, await (await page.request.get(`${address}/report.html`)).text());
  expect(verify(offline)).toMatchObject({ code: 0 });
  await page.goto(`file://${offline}`);
  await expect(page.locator("body")).toContainText(shown(5122));
});
