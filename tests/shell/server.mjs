// A small server for a bundle, with the strict headers of the real one, that a test can stop, spoil and renew.
//
// In: a folder with bundle.json. Out: HTTP on a free port of this machine. It knows nothing of the app.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";

const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "object-src 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types doorstep",
].join("; ");

export class ShellServer {
  #bundle;
  #server;
  #port = 0;
  // What is answered instead of a file of the bundle, by path.
  #changed = new Map();
  // The paths asked for, in order.
  asked = [];

  constructor(bundle) {
    this.#bundle = bundle;
  }

  get url() {
    return `http://localhost:${this.#port}`;
  }

  async start() {
    const list = JSON.parse(await readFile(join(this.#bundle, "bundle.json"), "utf8"));
    this.build = list.id;
    this.files = new Map(list.files.map((file) => [file.path, file]));
    this.#server = createServer((request, response) => this.#answer(request, response));
    await new Promise((done) => this.#server.listen(this.#port, "127.0.0.1", done));
    this.#port = this.#server.address().port;
  }

  // Stops at once, as a server that is switched off does.
  async stop() {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  async text(path) {
    return this.#changed.get(path)?.toString() ?? readFile(join(this.#bundle, path), "utf8");
  }

  // Answers `path` with other bytes; `undefined` takes that back.
  change(path, text) {
    if (text === undefined) this.#changed.delete(path);
    else this.#changed.set(path, Buffer.from(text));
  }

  // Becomes the next build: another id in the page, and a service worker that knows the page's new digest.
  async renew(id) {
    const page = await this.text("/index.html");
    const worker = await this.text("/sw.js");
    const renewed = page.replace(/data-build="\w+"/, `data-build="${id}"`);
    const digest = (text) => createHash("sha256").update(text).digest("hex");
    this.change("/index.html", renewed);
    this.change(
      "/sw.js",
      worker.replace(/const BUILD = "\w+"/, `const BUILD = "${id}"`).replace(digest(page), digest(renewed)),
    );
  }

  async #answer(request, response) {
    const path = new URL(request.url, this.url).pathname;
    this.asked.push(path);
    if (/^\/(sync|auth|api|health)(\/|$)/.test(path)) {
      response.writeHead(503, { "content-type": "text/plain", "cache-control": "no-store" }).end("no service here");
      return;
    }
    const found = this.files.get(path) ?? this.files.get("/index.html");
    const body = this.#changed.get(found.path) ?? (await readFile(join(this.#bundle, found.path)));
    response.writeHead(200, {
      "content-type": found.type,
      "cache-control": found.immutable ? "public, max-age=31536000, immutable" : "no-cache",
      "content-security-policy": POLICY,
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    });
    response.end(body);
  }
}
