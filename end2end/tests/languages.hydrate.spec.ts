// The pseudo-language on every page: it is English with accents and a third longer, so what does not fit, and what is in no
// catalogue, shows. Debug builds alone have it.
import { expect, fresh, sealedStream, share, test } from "./support";

const PAGES = [
  "/",
  "/streams",
  "/shares",
  "/status",
  "/settings",
  "/verify",
  "/hosts",
  "/rooms",
  "/search?q=none",
  "/?kiosk=1",
  "/no/such/page",
];

/** What is cut off: text wider or higher than its box, where the box hides it and no ellipsis says so. */
function cutOff(): string[] {
  const found: string[] = [];
  for (const element of document.querySelectorAll<HTMLElement>("body *")) {
    const style = getComputedStyle(element);
    const hides = (overflow: string) => overflow === "hidden" || overflow === "clip";
    const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    if (!own || !element.checkVisibility() || element.clientWidth <= 1) continue;
    const wide = hides(style.overflowX) && element.scrollWidth > element.clientWidth + 1 && style.textOverflow !== "ellipsis";
    const high = hides(style.overflowY) && element.scrollHeight > element.clientHeight + 2;
    if (wide || high) found.push(element.outerHTML.slice(0, 160));
  }
  return found;
}

/** What is wider than the page: the innermost elements that reach beyond it. */
function beyond(): string[] {
  const edge = document.documentElement.clientWidth + 1;
  const wide = [...document.querySelectorAll<HTMLElement>("body *")].filter(
    (element) => element.checkVisibility() && element.getBoundingClientRect().right > edge,
  );
  const inner = wide.filter((element) => !wide.some((other) => other !== element && element.contains(other)));
  return inner.map((element) => element.outerHTML.slice(0, 160));
}

/** Sentences that are in no catalogue: two English words or more, without an accent. */
function untranslated(): string[] {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found: string[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!parent || parent.closest("script, style, code, pre, bdi, [lang], svg title, option, time")) continue;
    if (/\b[A-Za-z]{3,} [a-z]{3,}\b/.test(node.textContent ?? "")) found.push(node.textContent!.trim());
  }
  return found;
}

test("nothing is cut off in a language a third longer, and every text is in a catalogue", async ({ signedIn: page, console }) => {
  test.setTimeout(120_000);
  const address = await sealedStream(page, console, fresh("long"), 900);
  const { link } = await share(page, address);
  for (const path of [...PAGES, address, link]) {
    await page.goto(`${path}${path.includes("?") ? "&" : "?"}lang=xa`);
    await expect(page.locator("html")).toHaveAttribute("lang", "en-XA");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect.soft(wide > 0 ? await page.evaluate(beyond) : [], `${path} scrolls sideways by ${wide} px`).toEqual([]);
    expect.soft(await page.evaluate(cutOff), `${path} cuts off`).toEqual([]);
    expect.soft(await page.evaluate(untranslated), `${path} has text of no catalogue`).toEqual([]);
  }
});
