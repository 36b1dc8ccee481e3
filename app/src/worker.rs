//! The worker's beginning.

use wasm_bindgen::prelude::wasm_bindgen;

/// Starts the worker's half. Called once by `worker.js`.
#[wasm_bindgen]
pub fn start_worker() {}
