// Writes the README's picture and the sample report anew, from a demo of its own: `make sample`.
import { chromium } from "@playwright/test";
import { execFileSync, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";

const url = "http://127.0.0.1:3977";
const demo = spawn(process.env.BINARY, ["demo", "--listen", "127.0.0.1:3977"]);
const signIn = await new Promise((resolve, reject) => {
  let text = "";
  demo.stdout.on("data", (chunk) => {
    text += chunk;
    const match = text.match(/http:\S+once=\S+/);
    if (match) resolve(match[0]);
  });
  demo.on("exit", (code) => reject(new Error(`the demo ended with ${code}`)));
});
const executablePath = process.env.CHROMIUM ?? execFileSync("which", ["chromium"], { encoding: "utf8" }).trim();
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
try {
  const desk = await browser.newContext({ viewport: { width: 1280, height: 800 }, baseURL: url });
  const page = await desk.newPage();
  await page.goto(signIn);
  await page.waitForTimeout(40_000);
  await page.goto("/");
  await page.waitForTimeout(2000);
  const board = await page.screenshot();
  await page.goto("/streams?q=xl_radio");
  const address = await page.locator('main a[href^="/streams/"]').first().getAttribute("href");
  const offline = await page.request.get(`${address}/report.html`);
  writeFileSync("sample-report.html", await offline.body());
  const phone = await browser.newContext({ viewport: { width: 390, height: 800 }, deviceScaleFactor: 1 });
  const reader = await phone.newPage();
  await reader.setContent((await offline.body()).toString(), { waitUntil: "load" });
  const report = await reader.screenshot();
  const both = await desk.newPage();
  await both.setViewportSize({ width: 1730, height: 840 });
  const image = (bytes) => `data:image/png;base64,${bytes.toString("base64")}`;
  await both.setContent(
    `<body style="margin:20px;display:flex;gap:20px;background:#ddd8cc"><img src="${image(board)}"><img src="${image(report)}"></body>`,
  );
  await both.screenshot({ path: "picture.png" });
} finally {
  await browser.close();
  demo.kill("SIGTERM");
}
