// Keeps the installed app up to date without ever taking it from under a person's hands.
//
// A new version is fetched in the background and waits. When it is ready, window.doorstepUpdate.ready becomes true and
// the event "doorstep-update-ready" is sent to the window; the app offers it only when nothing is unsaved and then
// calls window.doorstepUpdate.activate(), which starts the new version and reloads this page once.

const HOUR_MS = 3_600_000;

window.doorstepUpdate = { ready: false, activate() {} };

export function keepUpToDate(serviceWorkerUrl) {
  if (!("serviceWorker" in navigator)) return;
  holdBuild();
  navigator.serviceWorker
    .register(serviceWorkerUrl, { updateViaCache: "none" })
    .then(watch)
    // Without a service worker the page still works while there is a network; "This device" shows that it is missing.
    .catch(() => {});
}

// Held for the life of the page. The service worker deletes a build's files only when nobody holds its name.
function holdBuild() {
  const name = `doorstep-build-${document.documentElement.dataset.build}`;
  navigator.locks?.request(name, { mode: "shared" }, () => new Promise(() => {}));
}

function watch(registration) {
  if (registration.waiting && navigator.serviceWorker.controller) offer(registration);
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming?.addEventListener("statechange", () => {
      // The very first version takes over by itself: there is nothing to offer.
      if (coming.state === "installed" && navigator.serviceWorker.controller) offer(registration);
    });
  });
  const look = () => {
    // Offline is no fault: the next chance comes by itself.
    if (document.visibilityState === "visible") registration.update().catch(() => {});
  };
  document.addEventListener("visibilitychange", look);
  window.addEventListener("online", look);
  setInterval(look, HOUR_MS);
}

function offer(registration) {
  let reloaded = false;
  window.doorstepUpdate = {
    ready: true,
    activate() {
      navigator.serviceWorker.addEventListener("controllerchange", () => {
        if (reloaded) return;
        reloaded = true;
        location.reload();
      });
      registration.waiting?.postMessage("activate");
    },
  };
  window.dispatchEvent(new Event("doorstep-update-ready"));
}
