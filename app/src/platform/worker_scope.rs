//! The worker's end of the line to its page.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// The worker's own scope; nothing in a page.
fn scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

/// Hands every message of bytes from the page to `on_message`, as long as the worker lives.
pub(crate) fn listen(mut on_message: impl FnMut(Vec<u8>) + 'static) {
    let Some(scope) = scope() else { return };
    let closure = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(buffer) = event.data().dyn_ref::<ArrayBuffer>() {
            on_message(Uint8Array::new(buffer).to_vec());
        }
    });
    scope.set_onmessage(Some(closure.as_ref().unchecked_ref()));
    // Lives as long as the worker, which is never taken down from inside.
    closure.forget();
}

/// Sends bytes to the page. A page that is gone hears nothing, and there is nobody to tell.
pub(crate) fn post(bytes: &[u8]) {
    let Some(scope) = scope() else { return };
    let buffer = Uint8Array::from(bytes).buffer();
    let moved = js_sys::Array::of1(&buffer);
    let _ = scope.post_message_with_transfer(&buffer, &moved);
}

/// Tells the page where the worker stopped: a source location, nothing else.
pub(crate) fn post_crash(location: &str) {
    if let Some(scope) = scope() {
        let _ = scope.post_message(&location.into());
    }
}

/// What the browser calls the device it runs on: enough to tell a team's devices apart in a list.
pub(crate) fn device_name() -> String {
    let navigator = js_sys::Reflect::get(&js_sys::global(), &"navigator".into());
    let platform = navigator.and_then(|navigator| js_sys::Reflect::get(&navigator, &"platform".into()));
    platform
        .ok()
        .and_then(|name| name.as_string())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "device".to_owned())
}
