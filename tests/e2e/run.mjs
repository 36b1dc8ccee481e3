// Runs the browser days one after the other, each at every size asked for. `node tests/e2e/run.mjs [NAME…]`; without
// names, all of them.

import { daySizes, finish } from "./harness.mjs";
import { offlineDay } from "./day.mjs";
import { byKeyboard } from "./keyboard.mjs";
import { twoOffline } from "./two.mjs";

const days = { day: offlineDay, two: twoOffline, keyboard: byKeyboard };

const asked = process.argv.slice(2);
for (const size of daySizes()) {
  for (const [name, day] of Object.entries(days)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    console.log(`${name}, ${size}`);
    await day(size);
  }
}
process.exitCode = finish();
