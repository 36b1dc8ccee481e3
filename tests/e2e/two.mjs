// Two people, one record: both offline on the same visit, then both online, and nobody's answer or word is lost.

import assert from "node:assert/strict";

import { Server, Tablet, promise, sizes, until } from "./harness.mjs";
import * as act from "./journeys.mjs";

const person = "HOLLOWAY, Edna";
const question = "hs-ba01";
const room = "Bathroom and toilet";
const notes = "In their own words, and notes";
const hostile = "<script>document.title='taken'</script><b>bold</b> \u202Eabc\u202C \u05D0\u05D1 \u{1F9D3}\u{1F3FD} & \"quoted\"";
const long = "0123456789".repeat(1_000);

/** The buttons of one question, and which is pressed. */
const options = (tablet) => tablet.page.locator(`[role=radio][id^="${question}-"]`);
const clash = (tablet) => tablet.page.locator(".app-clash");
const noteText = (tablet, label) => tablet.page.getByLabel(label, { exact: true }).inputValue();

/** Opens the visit by its address, as a link in a message would. */
async function openAt(tablet, visit, task) {
  await tablet.page.goto(tablet.server.url + visit);
  await tablet.page.getByRole("link", { name: "Who is here" }).waitFor();
  tablet.visit = visit;
  await act.openTask(tablet, task);
}

export async function twoOffline(size) {
  const server = new Server();
  const marcus = new Tablet(server, "marcus", sizes[size]);
  const asha = new Tablet(server, "asha", sizes[size]);
  const both = [marcus, asha];
  await server.start();
  try {
    let visit;
    await promise("two workers hold the same visit", async () => {
      await marcus.open();
      await act.signIn(marcus, act.marcus);
      await act.readyToLeave(marcus);
      await act.openVisit(marcus, person);
      visit = marcus.visit;
      await act.profile(marcus, act.ednasHome);
      await act.waitForStored(marcus);
      await asha.open();
      await act.signIn(asha, act.asha);
      await act.readyToLeave(asha);
      await openAt(asha, visit, "Home safety");
      await until("the profile to be on the other device", () =>
        asha.page.locator('[role=radio][id^="profile-fuel-"][aria-checked=true]').count(),
      );
    });

    await server.stop();

    await promise("both answer, write and propose with the server stopped", async () => {
      for (const [tablet, answer, words, word, device] of [
        [marcus, /hazard/, `Marcus: ${hostile}`, "stair", "Second stair handrail"],
        [asha, /^\W*(Yes|No)$/, `Asha: ${long}`, "pendant", "Pendant alarm with monitoring"],
      ]) {
        await openAt(tablet, visit, "Home safety");
        await act.openRoom(tablet, room);
        await act.choose(tablet, question, answer);
        await act.openTask(tablet, notes);
        await act.write(tablet, "What was found", words);
        await act.openTask(tablet, "Equipment");
        await act.propose(tablet, word, device);
      }
    });

    await server.start();

    await promise("both show one text with both people's words, to the last character", async () => {
      for (const tablet of both) {
        await act.waitForSent(tablet);
        await act.openTask(tablet, notes);
        await until(`${tablet.name} to show both people's words`, async () => {
          const text = await noteText(tablet, "What was found");
          return text.includes(hostile) && text.includes(long);
        });
      }
      assert.equal(await noteText(marcus, "What was found"), await noteText(asha, "What was found"));
      assert.match(await marcus.page.title(), /Doorstep$/);
    });

    await promise("both show both proposals", async () => {
      for (const tablet of both) {
        await act.openTask(tablet, "Equipment");
        for (const device of ["Second stair handrail", "Pendant alarm with monitoring"]) {
          await act.deviceCard(tablet, device).waitFor();
        }
      }
    });

    await promise("both show both answers, and the more cautious one counts", async () => {
      for (const tablet of both) {
        await act.openTask(tablet, "Home safety");
        await act.openRoom(tablet, room);
        await clash(tablet).waitFor();
        assert.equal(await clash(tablet).locator(".app-clash__side").count(), 2);
        const card = tablet.page.locator(".app-card", { has: clash(tablet) });
        await card.getByText("Marcus Dell").first().waitFor();
        await card.getByText("Asha Venn").first().waitFor();
        assert.match(await card.innerText(), /Until someone decides, \u201cNo\u201d counts/);
        await tablet.look(`clash-in-place-${tablet.name}`);
        await tablet.page.goto(`${server.url}/needs-you`);
        await clash(tablet).waitFor();
        await tablet.look(`needs-you-${tablet.name}`);
      }
    });

    await promise("what one resolves is resolved on the other", async () => {
      const reason = "Seen together on the telephone";
      await openAt(asha, visit, "Home safety");
      await act.openRoom(asha, room);
      const card = asha.page.locator(".app-card", { has: clash(asha) });
      await card.getByLabel("Reason").fill(reason);
      await card.getByRole("button", { name: /Marcus Dell/ }).click();
      await clash(asha).waitFor({ state: "detached" });
      await marcus.page.getByText("Nothing needs you").waitFor();
      await openAt(marcus, visit, "Home safety");
      await act.openRoom(marcus, room);
      await until("the answer that was kept to stand", async () => {
        const chosen = await options(marcus).and(marcus.page.locator("[aria-checked=true]")).allInnerTexts();
        return chosen.length === 1 && /hazard/.test(chosen[0]);
      });
      assert.equal(await clash(marcus).count(), 0);
    });

    await promise("a tap on a screen that did not yet show the other answer does not silence it", async () => {
      const item = "hs-ba02";
      const rows = (tablet) => tablet.page.locator(`[role=radio][id^="${item}-"]`);
      await rows(marcus).first().waitFor();
      const tap = await rows(marcus).filter({ hasText: /^\W*(Yes|No)$/ }).first().getAttribute("id");
      // The page hangs, as a page on a slow tablet does: its worker merges, its screen stays as it was, then the tap.
      const hung = marcus.page.evaluate((id) => {
        const end = Date.now() + 6_000;
        while (Date.now() < end);
        document.getElementById(id).click();
      }, tap);
      await act.choose(asha, item, /hazard/);
      await act.waitForSent(asha);
      await hung;
      for (const tablet of both) {
        await clash(tablet).waitFor();
        assert.equal(await clash(tablet).locator(".app-clash__side").count(), 2);
      }
    });

    await promise("half of a character becomes a sign that it was lost, and breaks nothing", async () => {
      await act.openTask(marcus, notes);
      const field = marcus.page.getByLabel("What it means", { exact: true });
      await field.evaluate((area) => {
        area.focus();
        area.value = "before \ud83d after";
        area.dispatchEvent(new InputEvent("input", { bubbles: true }));
        area.blur();
      });
      await act.openTask(asha, notes);
      await until("the words to be on the other device", async () =>
        (await noteText(asha, "What it means")) === "before \ufffd after",
      );
    });

    await promise("a device whose sign-in is lost says so, records on, and sends after signing in again", async () => {
      await server.stop();
      await marcus.context.clearCookies();
      await act.write(marcus, "What will be done", "Ring her on Monday.");
      await server.start();
      await until("the bar to ask for a sign-in", async () => /Sign in to send/.test(await act.syncWord(marcus)), 64_000);
      await marcus.page.getByRole("link", { name: /Sign in to send/ }).click();
      await act.onScreen(marcus, "Sync status");
      await marcus.look("sign-in-to-send");
      await act.enterAccount(marcus, act.marcus);
      await act.waitForSent(marcus);
      await act.openTask(asha, notes);
      await until("the words to be on the other device", async () =>
        (await noteText(asha, "What will be done")) === "Ring her on Monday.",
      );
    });

    await promise("no screen printed an error to either", () => {
      assert.deepEqual(both.flatMap((tablet) => tablet.faults), []);
    });

    await promise("axe finds nothing on a screen with two answers", () => {
      assert.deepEqual(both.flatMap((tablet) => tablet.accessFaults), []);
    });
  } finally {
    for (const tablet of both) await tablet.end();
    await server.end();
  }
}
