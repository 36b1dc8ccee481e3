// The shell in a real browser: opening under the strict policy, opening without a server, updating, crashing.
//
// In: DOORSTEP_BUNDLE (a folder with bundle.json) and CHROMIUM (the browser). Out: a line for each test and last
// `N passed, N failed`. It tests what boot.js, worker.js, update.js, crash.js and sw.js promise, whatever the app does.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

import { chromium } from "playwright-core";

import { ShellServer } from "./server.mjs";

const LIMIT_MS = 30_000;
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

const tests = {
  "the app opens under the strict policy and the browser refuses nothing": async ({ open, server }) => {
    const page = await open();
    await page.waitForSelector("#opening", { state: "detached" });
    assert.equal(await page.locator("#stopped").isHidden(), true);
    assert.equal(await page.evaluate(() => document.documentElement.dataset.build), server.build);
    assert.deepEqual(page.refusals, []);
  },

  "the worker runs the module that the page compiled": async ({ open, server }) => {
    const page = await open();
    const worker = page.workers()[0] ?? (await page.waitForEvent("worker", { timeout: LIMIT_MS }));
    assert.match(worker.url(), /\/worker-[0-9a-f]{16}\.js$/);
    assert.equal(server.asked.filter((path) => path.endsWith(".wasm")).length <= 2, true);
  },

  "the policy lets nothing but the worker and the service worker be started": async ({ open }) => {
    const page = await open();
    const refused = await page.evaluate(() => {
      const attempts = [
        () => new Worker("/elsewhere.js"),
        () => trustedTypes.createPolicy("another", {}),
        () => (document.body.innerHTML = "<b>x</b>"),
      ];
      return attempts.map((attempt) => {
        try {
          attempt();
          return "allowed";
        } catch (error) {
          return error.name;
        }
      });
    });
    assert.deepEqual(refused, ["TypeError", "TypeError", "TypeError"]);
  },

  "once installed it opens with the server stopped, at any address of the app": async ({ open, installed, server }) => {
    const page = await open();
    await installed(page);
    await server.stop();
    try {
      await page.goto(`${server.url}/people/some-opaque-id`);
      await page.waitForSelector("#opening", { state: "detached" });
      assert.equal(await page.evaluate(() => document.documentElement.dataset.build), server.build);
      assert.equal(await page.evaluate(() => navigator.serviceWorker.controller !== null), true);
    } finally {
      await server.start();
    }
  },

  "the service worker leaves sync, sign-in, the API and health to the network": async ({ open, installed, server }) => {
    const page = await open();
    await installed(page);
    await page.reload();
    const statuses = await page.evaluate(async () => {
      const paths = ["/sync", "/auth/sessions", "/api/devices", "/health"];
      return Promise.all(paths.map(async (path) => (await fetch(path)).status));
    });
    assert.deepEqual(statuses, [503, 503, 503, 503]);
    const answer = await page.goto(`${server.url}/auth/return`);
    assert.equal(answer.status(), 503);
  },

  "a new version waits until it is asked for, then takes over with one reload": async ({ open, installed, server }) => {
    const page = await open();
    await installed(page);
    await page.reload();
    await server.renew("0123456789abcdef");
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await page.waitForFunction(() => window.doorstepUpdate.ready);
    assert.equal(await page.evaluate(() => document.documentElement.dataset.build), server.build);
    await page.reload();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.build), server.build);
    await page.waitForFunction(() => window.doorstepUpdate.ready);
    await page.evaluate(() => window.doorstepUpdate.activate());
    await page.waitForFunction(() => document.documentElement.dataset.build === "0123456789abcdef");
  },

  "the files of the old version stay while a page uses them and go afterwards": async ({ open, installed, server }) => {
    const first = await open();
    await installed(first);
    await first.reload();
    const second = await open();
    await second.waitForSelector("#opening", { state: "detached" });
    await server.renew("fedcba9876543210");
    await first.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await first.waitForFunction(() => window.doorstepUpdate.ready);
    await first.evaluate(() => window.doorstepUpdate.activate());
    await first.waitForFunction(() => document.documentElement.dataset.build === "fedcba9876543210");
    const old = `doorstep-build-${server.build}`;
    assert.equal(await first.evaluate((name) => caches.has(name), old), true);
    await second.close();
    await first.reload();
    await first.waitForFunction(async (name) => !(await caches.has(name)), old);
    assert.equal(await first.evaluate(() => caches.has("doorstep-build-fedcba9876543210")), true);
  },

  "an install with one spoiled file installs nothing": async ({ open, server }) => {
    const style = [...server.files.keys()].find((path) => path.endsWith(".css"));
    server.change(style, "body { color: red }");
    const page = await open();
    // Once for the page, once more for the install.
    const asked = () => server.asked.filter((path) => path === style).length;
    while (asked() < 2) await page.waitForRequest(() => true, { timeout: 500 }).catch(() => {});
    await page.waitForFunction(async () => (await navigator.serviceWorker.getRegistration()) === undefined);
    assert.deepEqual(await page.evaluate(() => caches.keys()), []);
  },

  "a crash leaves a note with a place in the code and nothing else, and reloads once": async ({ open, server }) => {
    const page = await open();
    await page.waitForSelector("#opening", { state: "detached" });
    const crash = (place) =>
      Promise.all([
        page.waitForEvent("load", { timeout: LIMIT_MS }),
        page.evaluate((where) => setTimeout(() => window.doorstepCrashed("worker", where), 0), place),
      ]);
    await crash("app/src/engine/local.rs:10:5");
    const note = JSON.parse(await page.evaluate(() => localStorage.getItem("doorstep-crash")));
    assert.deepEqual(Object.keys(note).sort(), ["at", "build", "location", "where"]);
    assert.deepEqual([note.build, note.location, note.where], [server.build, "app/src/engine/local.rs:10:5", "worker"]);
    await page.evaluate(() => window.doorstepCrashed("page", "Edna Holloway said: 10:5"));
    await page.waitForSelector("#stopped", { state: "visible" });
    const second = JSON.parse(await page.evaluate(() => localStorage.getItem("doorstep-crash")));
    assert.deepEqual([second.location, second.where], ["", "page"]);
  },

  "an app that cannot start says so and does not reload for ever": async ({ open, server }) => {
    const wasm = [...server.files.keys()].find((path) => path.endsWith(".wasm"));
    server.change(wasm, "no module");
    const page = await open();
    await page.waitForSelector("#stopped", { state: "visible" });
    assert.equal(server.asked.filter((path) => path === "/").length, 2);
    assert.equal(await page.evaluate(() => document.activeElement.id), "open-again");
  },
};

// A new server and a new browser for each test; both end with it, also when one of them does not start.
async function attempt(work) {
  const server = new ShellServer(process.env.DOORSTEP_BUNDLE);
  const profile = await mkdtemp(join(tmpdir(), "doorstep-shell-"));
  const ends = [() => rm(profile, { recursive: true, force: true })];
  try {
    await server.start();
    ends.unshift(() => server.stop());
    const browser = await chromium.launchPersistentContext(profile, {
      executablePath: process.env.CHROMIUM,
      args: ARGUMENTS,
      viewport: { width: 820, height: 1180 },
    });
    ends.unshift(() => browser.close());
    browser.setDefaultTimeout(LIMIT_MS);
    await work({ server, open: () => open(browser, server), installed });
  } finally {
    for (const end of ends) await end();
  }
}

// Opens the app's first page and keeps what the browser refused.
async function open(browser, server) {
  const page = await browser.newPage();
  page.refusals = [];
  page.on("console", (message) => {
    if (/Content Security Policy|Trusted ?Type/i.test(message.text())) page.refusals.push(message.text());
  });
  await page.goto(`${server.url}/`);
  return page;
}

async function installed(page) {
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
}

let passed = 0;
let failed = 0;
for (const [name, work] of Object.entries(tests)) {
  try {
    await attempt(work);
    passed += 1;
    console.log(`ok   ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}\n${error.stack}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
