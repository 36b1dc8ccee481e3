// Runs the browser days one after the other. `node tests/e2e/run.mjs [NAME…]`; without names, all of them.

import { finish } from "./harness.mjs";
import { offlineDay } from "./day.mjs";

const days = { day: offlineDay };

const asked = process.argv.slice(2);
for (const [name, day] of Object.entries(days)) {
  if (asked.length === 0 || asked.includes(name)) await day();
}
process.exitCode = finish();
