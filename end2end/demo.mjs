// A demo of one's own: its address, a session, its streams, links to them.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts `aftershow demo` and signs in. */
export async function startDemo(binary) {
  const directory = mkdtempSync(join(tmpdir(), "aftershow-demo-"));
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(binary, ["demo", "--listen", url.slice("http://".length), "--data", join(directory, "data")]);
  const signIn = await new Promise((resolve, reject) => {
    let text = "";
    const read = (chunk) => {
      text += chunk;
      const match = text.match(/http:\S+once=\S+/);
      if (match) resolve(match[0]);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", (chunk) => (text += chunk));
    child.on("exit", (code) => reject(new Error(`the demo ended with ${code}:\n${text}`)));
  });
  const answer = await fetch(signIn, { redirect: "manual" });
  const cookie = answer.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ");
  if (!cookie) throw new Error(`the sign-in link gave ${answer.status} and no session`);

  const call = async (name, fields) => {
    const answer = await fetch(`${url}/api/fn/${name}`, {
      method: "POST",
      headers: {
        accept: "application/json",
        cookie,
        origin: url,
        "sec-fetch-site": "same-origin",
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams(fields),
      redirect: "manual",
    });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${name}: ${answer.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  };

  return {
    url,
    directory,
    cookie,
    call,
    /** The newest sealed stream of a room: its id. */
    async stream(room) {
      const page = await fetch(`${url}/streams?q=${encodeURIComponent(room)}`, { headers: { cookie } });
      const ids = [...(await page.text()).matchAll(/href="\/streams\/(\d+)"/g)].map((match) => match[1]);
      for (const id of ids) {
        const report = await fetch(`${url}/streams/${id}/report.json`, { headers: { cookie } });
        if (report.status === 200) return id;
      }
      throw new Error(`no sealed stream of ${room}`);
    },
    /** A link to its report. */
    async share(stream, fields = {}) {
      const { link } = await call("create_share", { stream, ...fields });
      return new URL(link, url).href;
    },
    async stop() {
      const ended = new Promise((resolve) => child.on("exit", resolve));
      child.kill("SIGTERM");
      await ended;
      rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}
