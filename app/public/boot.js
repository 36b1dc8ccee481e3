// Opens the app: compiles the wasm once, starts the page, and then looks after updates.
//
// The contract with the app (app/src), which exports two functions:
//
//   start_page(module, worker_url)   called here, once. `module` is the compiled WebAssembly.Module. `worker_url` is a
//                                    TrustedScriptURL where the browser has trusted types, a string elsewhere. The page
//                                    starts `new Worker(worker_url, { type: "module" })`, as often as it needs to, and
//                                    posts `{ module }` as the first message.
//   start_worker()                   called in the worker by worker.js on that first message. It sets the worker's own
//                                    message handler before it returns, so that no later message is missed.
//
// For the page: window.doorstepCrashed(where, location), see crash.js; window.doorstepUpdate, see update.js;
// document.documentElement.dataset.build names the build. #opening is removed once start_page has returned.

import init, { start_page } from "{{app.js}}";
import { keepUpToDate } from "{{update.js}}";

const WASM = "{{app.wasm}}";
const WORKER = "{{worker.js}}";
const SERVICE_WORKER = "/sw.js";

// The one trusted-types policy of the page. It can name two scripts and nothing else.
const rules = {
  createScriptURL(url) {
    if (url === WORKER || url === SERVICE_WORKER) return url;
    throw new TypeError("not a script of this bundle");
  },
};
const policy = window.trustedTypes ? window.trustedTypes.createPolicy("doorstep", rules) : rules;

async function open() {
  const module = await WebAssembly.compileStreaming(fetch(WASM));
  await init({ module_or_path: module });
  start_page(module, policy.createScriptURL(WORKER));
  document.getElementById("opening")?.remove();
}

open().then(
  () => keepUpToDate(policy.createScriptURL(SERVICE_WORKER)),
  () => window.doorstepCrashed("start", ""),
);
