//! What the browser says about keeping our store.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// How safe the store is from the browser's own tidying.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Keeping {
    /// The browser promised not to remove the store by itself; nothing when it cannot say.
    pub(crate) persisted: Option<bool>,
    /// Bytes used; nothing when the browser does not say.
    pub(crate) used_bytes: Option<f64>,
    /// Bytes that may be used.
    pub(crate) quota_bytes: Option<f64>,
}

fn manager() -> Option<JsValue> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    let storage = Reflect::get(&navigator, &"storage".into()).ok()?;
    storage.is_object().then_some(storage)
}

async fn call(method: &str) -> Option<JsValue> {
    let manager = manager()?;
    let method: Function = Reflect::get(&manager, &method.into()).ok()?.dyn_into().ok()?;
    let promise: Promise = method.call0(&manager).ok()?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok()
}

/// Asks the browser never to remove the store by itself, and reads what it answers.
pub(crate) async fn ask_to_persist() -> Option<bool> {
    call("persist").await?.as_bool()
}

/// Reads how the store is kept.
pub(crate) async fn keeping() -> Keeping {
    let estimate = call("estimate").await;
    let figure = |name: &str| {
        estimate.as_ref().and_then(|estimate| Reflect::get(estimate, &name.into()).ok()?.as_f64())
    };
    Keeping {
        persisted: call("persisted").await.and_then(|answer| answer.as_bool()),
        used_bytes: figure("usage"),
        quota_bytes: figure("quota"),
    }
}
