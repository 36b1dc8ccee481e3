// The journeys by keyboard alone: a visit from the door to the signature, its review, and two answers brought together.
//
// In: Server, Tablet. Out: promises. Nothing here touches a pointer or sets a value: only keys are pressed, on whatever
// has the focus, and what has the focus must be visible.

import assert from "node:assert/strict";

import { Server, Tablet, patienceMs, promise, sizes, until } from "./harness.mjs";
import * as act from "./journeys.mjs";

const person = "HOLLOWAY, Edna";
const device = "Second stair handrail";

/** Most stops on one screen before it counts as out of reach. */
const stopsMax = 150;

/** What has the focus: its role or tag, its name, and whether a person can see that it has it. */
function focused(page) {
  return page.evaluate(() => {
    const at = document.activeElement;
    if (!at || at === document.body) return { tag: "body", name: "", id: "", path: null, seen: true, checked: null };
    const box = at.getBoundingClientRect();
    const style = getComputedStyle(at);
    const label = at.labels?.[0]?.textContent ?? at.getAttribute("aria-label") ?? at.textContent;
    return {
      tag: at.getAttribute("role") ?? at.tagName.toLowerCase(),
      name: label.replace(/\s+/g, " ").trim(),
      id: at.id,
      path: at.getAttribute("href"),
      seen: box.width > 0 && (style.outlineStyle !== "none" || style.boxShadow !== "none" || style.backgroundColor !== "rgba(0, 0, 0, 0)"),
      checked: at.getAttribute("aria-checked"),
    };
  });
}

/** Goes on with Tab until `wanted` has the focus, and gives it. */
async function tabTo(tablet, wanted, key = "Tab") {
  const passed = [];
  for (let stop = 0; stop < stopsMax; stop += 1) {
    const at = await focused(tablet.page);
    if (wanted(at)) {
      assert.ok(at.seen, `nothing shows that ${at.tag} "${at.name}" has the focus`);
      return at;
    }
    passed.push(`${at.tag} "${at.name.slice(0, 40)}"`);
    await tablet.page.keyboard.press(key);
  }
  throw new Error(`not reached by ${key} on ${await tablet.page.title()}; passed ${[...new Set(passed)].join(", ")}`);
}

const named = (tag, name) => (at) => at.tag === tag && (name instanceof RegExp ? name.test(at.name) : at.name === name);

async function press(tablet, tag, name, key = "Enter") {
  await tabTo(tablet, named(tag, name));
  await tablet.page.keyboard.press(key);
}

async function type(tablet, label, text) {
  await tabTo(tablet, (at) => ["input", "textarea"].includes(at.tag) && at.name.startsWith(label));
  await tablet.page.keyboard.type(text);
}

/** Goes to one part of the visit: back to its task list, then down it. */
async function task(tablet, name) {
  if (new URL(tablet.page.url()).pathname !== tablet.visit) {
    await press(tablet, "a", /The visit/);
    await tablet.page.getByRole("link", { name, exact: true }).waitFor();
  }
  await press(tablet, "a", name);
  await act.onScreen(tablet, name);
}

/** Answers a row of buttons: Tab into it, arrows to the answer, Space. */
async function answer(tablet, row, label) {
  await tabTo(tablet, (at) => at.tag === "radio" && at.id.startsWith(`${row}-`));
  for (let step = 0; step < 12; step += 1) {
    const at = await focused(tablet.page);
    if (label.test(at.name)) {
      await tablet.page.keyboard.press("Space");
      await until(`${row} to be ${label}`, async () => (await focused(tablet.page)).checked === "true");
      return;
    }
    await tablet.page.keyboard.press("ArrowRight");
  }
  throw new Error(`${row} has no answer ${label}`);
}

async function signIn(tablet, worker) {
  await act.onScreen(tablet, "Sign in");
  await type(tablet, "Account name", worker.account);
  await type(tablet, "Password", tablet.server.password);
  await tablet.page.keyboard.press("Enter");
  await tablet.page.getByRole("navigation", { name: "Main pages" }).waitFor({ timeout: patienceMs });
  await act.waitForStored(tablet);
}

export async function byKeyboard(size) {
  const server = new Server();
  const tablet = new Tablet(server, "marcus", sizes[size]);
  const desk = new Tablet(server, "asha", sizes.desktop);
  await server.start();
  try {
    await promise("by keyboard: signing in, and a visit started", async () => {
      await tablet.open();
      await signIn(tablet, act.marcus);
      await tablet.page.locator(".app-visit-line", { hasText: person }).waitFor();
      await press(tablet, "button", new RegExp(`^Start.*${person}`));
      await tablet.page.getByRole("link", { name: "Who is here" }).waitFor();
      tablet.visit = new URL(tablet.page.url()).pathname;
    });

    await promise("by keyboard: identifiers, consent and the home", async () => {
      await task(tablet, "Who is here");
      await press(tablet, "input", /^Name/, "Space");
      await press(tablet, "input", /^Date of birth/, "Space");
      await tablet.page.getByText("Two identifiers or more were checked.").waitFor();
      await task(tablet, "Consent");
      await answer(tablet, "consent-assess", /^Given$/);
      await task(tablet, "Home safety");
      for (const [question, option] of Object.entries(act.ednasHome)) {
        await answer(tablet, `profile-${question}`, new RegExp(`^${option}$`, "i"));
      }
      await press(tablet, "a", /Bathroom and toilet/);
      await tablet.page.getByRole("heading", { level: 2, name: "Bathroom and toilet" }).waitFor();
      await answer(tablet, "hs-ba01", /hazard/);
      await answer(tablet, "hs-ba02", /^\W*(Yes|No)$/);
    });

    await promise("by keyboard: a device proposed, a note written, the visit signed", async () => {
      await press(tablet, "button", "Back to the visit");
      await tablet.page.getByRole("link", { name: "Equipment", exact: true }).waitFor();
      await task(tablet, "Equipment");
      await type(tablet, "Search equipment by word", "stair hand");
      await press(tablet, "button", `Propose ${device}`);
      await tablet.page.getByRole("heading", { name: device, exact: true }).waitFor();
      await type(tablet, "Safe working load in kg", "110");
      await task(tablet, "In their own words, and notes");
      await type(tablet, "In their own words", "I go up on my hands.");
      await task(tablet, "Check and sign");
      await type(tablet, "Your name", act.marcus.name);
      await press(tablet, "button", "Sign the visit");
      await tablet.page.getByText("Signed").first().waitFor();
      await act.waitForStored(tablet);
    });

    await promise("by keyboard: the review, decided and countersigned", async () => {
      await desk.open();
      await signIn(desk, act.asha);
      await press(desk, "a", "Review");
      await act.onScreen(desk, "Review queue");
      await act.inQueue(desk, tablet.visit).waitFor();
      const row = new URL(await act.inQueue(desk, tablet.visit).getAttribute("href"), server.url).pathname;
      await tabTo(desk, (at) => at.path === row);
      await desk.page.keyboard.press("Enter");
      await act.onScreen(desk, "Review");
      await press(desk, "button", "Approve");
      await act.deviceCard(desk, device).getByText(/^Approved by/).waitFor();
      await press(desk, "button", "Countersign");
      await desk.page.getByText("This version is countersigned.").waitFor();
    });

    await promise("by keyboard: sync status, this device and SOS are within reach from every screen", async () => {
      await press(tablet, "a", /Stored/);
      await act.onScreen(tablet, "Sync status");
      await press(tablet, "a", "This device");
      await act.onScreen(tablet, "This device");
      await press(tablet, "a", "SOS");
      await tablet.page.getByText("999").first().waitFor();
    });

    await promise("by keyboard: no screen printed an error", () => {
      assert.deepEqual([...tablet.faults, ...desk.faults], []);
    });
  } finally {
    await tablet.end();
    await desk.end();
    await server.end();
  }
}
