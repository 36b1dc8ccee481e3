// A home visit without a network, once through, on one tablet.

import assert from "node:assert/strict";

import { Server, Tablet, promise, until } from "./harness.mjs";
import * as act from "./journeys.mjs";

const person = "HOLLOWAY, Edna";
const words = "She says: I only want to get to my own bed. <script>alert(1)</script> \u202eabc\u202c \u{1f600}";

/** Types the way a person does, so that something is always half written. */
async function typeOn(field, text) {
  await field.focus();
  await field.page().keyboard.press("End");
  await field.page().keyboard.type(text, { delay: 20 });
}

export async function offlineDay() {
  const server = new Server();
  const tablet = new Tablet(server, "marcus");
  await server.start();
  try {
    await promise("a worker signs in online and the tablet is made ready", async () => {
      await tablet.open();
      await tablet.picture("sign-in");
      await act.signIn(tablet, act.marcus);
      await act.readyToLeave(tablet);
      await tablet.page.locator(".app-visit-line", { hasText: person }).waitFor();
      await tablet.picture("today");
    });

    await server.stop();

    await promise("the page opens from the device with the server stopped", async () => {
      await tablet.page.reload();
      await tablet.page.locator(".app-visit-line", { hasText: person }).waitFor();
    });

    await promise("a whole visit is recorded with the server stopped", async () => {
      await act.openVisit(tablet, person);
      await tablet.picture("visit");
      await act.whoIsHere(tablet);
      await tablet.picture("who-is-here");
      await act.consent(tablet);
      await tablet.picture("consent");
      await act.profile(tablet, act.ednasHome);
      await tablet.picture("home-profile");
      await act.openRoom(tablet, "Bathroom and toilet");
      await act.choose(tablet, "hs-ba01", /hazard/);
      await act.choose(tablet, "hs-ba02", /hazard/);
      await act.choose(tablet, "hs-ba03", /^\W*Yes/);
      await tablet.picture("home-room");
    });

    await promise("three devices are proposed from the catalogue", async () => {
      await act.openTask(tablet, "Equipment");
      await act.propose(tablet, "stair", "Second stair handrail");
      await act.propose(tablet, "grab", "Fixed grab rail");
      await act.propose(tablet, "pendant", "Pendant alarm with monitoring");
      await tablet.picture("equipment");
    });

    await promise("a browser killed while typing loses at most the last half second", async () => {
      await act.openTask(tablet, "In their own words, and notes");
      const field = tablet.page.getByLabel("In their own words", { exact: true });
      await field.fill(words);
      await tablet.page.getByLabel("What was found").focus();
      await until("the words to be kept", async () => !(await tablet.page.getByText("Not yet kept").count()));
      const found = tablet.page.getByLabel("What was found");
      const typed = "The bath is too deep for her and the rim is loose. ".repeat(4);
      await typeOn(found, typed);
      await tablet.picture("notes", ["portrait"]);
      await tablet.crash();
      await tablet.open();
      await act.openVisit(tablet, person);
      await act.openTask(tablet, "In their own words, and notes");
      assert.equal(await tablet.page.getByLabel("In their own words", { exact: true }).inputValue(), words);
      const kept = await tablet.page.getByLabel("What was found").inputValue();
      assert.ok(typed.startsWith(kept), `kept another text: ${kept}`);
      // 20 ms a key is 25 keys in half a second; the picture before the crash gives the rest its time.
      assert.ok(kept.length >= typed.length - 25, `${typed.length - kept.length} characters are missing`);
    });

    await promise("every completed answer is there after the crash", async () => {
      await act.openTask(tablet, "Home safety");
      await act.openRoom(tablet, "Bathroom and toilet");
      for (const [item, label] of [["hs-ba01", /hazard/], ["hs-ba02", /hazard/], ["hs-ba03", /Yes/]]) {
        const chosen = tablet.page.locator(`[role=radio][id^="${item}-"][aria-checked=true]`);
        assert.match(await chosen.innerText(), label);
      }
    });

    await promise("the visit is signed with the server stopped, and says it is only here", async () => {
      await act.sign(tablet, act.marcus);
      await tablet.picture("signed");
      assert.match(await act.syncWord(tablet), /Saved on this device/);
    });

    await promise("no screen printed an error", () => {
      assert.deepEqual(tablet.faults, []);
    });
  } finally {
    await tablet.end();
    await server.end();
  }
}
