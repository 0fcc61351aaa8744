// Writes the README's picture and the sample report again, from a demo of its own: `make sample`.
import { chromium } from "@playwright/test";
import { writeFileSync } from "node:fs";
import { FLAGS, browserPath } from "./browser.mjs";
import { startDemo } from "./demo.mjs";

const demo = await startDemo(process.env.BINARY);
const browser = await chromium.launch({ executablePath: browserPath(), args: FLAGS });
try {
  const desk = await browser.newContext({ viewport: { width: 1280, height: 800 }, baseURL: demo.url });
  const [name, value] = demo.cookie.split("=", 2);
  await desk.addCookies([{ name, value, url: demo.url }]);
  const page = await desk.newPage();
  await page.goto("/");
  await page.waitForTimeout(40_000);
  await page.goto("/");
  await page.waitForTimeout(2000);
  const board = await page.screenshot();
  const offline = await page.request.get(`/streams/${await demo.stream("xl_radio")}/report.html`);
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
  await demo.stop();
}
