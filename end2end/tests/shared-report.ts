// A demo for each worker: a history of long streams, and links to them.
import { test as base } from "@playwright/test";
// @ts-expect-error: a plain module, which the scripts of this folder use too.
import { startDemo } from "../demo.mjs";

export interface Demo {
  url: string;
  directory: string;
  stream(room: string): Promise<string>;
  share(stream: string, fields?: Record<string, string>): Promise<string>;
}

export interface Links {
  /** A long stream with a past, for its host. */
  host: string;
  /** The same for a sponsor. */
  sponsor: string;
  /** The same with a password. */
  locked: string;
  /** A room whose title is markup, a formula and an emoji. */
  hostile: string;
  /** The stream of `host` in the console. */
  stream: string;
}

export const PASSWORD = "two plain words";

export const test = base.extend<object, { demo: Demo; links: Links }>({
  demo: [
    async ({}, use) => {
      const demo = await startDemo(process.env.BINARY ?? "../target/debug/aftershow");
      await use(demo);
      await demo.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  links: [
    async ({ demo }, use) => {
      const stream = await demo.stream("xl_radio");
      await use({
        stream,
        host: await demo.share(stream),
        sponsor: await demo.share(stream, { preset: "sponsor" }),
        locked: await demo.share(stream, { password: PASSWORD }),
        hostile: await demo.share(await demo.stream("hostile_1")),
      });
    },
    { scope: "worker", timeout: 60_000 },
  ],
});

/** What the figures of a report are, from its signed file. */
export async function record(link: string): Promise<{
  totals: Record<string, number>;
  started_at: number;
  issuer: string;
  title: string;
}> {
  const answer = await fetch(`${link}/report.json`);
  return (await answer.json()).record;
}

/** A number as the page prints it. */
export const shown = (value: number): string => value.toLocaleString("en");
