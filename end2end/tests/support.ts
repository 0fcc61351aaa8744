// A simulator and a console of its own for each worker, and the words in which tests speak of them.
import { test as base, expect, type Page } from "@playwright/test";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../demo.mjs";

const KEY = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e";
const BIN = process.env.BINARY ?? "../target/debug/aftershow";

export const OPERATOR = { name: "mei", password: "four plain words here" };
export const COUNTERS = [
  "TotalViewers",
  "TotalGiftsSent",
  "TotalGiftCoins",
  "TotalUniqueGiftSenders",
  "TotalLikesReceived",
  "TotalMsgCount",
] as const;

/** Resolves with the first match in what the child prints. */
export function printed(child: ChildProcess, pattern: RegExp): Promise<RegExpMatchArray> {
  return new Promise((resolve, reject) => {
    let text = "";
    const read = (chunk: Buffer) => {
      text += chunk.toString();
      const match = text.match(pattern);
      if (match) resolve(match);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.on("exit", (code) => reject(new Error(`it ended with ${code} before it printed ${pattern}:\n${text}`)));
  });
}

export class Simulator {
  constructor(private readonly url: string) {}

  private async control(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.url}/_control${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? null : answer.json().catch(() => null);
  }

  room(id: string, name = id, host = "host_1"): Promise<unknown> {
    return this.control("POST", "/rooms", { room_id: id, name, host, public: false, scripted: false });
  }

  count(id: string, value: number): Promise<unknown> {
    const counters = Object.fromEntries(COUNTERS.map((key, place) => [key, value + place]));
    return this.control("PUT", `/rooms/${encodeURIComponent(id)}/counters`, counters);
  }

  destroy(id: string): Promise<unknown> {
    return this.control("DELETE", `/rooms/${encodeURIComponent(id)}`);
  }

  async truth(id: string): Promise<Record<string, number>> {
    const truth = (await this.control("GET", `/truth/${encodeURIComponent(id)}`)) as {
      lives: { changes: Record<string, number>[] }[];
    };
    return truth.lives.at(-1)!.changes.at(-1)!;
  }
}

export interface Console {
  url: string;
  bin: string;
  directory: string;
  simulator: Simulator;
}

export const test = base.extend<{ signedIn: Page }, { console: Console }>({
  console: [
    async ({}, use) => {
      const directory = mkdtempSync(join(tmpdir(), "aftershow-e2e-"));
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const hook = ["--webhook-url", `${url}/webhooks/tencent`, "--webhook-token", "hook"];
      const simulate = spawn(BIN, ["simulate", "--listen", "127.0.0.1:0", "--rooms", "0", "--secret-key", KEY, ...hook]);
      const [endpoint] = await printed(simulate, /http:\/\/127\.0\.0\.1:\d+/);
      const serve = spawn(BIN, ["serve"], {
        env: {
          ...process.env,
          AFTERSHOW_LISTEN: `127.0.0.1:${port}`,
          AFTERSHOW_DATABASE_URL: `sqlite://${join(directory, "aftershow.db")}`,
          AFTERSHOW_TENCENT__SDKAPPID: "1400000001",
          AFTERSHOW_TENCENT__SECRET_KEY: KEY,
          AFTERSHOW_TENCENT__ENDPOINT: endpoint,
          AFTERSHOW_TENCENT__ALLOW_CUSTOM_ENDPOINT: "true",
          AFTERSHOW_COLLECTOR__INTERVAL: "500ms",
          AFTERSHOW_COLLECTOR__GRACE: "2s",
          AFTERSHOW_WEBHOOK_TOKEN: "hook",
        },
      });
      const [, once] = await printed(serve, /\/setup\?once=(\S+)/);
      await expect.poll(async () => (await fetch(`${url}/readyz`).catch(() => null))?.status).toBe(200);
      const made = await fetch(`${url}/api/fn/set_up`, {
        method: "POST",
        headers: { origin: url, "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ once, ...OPERATOR }),
        redirect: "manual",
      });
      if (made.status >= 400) throw new Error(`set-up: ${made.status} ${await made.text()}`);
      await use({ url, bin: BIN, directory, simulator: new Simulator(endpoint) });
      serve.kill("SIGTERM");
      simulate.kill("SIGTERM");
      rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
    { scope: "worker", timeout: 60_000 },
  ],
  baseURL: async ({ console }, use) => use(console.url),
  signedIn: async ({ page }, use) => {
    await signIn(page);
    await use(page);
  },
});

export { expect };

/** A RoomId nobody used before. */
export function fresh(name: string): string {
  return `${name}_${Math.random().toString(36).slice(2, 8)}`;
}

export async function signIn(page: Page): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("Username").fill(OPERATOR.name);
  await page.getByLabel("Password").fill(OPERATOR.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/$/);
}

/** Follows a room through the page's form. */
export async function follow(page: Page, ...rooms: string[]): Promise<void> {
  await page.goto("/");
  await page.getByText("Monitor rooms…").click();
  await page.getByLabel("RoomIds, one per line").fill(rooms.join("\n"));
  await page.getByRole("button", { name: "Monitor", exact: true }).click();
}

/** Calls a server function as an island of the page does; what it answers. */
export async function post(page: Page, name: string, fields: Record<string, string>): Promise<unknown> {
  const answer = await page.request.post(`/api/fn/${name}`, {
    form: fields,
    headers: { accept: "application/json", origin: new URL(page.url()).origin, "sec-fetch-site": "same-origin" },
    maxRedirects: 0,
  });
  const text = await answer.text();
  expect(answer.status(), text).toBe(200);
  return text === "" ? null : JSON.parse(text);
}

/** An ordinary link to a stream's report: its id and address. */
export async function share(page: Page, stream: string): Promise<{ id: string; link: string }> {
  const made = (await post(page, "create_share", { stream: stream.split("/").at(-1)! })) as { id: number; link: string };
  return { id: String(made.id), link: made.link };
}

/** Reloads until the page shows it; what a reader without scripts does. */
export async function reloadUntil(page: Page, check: () => Promise<boolean>): Promise<void> {
  await expect
    .poll(
      async () => {
        await page.reload();
        return check();
      },
      { timeout: 30_000 },
    )
    .toBe(true);
}

/** A room that ran, ended and was sealed; its report's address in the console. */
export async function sealedStream(page: Page, console: Console, room: string, value: number): Promise<string> {
  await console.simulator.room(room);
  await follow(page, room);
  await console.simulator.count(room, value);
  await page.goto("/");
  const coins = (value + 2).toLocaleString("en");
  await reloadUntil(page, async () => (await page.locator("main").innerText()).includes(coins));
  await console.simulator.destroy(room);
  await page.goto(`/streams?q=${encodeURIComponent(room)}`);
  const sealed = page.locator('main a[href^="/streams/"]').first();
  await reloadUntil(page, async () => {
    if ((await sealed.count()) === 0) return false;
    const answer = await page.request.get(`${await sealed.getAttribute("href")}/report.json`);
    return answer.status() === 200;
  });
  return (await sealed.getAttribute("href"))!.split("?")[0];
}
