//! Waiting.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen::prelude::wasm_bindgen]
extern "C" {
    // The same function in the page and in the worker, which have no type in common.
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &JsValue, delay_ms: i32) -> i32;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(handle: i32);
}

/// A wait that can be given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wait(i32);

impl Wait {
    /// Gives it up. A wait that is over is left alone.
    pub(crate) fn cancel(self) {
        clear_timeout(self.0);
    }
}

/// Runs `then` once after `delay_ms` milliseconds.
pub(crate) fn after(delay_ms: i32, then: impl FnOnce() + 'static) -> Wait {
    let closure = Closure::once_into_js(then);
    Wait(set_timeout(closure.unchecked_ref(), delay_ms))
}
