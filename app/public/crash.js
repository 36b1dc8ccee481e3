// What happens when the app stops: a note without personal data, and one reload. Loaded first, needs nothing else.
//
// window.doorstepCrashed(where, location): `where` is "start", "page" or "worker"; `location` is a source location
// such as "app/src/engine.rs:10:5". Anything else is dropped, so that nothing a person typed can get into the note.
// The note is the item "doorstep-crash" of localStorage: {"at", "build", "where", "location"}.
// A second crash within a minute does not reload again: it shows #stopped, or a fault at start would loop for ever.

(() => {
  const NOTE = "doorstep-crash";
  const AGAIN_MS = 60_000;
  const PLACES = ["start", "page", "worker"];
  const LOCATION = /^[\w./@+-]{1,160}\.rs:\d{1,6}:\d{1,6}$/;
  let stopping = false;

  function readNote() {
    try {
      return JSON.parse(localStorage.getItem(NOTE)) ?? {};
    } catch {
      return {};
    }
  }

  // False where the note cannot be kept: then nothing would stop a loop of reloads.
  function writeNote(note) {
    try {
      localStorage.setItem(NOTE, JSON.stringify(note));
      return true;
    } catch {
      return false;
    }
  }

  function showStopped() {
    for (const element of document.body.children) element.hidden = element.id !== "stopped";
    const again = document.getElementById("open-again");
    again?.addEventListener("click", () => location.reload());
    again?.focus();
  }

  window.doorstepCrashed = (where, place) => {
    if (stopping) return;
    stopping = true;
    const before = Date.parse(readNote().at);
    const now = new Date();
    const kept = writeNote({
      at: now.toISOString(),
      build: document.documentElement.dataset.build,
      where: PLACES.includes(where) ? where : "page",
      location: LOCATION.test(place) ? place : "",
    });
    const age = now.getTime() - before;
    if (kept && !(age >= 0 && age < AGAIN_MS)) location.reload();
    else if (document.body) showStopped();
    else document.addEventListener("DOMContentLoaded", showStopped);
  };

  // A trap of the wasm that no panic hook saw, and a script of the bundle that could not be loaded.
  window.addEventListener(
    "error",
    (event) => {
      if (event.error instanceof WebAssembly.RuntimeError) window.doorstepCrashed("page", "");
      else if (event.target instanceof HTMLScriptElement) window.doorstepCrashed("start", "");
    },
    true,
  );
})();
