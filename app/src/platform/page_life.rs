//! The life of the page: hidden and shown, on the network, a new version, a crash.
//!
//! `doorstepUpdate` and `doorstepCrashed` belong to the bundle's own scripts, which say what they do.

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

fn on_event(target: &web_sys::EventTarget, name: &str, then: impl FnMut() + 'static) {
    let closure = Closure::<dyn FnMut()>::new(then);
    if target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref()).is_ok() {
        // Lives as long as the page.
        closure.forget();
    }
}

/// Runs `then` with whether the page is shown, whenever that differs.
pub(crate) fn on_visibility(then: impl Fn(bool) + Clone + 'static) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let hide = then.clone();
    let page = document.clone();
    on_event(&document, "visibilitychange", move || then(!page.hidden()));
    if let Some(window) = web_sys::window() {
        on_event(&window, "pagehide", move || hide(false));
    }
}

/// Runs `then` when the device says that it has a network again. A hint, never a fact.
pub(crate) fn on_network(then: impl FnMut() + 'static) {
    if let Some(window) = web_sys::window() {
        on_event(&window, "online", then);
    }
}

/// Runs `then` when a new version of the app is ready.
pub(crate) fn on_new_version(then: impl FnMut() + 'static) {
    if let Some(window) = web_sys::window() {
        on_event(&window, "doorstep-update-ready", then);
    }
}

fn update() -> Option<JsValue> {
    let window = web_sys::window()?;
    Reflect::get(&window, &"doorstepUpdate".into()).ok().filter(JsValue::is_object)
}

/// Whether a new version waits.
pub(crate) fn new_version_is_ready() -> bool {
    update().and_then(|update| Reflect::get(&update, &"ready".into()).ok()?.as_bool()).unwrap_or(false)
}

/// Starts the new version: the page is loaded again.
pub(crate) fn start_new_version() {
    let activate = update().and_then(|update| {
        let activate: Function = Reflect::get(&update, &"activate".into()).ok()?.dyn_into().ok()?;
        activate.call0(&update).ok()
    });
    if activate.is_none() {
        reload();
    }
}

/// Loads the page again.
pub(crate) fn reload() {
    if let Some(window) = web_sys::window() {
        // A page that is being closed refuses, and is gone anyway.
        let _ = window.location().reload();
    }
}

/// Writes the crash note and loads the page again. `location` is a source location or empty.
pub(crate) fn crashed(place: &str, location: &str) {
    let Some(window) = web_sys::window() else { return };
    let hook = Reflect::get(&window, &"doorstepCrashed".into())
        .ok()
        .and_then(|hook| hook.dyn_into::<Function>().ok());
    if let Some(hook) = hook {
        let _ = hook.call2(&window, &place.into(), &location.into());
    } else {
        reload();
    }
}

/// The build of the bundle, for *This device*.
pub(crate) fn build() -> String {
    web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element())
        .and_then(|root| root.get_attribute("data-build"))
        .unwrap_or_default()
}

/// Whether the browser keeps the app for opening without a network.
pub(crate) fn opens_without_network() -> bool {
    let controller = web_sys::window().and_then(|window| {
        let navigator: Object = window.navigator().unchecked_into();
        let container = Reflect::get(&navigator, &"serviceWorker".into()).ok()?;
        Reflect::get(&container, &"controller".into()).ok()
    });
    controller.is_some_and(|controller| controller.is_object())
}
