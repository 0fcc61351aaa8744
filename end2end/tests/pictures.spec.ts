// The pictures of a link: what an unfurler fetches without cookies, what a reader saves.
import { readFileSync } from "node:fs";
import { expect, fresh, sealedStream, share, test } from "./support";

/** Width and height of a PNG. */
function size(bytes: Buffer): [number, number] {
  expect(bytes.subarray(0, 8).toString("hex")).toBe("89504e470d0a1a0a");
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

test("a chat unfurls the link, and a reader saves it as a picture", async ({ signedIn: page, console, browser }) => {
  const room = fresh("picture");
  const address = await sealedStream(page, console, room, 3210);
  const { link } = await share(page, address);

  // An unfurler: no cookies, no scripts; it reads the tags and fetches what they name.
  const stranger = await browser.newContext();
  const html = await (await stranger.request.get(link)).text();
  const tag = (name: string) =>
    html.match(new RegExp(`<meta[^>]*(?:property|name)="${name}"[^>]*content="([^"]*)"`))?.[1].replaceAll("&amp;", "&");
  expect(tag("og:title")).toContain(room);
  expect(tag("og:description")).toMatch(/^Stream report by .+ · sealed \d\d:\d\d$/);
  expect(tag("twitter:card")).toBe("summary_large_image");
  const card = await stranger.request.get(tag("og:image")!);
  expect(card.status()).toBe(200);
  expect(card.headers()["content-type"]).toBe("image/png");
  expect(card.headers()["set-cookie"]).toBeUndefined();
  const bytes = await card.body();
  expect(size(bytes)).toEqual([1200, 630]);
  expect(bytes.length).toBeLessThan(200_000);

  // The button shows the picture, for a long press in browsers that cannot download; among the files it is downloaded.
  const reader = await stranger.newPage();
  await reader.goto(link);
  await reader.getByRole("link", { name: "Save as image" }).click();
  await expect(reader).toHaveURL(/picture\.png/);
  await expect(reader.locator("img")).toBeVisible();
  await reader.goto(link);
  await reader.locator("details.files summary").click();
  const download = reader.waitForEvent("download");
  await reader.getByRole("link", { name: "PNG" }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toMatch(/\.png$/);
  const [width, height] = size(readFileSync(await saved.path()));
  expect(width).toBe(1080);
  expect(height).toBeGreaterThan(1200);
  await stranger.close();
});
