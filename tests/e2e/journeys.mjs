// What a worker or an OT does on the screen, in their words: one function a journey step.
//
// In: a Tablet. Out: the page where the step left it. Steps press what a person would press and wait for what a person
// would see; they never reach into the app.

import { until, patienceMs } from "./harness.mjs";

/** Accounts of the demonstration team. */
export const marcus = { account: "marcus.dell", name: "Marcus Dell" };
export const bryony = { account: "bryony.tate", name: "Bryony Tate" };
export const asha = { account: "asha.venn", name: "Asha Venn" };

/** A device waits at most 16 seconds between two tries; four times that is a fault, in milliseconds. */
const storedWithinMs = 64_000;

/** The sync word in the bar. */
export async function syncWord(tablet) {
  return (await tablet.page.locator(".app-header-bar").innerText()).replace(/\s+/g, " ");
}

export async function waitForStored(tablet) {
  let word = "";
  await until(
    () => `${tablet.name} to show Stored; the bar says: ${word}`,
    async () => /Stored/.test((word = await syncWord(tablet))),
    storedWithinMs,
  );
}

/** Waits until nothing waits to be sent, whatever else waits for a person. */
export async function waitForSent(tablet) {
  let word = "";
  await until(
    () => `${tablet.name} to have sent everything; the bar says: ${word}`,
    async () => /Stored|Needs you/.test((word = await syncWord(tablet))) && !/to send|Writing/.test(word),
    storedWithinMs,
  );
}

/** The heading of the screen one is on. */
export async function onScreen(tablet, title) {
  await tablet.page.getByRole("heading", { level: 1, name: title }).waitFor({ timeout: patienceMs });
}

/** Fills in the sign-in and sends it. */
export async function enterAccount(tablet, worker) {
  const { page, server } = tablet;
  await page.getByLabel("Account name").fill(worker.account);
  await page.getByLabel("Password").fill(server.password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

export async function signIn(tablet, worker) {
  const { page } = tablet;
  await onScreen(tablet, "Sign in");
  await enterAccount(tablet, worker);
  await page.getByRole("navigation", { name: "Main pages" }).waitFor({ timeout: patienceMs });
}

/** Waits until the shell and the first download are on the device, so that it can go out of the door. */
export async function readyToLeave(tablet) {
  await tablet.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await until("the shell to be on the device", () => tablet.page.evaluate(() => caches.keys().then((names) => names.length > 0)));
  await waitForStored(tablet);
}

/** Waits until a crash would no longer cost the sign-in: the browser writes cookies to disk some time after it has them. */
export async function signInKept(tablet) {
  await until("the sign-in to be on disk", () => tablet.signInIsOnDisk(), 64_000);
}

/** Opens the visit of a person from Today, starting it when it is planned. */
export async function openVisit(tablet, person) {
  const { page } = tablet;
  await page.getByRole("link", { name: "Today" }).click();
  const line = page.locator(".app-visit-line", { hasText: person });
  await line.getByRole("button", { name: /^Start/ }).or(line.getByRole("link", { name: /^(Go on|Open)/ })).first().click();
  await page.getByRole("link", { name: "Who is here" }).waitFor({ timeout: patienceMs });
  tablet.visit = new URL(page.url()).pathname;
}

/** Goes to one part of the visit from its task list. */
export async function openTask(tablet, task) {
  const { page } = tablet;
  if (new URL(page.url()).pathname !== tablet.visit) {
    await page.getByRole("link", { name: "The visit" }).first().click();
  }
  await page.getByRole("link", { name: task, exact: true }).click();
  await onScreen(tablet, task);
}

/** Presses one button of a row and waits until it stands. */
export async function choose(tablet, row, label) {
  const button = tablet.page.locator(`[role=radio][id^="${row}-"]`, { hasText: label }).first();
  await button.click();
  await until(`${row} to be ${label}`, async () => (await button.getAttribute("aria-checked")) === "true");
}

export async function whoIsHere(tablet) {
  const { page } = tablet;
  await openTask(tablet, "Who is here");
  const boxes = page.getByRole("checkbox");
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await page.getByText("Two identifiers or more were checked.").waitFor();
  await page.getByLabel("Who", { exact: true }).fill("daughter");
  await page.getByRole("button", { name: "Add, by phone" }).click();
  await page.getByText("daughter, by phone").waitFor();
  await choose(tablet, "seen_alone", "No");
}

export async function consent(tablet) {
  await openTask(tablet, "Consent");
  await choose(tablet, "consent-assess", "Given");
  await choose(tablet, "consent-photos", "Refused");
  await tablet.page.getByLabel("Who the record would be shared with").fill("equipment store");
  await tablet.page.getByRole("button", { name: "Ask about this one" }).click();
  await choose(tablet, "consent-share-equipment-store", "Given");
}

/** The eight questions about Edna Holloway's home. */
export const ednasHome = {
  steps: "both",
  fuel: "gas",
  walking_aid: "stick or frame",
  carer: "yes",
  pets_children: "none",
  sharps: "no",
  bed_extras: "none",
  above_ground: "yes",
};

export async function profile(tablet, answers) {
  await openTask(tablet, "Home safety");
  for (const [question, option] of Object.entries(answers)) {
    await choose(tablet, `profile-${question}`, new RegExp(`^${option}$`, "i"));
  }
}

/** Goes to a room by its stop in the strip. */
export async function openRoom(tablet, room) {
  await tablet.page.getByRole("link", { name: new RegExp(room) }).first().click();
  await tablet.page.getByRole("heading", { level: 2, name: room }).waitFor();
}

/** The card of one device, in the visit or under review. */
export function deviceCard(tablet, device) {
  return tablet.page.locator(".app-card", { has: tablet.page.getByRole("heading", { name: device, exact: true }) });
}

export async function propose(tablet, word, device) {
  const { page } = tablet;
  await page.getByLabel("Search equipment by word").fill(word);
  await page.getByRole("button", { name: `Propose ${device}`, exact: true }).click();
  await page.getByRole("heading", { name: device, exact: true }).waitFor();
}

/** Fills in one part of a proposal and leaves it. */
export async function describe(tablet, device, label, text) {
  const field = deviceCard(tablet, device).getByLabel(label, { exact: true });
  await field.fill(text);
  await field.blur();
}

/** Types a text into a field and leaves it; returns when it is kept as a change. */
export async function write(tablet, label, text) {
  const field = tablet.page.getByLabel(label, { exact: true });
  await field.fill(text);
  await field.blur();
  await until(`${label} to be kept`, async () => !(await tablet.page.getByText("Not yet kept as a change").count()));
}

export async function action(tablet, what, owner) {
  const { page } = tablet;
  await page.getByLabel("What will be done").fill(what);
  await page.getByLabel("By whom").fill(owner);
  await page.getByRole("button", { name: "Add action" }).click();
  await page.getByRole("strong").filter({ hasText: what }).waitFor();
}

export async function nextContact(tablet, day, why) {
  const { page } = tablet;
  await openTask(tablet, "Next contact");
  await page.getByLabel("Day").fill(day);
  await page.getByLabel("What for, or why there is none").fill(why);
  await page.getByLabel("What for, or why there is none").blur();
  await page.getByText(/Saved on this device|Stored/).nth(1).waitFor();
}

/** Signs the visit as its lead. */
export async function sign(tablet, worker) {
  const { page } = tablet;
  await openTask(tablet, "Check and sign");
  await page.getByLabel("Your name").fill(worker.name);
  await page.getByRole("button", { name: "Sign the visit" }).click();
  await page.getByText("Signed").first().waitFor();
}

/** The row of a visit in the OT's queue; a person may have several. */
export function inQueue(tablet, visit) {
  return tablet.page.locator(`a[href="${visit.replace("/visits/", "/review/")}"]`);
}

/** Opens a visit in the OT's queue. */
export async function openReview(tablet, visit) {
  const { page } = tablet;
  await page.getByRole("link", { name: "Review" }).first().click();
  await onScreen(tablet, "Review queue");
  await inQueue(tablet, visit).click();
  await onScreen(tablet, "Review");
}

export async function approve(tablet, device) {
  await deviceCard(tablet, device).getByRole("button", { name: "Approve", exact: true }).click();
  await deviceCard(tablet, device).getByText(/^Approved by/).waitFor();
}

export async function decline(tablet, device, reason) {
  const card = deviceCard(tablet, device);
  await card.getByLabel("Reason", { exact: true }).fill(reason);
  await card.getByRole("button", { name: "Decline", exact: true }).click();
  await card.getByText(/^Declined by [A-Z]/).waitFor();
}

export async function changeDevice(tablet, device, to, safeLoadKg) {
  const card = deviceCard(tablet, device);
  await card.getByText("Change to another device").click();
  await card.getByLabel("Approve this instead").selectOption({ label: to });
  await card.getByLabel("Safe working load in kg").fill(safeLoadKg);
  await card.getByRole("button", { name: "Change", exact: true }).click();
  await card.getByText(/^Changed to/).waitFor();
}

export async function countersign(tablet) {
  const { page } = tablet;
  await page.getByRole("button", { name: "Countersign", exact: true }).click();
  await page.getByText("This version is countersigned.").waitFor();
}
