// What a stranger opens: a room's title is text, wherever the report and the console repeat it.
import { expect, follow, fresh, reloadUntil, share, test } from "./support";

test("a title cannot leave the shared report's title, its signed block or a console page", async ({ signedIn: page, console, request }) => {
  const room = fresh("markup");
  const evil = "</title></script><meta http-equiv=refresh content=0>";
  await console.simulator.room(room, evil);
  await follow(page, room);
  await console.simulator.count(room, 640);
  await page.goto("/");
  await reloadUntil(page, async () => (await page.locator("main").innerText()).includes("642"));
  await console.simulator.destroy(room);
  await page.goto(`/streams?q=${encodeURIComponent(room)}`);
  const row = page.locator('main a[href^="/streams/"]').first();
  await reloadUntil(page, async () => {
    if ((await row.count()) === 0) return false;
    return (await page.request.get(`${await row.getAttribute("href")}/report.json`)).status() === 200;
  });
  const address = (await row.getAttribute("href"))!;
  const { link } = await share(page, address);
  const answers = [
    await request.get(link),
    await request.get(`${link}/report.html`),
    await page.request.get(address),
    await page.request.get("/"),
    await page.request.get("/shares"),
    await page.request.get(`/rooms/1400000001/${room}`),
  ];
  for (const answer of answers) {
    expect(answer.status(), answer.url()).toBe(200);
    const html = await answer.text();
    expect(html, answer.url()).not.toContain("<meta http-equiv=refresh");
    expect(html, answer.url()).not.toContain(evil);
  }
  // The check is not empty: the title is there, as text.
  expect(await answers[0].text()).toContain("&lt;/title&gt;");
});
