// Stands in for update.js in `cargo xtask dev`: no service worker, and the page reloads when the bundle has changed.

const LOOK_MS = 500;

export async function keepUpToDate() {
  const registrations = (await navigator.serviceWorker?.getRegistrations()) ?? [];
  await Promise.all(registrations.map((registration) => registration.unregister()));
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
  setInterval(reloadWhenChanged, LOOK_MS);
}

async function reloadWhenChanged() {
  try {
    const page = await (await fetch("/index.html", { cache: "no-store" })).text();
    if (!page.includes(`data-build="${document.documentElement.dataset.build}"`)) location.reload();
  } catch {
    // The server is being rebuilt: look again.
  }
}
