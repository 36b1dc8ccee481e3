// The service worker: the app's own files, for when there is no network. It holds no keys and never sees a record.
//
// It installs all or nothing: every file of the build is fetched, its SHA-256 compared, and only then a new cache is
// filled. It never takes over by itself; the page asks for that with the message "activate" when nothing is unsaved.
// The files of an older build stay until its last page has closed: each page holds a lock with the name of its build.

const BUILD = "{{build}}";
const FILES = {{files}};

const CACHE_PREFIX = "doorstep-build-";
const CACHE = CACHE_PREFIX + BUILD;
const PAGE = "/index.html";

// Always the network's, also as a navigation: signing in through another service passes through /auth.
const NETWORK = ["/sync", "/auth", "/api", "/health", "/ready"];

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(sweep()));

self.addEventListener("message", (event) => {
  if (event.data === "activate") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (NETWORK.some((path) => url.pathname === path || url.pathname.startsWith(`${path}/`))) return;
  if (event.request.mode === "navigate") {
    event.respondWith(ours(PAGE, event.request));
    event.waitUntil(sweep());
  } else {
    event.respondWith(ours(url.pathname, event.request));
  }
});

// The kept response itself, unchanged: a copy of the wasm would lose the browser's compiled code.
async function ours(path, request) {
  const current = await caches.open(CACHE);
  const kept = (await current.match(path)) ?? (await caches.match(path));
  return kept ?? fetch(request);
}

async function install() {
  const files = await Promise.all(FILES.map(([path, sha256]) => obtain(path, sha256)));
  try {
    const cache = await caches.open(CACHE);
    for (const [path, response] of files) await cache.put(path, response);
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

// A file of this build: from an older build's cache where it is the same, else from the network.
async function obtain(path, sha256) {
  const kept = await caches.match(path);
  if (kept && (await digestOf(kept)) === sha256) return [path, kept];
  const fetched = await fetch(path, { cache: "reload" });
  if (!fetched.ok || fetched.redirected) throw new Error(`${path}: status ${fetched.status}`);
  if ((await digestOf(fetched)) !== sha256) throw new Error(`${path}: not the file of this build`);
  return [path, fetched];
}

async function digestOf(response) {
  const digest = await crypto.subtle.digest("SHA-256", await response.clone().arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function sweep() {
  // While another version waits, its cache has no page yet and must not be taken for an old one.
  if (self.registration.waiting || self.registration.installing) return;
  const { held } = await self.navigator.locks.query();
  const inUse = new Set(held.map((lock) => lock.name));
  for (const name of await caches.keys()) {
    if (name.startsWith(CACHE_PREFIX) && name !== CACHE && !inUse.has(name)) await caches.delete(name);
  }
}
