// What a browser day stands on: the real server process, real Chromium profiles, pictures and axe.
//
// In: DOORSTEP_BIN, DOORSTEP_BUNDLE, CHROMIUM from the environment. Out: Server, Tablet, and a small runner.
// Never pretends: an outage is a stopped process, a crash is SIGKILL. Every wait is on a condition with a limit.

import { spawn, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export const sizes = {
  portrait: { width: 820, height: 1180 },
  landscape: { width: 1180, height: 820 },
  desktop: { width: 1366, height: 768 },
};

/** The sizes a day is lived at, by name: those in DOORSTEP_SIZES (`820x1180,…`), else the upright tablet. */
export function daySizes() {
  const asked = (process.env.DOORSTEP_SIZES ?? "820x1180").split(",");
  return asked.map((size) => {
    const found = Object.entries(sizes).find(([, { width, height }]) => `${width}x${height}` === size);
    if (!found) throw new Error(`DOORSTEP_SIZES names ${size}; known are ${Object.keys(sizes).join(", ")}`);
    return found[0];
  });
}

/** Longest wait for anything a person would call immediate, in milliseconds. */
export const patienceMs = 20_000;

const browserArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`set ${name}: this test runs the real program`);
  return value;
}

export function temporaryFolder(name) {
  return mkdtempSync(path.join(tmpdir(), `doorstep-${name}-`));
}

async function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Waits until `check` gives something true, and says what it waited for when it never does. */
export async function until(what, check, limitMs = patienceMs) {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms for: ${typeof what === "function" ? what() : what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The real server with the demonstration team, in a folder of its own. */
export class Server {
  constructor() {
    this.data = temporaryFolder("server");
    this.password = "four made up words";
  }

  async start() {
    this.port ??= await freePort();
    this.log = "";
    this.process = spawn(required("DOORSTEP_BIN"), ["serve", "--demonstration"], {
      env: {
        ...process.env,
        DOORSTEP_LISTEN: `127.0.0.1:${this.port}`,
        DOORSTEP_DATA: this.data,
        DOORSTEP_BUNDLE: required("DOORSTEP_BUNDLE"),
        DOORSTEP_DEMONSTRATION_PASSWORD: this.password,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process.stdout.on("data", (bytes) => (this.log += bytes));
    this.process.stderr.on("data", (bytes) => (this.log += bytes));
    this.ended = new Promise((resolve) => this.process.once("exit", resolve));
    await until(
      "the server to be ready",
      async () => {
        if (this.process.exitCode !== null) throw new Error(`the server ended:\n${this.log}`);
        return fetch(`${this.url}/ready`).then((answer) => answer.ok, () => false);
      },
      60_000,
    );
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Asks it to stop, as an operator would. */
  async stop() {
    if (!this.process || this.process.exitCode !== null) return;
    this.process.kill("SIGTERM");
    await this.ended;
  }

  /** Pulls the plug. */
  async kill() {
    this.process.kill("SIGKILL");
    await this.ended;
  }

  /** Keeps a copy of the database of a stopped server. */
  backUp() {
    const copy = temporaryFolder("backup");
    cpSync(this.data, copy, { recursive: true });
    return copy;
  }

  /** Puts a copy back into a stopped server. */
  putBack(copy) {
    rmSync(this.data, { recursive: true });
    cpSync(copy, this.data, { recursive: true });
  }

  async end() {
    await this.stop();
    rmSync(this.data, { recursive: true, force: true });
  }
}

/** One browser profile on one device, which survives the death of its browser. */
export class Tablet {
  constructor(server, name, size = sizes.portrait) {
    this.server = server;
    this.name = name;
    this.size = size;
    this.profile = temporaryFolder(`tablet-${name}`);
    /** What the pages reported as errors. */
    this.faults = [];
    /** What axe found, by screen. */
    this.accessFaults = [];
  }

  async open(address = "/") {
    this.context = await chromium.launchPersistentContext(this.profile, {
      executablePath: required("CHROMIUM"),
      args: browserArguments,
      viewport: this.size,
      timezoneId: "Europe/London",
      locale: "en-GB",
    });
    this.page = this.context.pages()[0] ?? (await this.context.newPage());
    this.page.on("pageerror", (error) => this.faults.push(String(error)));
    this.page.on("console", (message) => {
      if (message.type() === "error" && !/net::ERR_|Failed to load resource|WebSocket/.test(message.text())) {
        this.faults.push(message.text());
      }
    });
    open.add(this);
    await this.page.goto(this.server.url + address);
  }

  /** The browser's own process, found by the profile it was started with. */
  processId() {
    const rows = execFileSync("ps", ["-eo", "pid,args", "-ww"], { encoding: "utf8" }).split("\n");
    const row = rows.find((line) => line.includes(`--user-data-dir=${this.profile}`) && !line.includes("--type="));
    if (!row) throw new Error(`no browser runs on ${this.name}'s profile`);
    return Number(row.trim().split(/\s+/)[0]);
  }

  /** Whether the browser has written the sign-in to its disk, which it does within half a minute. */
  signInIsOnDisk() {
    return [path.join("Default", "Cookies"), path.join("Default", "Network", "Cookies")].some((file) => {
      const cookies = path.join(this.profile, file);
      return existsSync(cookies) && readFileSync(cookies).includes("doorstep");
    });
  }

  /** Takes the battery out. */
  async crash() {
    const gone = new Promise((resolve) => this.context.once("close", resolve));
    process.kill(this.processId(), "SIGKILL");
    await gone;
  }

  async close() {
    open.delete(this);
    await this.context?.close().catch(() => {});
  }

  /** What the screen shows after the promise failed; a browser that is gone shows nothing. */
  async pictureOfFailure(number) {
    const folder = process.env.DOORSTEP_PICTURES;
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, `failed-${number}-${this.name}.png`);
    await this.page.screenshot({ path: file, fullPage: true }).catch((error) => console.log(`no picture: ${error.message}`));
  }

  async end() {
    await this.close();
    rmSync(this.profile, { recursive: true, force: true });
  }

  /** A picture of the page as it is, at the sizes asked for. */
  async picture(name, which = Object.keys(sizes)) {
    const folder = process.env.DOORSTEP_PICTURES;
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    for (const size of which) {
      await this.page.setViewportSize(sizes[size]);
      await this.page.screenshot({ path: path.join(folder, `${name}-${size}.png`), fullPage: false });
    }
    await this.page.setViewportSize(this.size);
  }

  /** Looks at the page as it is: pictures at every size, and axe in light and in dark. */
  async look(name) {
    await this.picture(name);
    for (const colorScheme of ["light", "dark"]) {
      await this.page.emulateMedia({ colorScheme });
      this.accessFaults.push(...(await this.violations()).map((fault) => `${name}, ${colorScheme}: ${fault}`));
    }
    await this.page.emulateMedia({ colorScheme: null });
  }

  /** Runs axe; the rule and the places of what it finds. */
  async violations() {
    if (!(await this.page.evaluate(() => "axe" in globalThis))) await this.page.evaluate(`${axeSource}; undefined`);
    const found = await this.page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    return found.violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.target.join(" ")).join(", ")}`);
  }
}

const outcomes = { passed: 0, failed: 0 };

/** Tablets that are open now: a promise that fails leaves a picture of each. */
const open = new Set();

/** Runs one promise, named as a sentence, and says how it went. */
export async function promise(sentence, body) {
  const started = Date.now();
  try {
    await body();
    outcomes.passed += 1;
    console.log(`ok ${sentence} (${Date.now() - started} ms)`);
  } catch (error) {
    outcomes.failed += 1;
    console.log(`FAILED ${sentence}\n${error.stack ?? error}`);
    for (const tablet of open) await tablet.pictureOfFailure(outcomes.failed);
  }
}

/** Prints the count in the form every runner here prints, and gives the exit code. */
export function finish() {
  console.log(`${outcomes.passed} passed, ${outcomes.failed} failed`);
  return outcomes.failed === 0 ? 0 : 1;
}
