//! Web Locks: one writer a device.
//!
//! web-sys keeps locks behind an unstable flag, so the one function used is named here.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// The browser has no Web Locks, or refused to be asked.
#[derive(Debug, thiserror::Error)]
#[error("ask the browser for a lock")]
pub(crate) struct NoLocks;

/// Takes the lock `name` for as long as this context lives. True: it is ours. False: another window has it.
///
/// With `steal` it is taken from whoever has it. `on_lost` runs when another window takes it from us.
///
/// # Errors
/// [`NoLocks`] where the browser has none.
pub(crate) async fn take(name: &str, steal: bool, on_lost: impl FnOnce() + 'static) -> Result<bool, NoLocks> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).map_err(|_| NoLocks)?;
    let locks = Reflect::get(&navigator, &"locks".into()).map_err(|_| NoLocks)?;
    let request: Function =
        Reflect::get(&locks, &"request".into()).map_err(|_| NoLocks)?.dyn_into().map_err(|_| NoLocks)?;
    let options = Object::new();
    let option = if steal { "steal" } else { "ifAvailable" };
    Reflect::set(&options, &option.into(), &JsValue::TRUE).map_err(|_| NoLocks)?;

    // The lock is held until the promise that the callback gives is settled: never, while this context lives.
    let mut held_promise = None;
    let answered = Promise::new(&mut |answer, _| {
        let callback = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            let ours = !lock.is_null() && !lock.is_undefined();
            // The answer goes to our own promise; a call on it cannot fail.
            let _ = answer.call1(&JsValue::UNDEFINED, &JsValue::from_bool(ours));
            if ours { Promise::new(&mut |_, _| ()).into() } else { JsValue::UNDEFINED }
        });
        held_promise = request
            .call3(&locks, &name.into(), &options, &callback)
            .ok()
            .and_then(|promise| promise.dyn_into::<Promise>().ok());
    });
    let held_promise = held_promise.ok_or(NoLocks)?;
    let ours = JsFuture::from(answered).await.map_err(|_| NoLocks)?.is_truthy();
    if ours {
        spawn_local(async move {
            // Settles only when the lock is stolen.
            let _ = JsFuture::from(held_promise).await;
            on_lost();
        });
    }
    Ok(ours)
}
