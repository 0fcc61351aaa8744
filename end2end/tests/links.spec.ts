// The lifecycle of a link in the console, and what a reader sees of each change: with scripts and without.
import { expect, fresh, sealedStream, test } from "./support";
import type { Page } from "@playwright/test";

/** What a reader without cookies sees. */
async function read(page: Page, link: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(link);
  return { status: answer.status, text: await answer.text() };
}

test("a link is made, changed, switched off, moved and deleted, each at once", async ({ signedIn: page, console, browser }, info) => {
  test.setTimeout(120_000);
  const room = fresh("link");
  const address = await sealedStream(page, console, room, 6100);

  // One button makes it; the rest is behind More.
  await page.goto(address);
  await page.locator("details.more > summary", { hasText: "More link options" }).click();
  const form = page.locator('form[action="/api/fn/create_share"].stacked');
  await form.getByLabel("Content").selectOption("sponsor");
  await form.getByLabel("Link name (internal)").fill("agency");
  await form.getByLabel("Public title", { exact: true }).fill("For our sponsor");
  await form.getByRole("button", { name: "Create link" }).click();
  await expect(page.getByRole("status").first()).toContainText("Link ready");
  const link = (await page.locator('[role="status"] code').innerText()).trim();
  expect(link).toContain("/r/");
  let seen = await read(page, link);
  expect(seen.status).toBe(200);
  expect(seen.text).toContain("For our sponsor");
  expect(seen.text).not.toContain("6,102");

  // Copied again from the inventory: the same address, with who made it and how often it was opened.
  await page.goto("/shares");
  const item = page.locator(".share-list > li", { hasText: "agency" }).first();
  await expect(item).toContainText("mei");
  await expect.poll(async () => (await page.reload(), item.innerText())).toContain("opened once");
  await item.locator("details.copy > summary").first().click();
  await expect(item.locator("pre.copy-text").first()).toHaveText(link);

  // Changed: another preset, its own language.
  await item.locator("details.more > summary").click();
  const change = item.locator('form[action="/api/fn/update_share"]');
  await change.getByLabel("Content").selectOption("host");
  await change.getByLabel("Language").selectOption("ja");
  await change.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("status").first()).toContainText("Takes effect immediately");
  seen = await read(page, link);
  expect(seen.text).toContain("入室数");
  expect(seen.text).toContain("6,102");

  // Off and on.
  await item.getByRole("button", { name: "Disable" }).click();
  await expect(item).toContainText("Disabled");
  expect((await read(page, link)).status).toBe(404);
  await item.getByRole("button", { name: "Enable" }).click();
  await expect(item.getByRole("button", { name: "Disable" })).toBeVisible();
  expect((await read(page, link)).status).toBe(200);

  // Another address: the old one is dead.
  await item.locator("summary", { hasText: "Replace URL…" }).click();
  await item.getByRole("button", { name: "Replace URL" }).click();
  const moved = (await page.locator('[role="status"] code').innerText()).trim();
  expect(moved).not.toBe(link);
  expect((await read(page, link)).status).toBe(404);
  expect((await read(page, moved)).status).toBe(200);

  // A second browser, of a stranger.
  const stranger = await browser.newContext({ javaScriptEnabled: info.project.use.javaScriptEnabled });
  const reader = await stranger.newPage();
  expect((await reader.goto(moved))?.status()).toBe(200);
  await expect(reader.locator("h1")).toContainText("For our sponsor");
  expect(await stranger.cookies()).toEqual([]);

  await item.locator("summary", { hasText: "Delete" }).click();
  await item.getByRole("button", { name: "Delete permanently" }).click();
  await expect(page.getByRole("status").first()).toContainText("Link deleted.");
  expect((await reader.reload())?.status()).toBe(404);
  await stranger.close();
});

test("a password is asked once, and holds for its own browser only", async ({ signedIn: page, console, browser }, info) => {
  test.setTimeout(120_000);
  const address = await sealedStream(page, console, fresh("locked"), 7300);
  await page.goto(address);
  await page.locator("details.more > summary", { hasText: "More link options" }).click();
  const form = page.locator('form[action="/api/fn/create_share"].stacked');
  await form.getByLabel("Password (optional)").fill("open sesame");
  await form.getByRole("button", { name: "Create link" }).click();
  const link = (await page.locator('[role="status"] code').innerText()).trim();

  const options = { javaScriptEnabled: info.project.use.javaScriptEnabled };
  const first = await browser.newContext(options);
  const reader = await first.newPage();
  await reader.goto(`${link}?lang=ja`);
  await expect(reader.locator("body")).not.toContainText("7,302");
  expect(await reader.content()).not.toContain("og:image");
  await reader.locator('input[type="password"]').fill("wrong");
  await reader.locator('button[type="submit"]').click();
  await expect(reader.getByRole("alert")).toBeVisible();
  await reader.locator('input[type="password"]').fill("open sesame");
  await reader.locator('button[type="submit"]').click();
  await expect(reader.locator("main")).toContainText("7,302");
  await expect(reader.locator("html")).toHaveAttribute("lang", "ja");
  expect(new URL(reader.url()).pathname).toBe(new URL(link).pathname);
  await reader.goto(link);
  await expect(reader.locator("main")).toContainText("7,302");
  const [cookie] = await first.cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax", path: new URL(link).pathname });

  const second = await browser.newContext(options);
  const other = await second.newPage();
  await other.goto(link);
  await expect(other.locator('input[type="password"]')).toBeVisible();
  await first.close();
  await second.close();
});

test("the issuer's words, contact and logo are on the report with its next opening", async ({ signedIn: page, console }) => {
  test.setTimeout(120_000);
  const address = await sealedStream(page, console, fresh("issuer"), 8800);
  await page.goto(address);
  await page.locator("details.more > summary", { hasText: "More link options" }).click();
  const form = page.locator('form[action="/api/fn/create_share"].stacked');
  await form.getByRole("button", { name: "Create link" }).click();
  const link = (await page.locator('[role="status"] code').innerText()).trim();
  await page.goto("/settings");
  const issuer = page.locator('form[action="/api/fn/set_issuer"]');
  await issuer.getByLabel("Contact").fill("ops@starlane.example");
  await issuer.getByLabel("English").first().fill("Stars");
  await issuer.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status").first()).toContainText("next time they load");
  const png =
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a4944415478da6368000000820081da45083b0000000049454e44ae426082";
  await page.locator("#issuer-logo").setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: Buffer.from(png, "hex") });
  await page.getByRole("button", { name: "Upload" }).click();
  await expect(page.locator("img.logo")).toBeVisible();
  await page.goto(link);
  await expect(page.locator("main")).toContainText("Stars");
  await expect(page.locator('a[href="mailto:ops@starlane.example"]')).toBeVisible();
  expect(await page.locator(".issuer img").evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
  // As it was, for the other tests of this console.
  await page.goto("/settings");
  await page.getByRole("button", { name: "Remove logo" }).click();
  await issuer.getByLabel("English").first().fill("");
  await issuer.getByRole("button", { name: "Save" }).click();
});
