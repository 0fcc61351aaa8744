// Lighthouse, mobile settings, on a shared report and on the board, from a demo of its own: `make lighthouse`.
// Prints the four scores of each. Fails where accessibility, best practices or anything but the deliberate `noindex` is
// against the page; speed is printed and not judged, since a busy machine is slower.
import { chromium } from "@playwright/test";
import lighthouse from "lighthouse";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { FLAGS, browserPath } from "./browser.mjs";
import { freePort, startDemo } from "./demo.mjs";

const demo = await startDemo(process.env.BINARY);
const debugging = await freePort();
const browser = spawn(process.env.CHROME_PATH ?? browserPath() ?? chromium.executablePath(), [
  "--headless=new",
  `--remote-debugging-port=${debugging}`,
  `--user-data-dir=${demo.directory}/browser`,
  ...FLAGS,
  "about:blank",
], { stdio: "ignore" });

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
let failed = false;
try {
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`http://127.0.0.1:${debugging}/json/version`).catch(() => null);
    if (answer?.ok) break;
    if (tries > 100) throw new Error("the browser does not start");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const link = await demo.share(await demo.stream("xl_radio"));
  // A page with live events never falls silent, so the wait for silence is short.
  const pages = [
    { name: "/r/{token}", url: link, flags: {} },
    { name: "/", url: `${demo.url}/`, flags: { extraHeaders: { Cookie: demo.cookie }, maxWaitForLoad: 20_000 } },
  ];
  console.log(["page", ...CATEGORIES].map((word) => word.padEnd(16)).join(""));
  for (const { name, url, flags } of pages) {
    const { lhr } = await lighthouse(url, { port: debugging, logLevel: "error", disableStorageReset: true, ...flags });
    const scores = CATEGORIES.map((category) => Math.round((lhr.categories[category].score ?? 0) * 100));
    console.log([name, ...scores].map((word) => String(word).padEnd(16)).join(""));
    for (const category of CATEGORIES) {
      const against = lhr.categories[category].auditRefs
        .filter(({ id, weight }) => weight > 0 && (lhr.audits[id].score ?? 1) < 1)
        .map(({ id }) => id);
      for (const id of against) {
        const { title, displayValue } = lhr.audits[id];
        console.log(`  ${category}: ${id}: ${title}${displayValue ? ` (${displayValue})` : ""}`);
        const deliberate = id === "is-crawlable";
        if (category !== "performance" && !deliberate) failed = true;
      }
    }
  }
} finally {
  // Its profile lies in the demo's folder, which goes last.
  const gone = once(browser, "exit");
  browser.kill("SIGTERM");
  await gone;
  await demo.stop();
}
process.exit(failed ? 1 : 0);
