// The worker's beginning: waits for the compiled module and starts the app's other half in it.
// See boot.js for the contract. Nothing is awaited: a message that follows the first must find the app's own handler.

import { initSync, start_worker } from "{{app.js}}";

self.addEventListener(
  "message",
  (event) => {
    initSync({ module: event.data.module });
    start_worker();
  },
  { once: true },
);
