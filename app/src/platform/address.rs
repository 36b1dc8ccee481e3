//! The browser's address: where the page is, going somewhere, and links that stay inside the app.
//!
//! In and out: paths, without query and without host. A link with its own target, a download, a press with a modifier
//! or with another button is the browser's own business, as is every address that does not begin with one `/`.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, MouseEvent, Window};

/// Where the page is.
pub(crate) fn path() -> String {
    web_sys::window().and_then(|window| window.location().pathname().ok()).unwrap_or_else(|| "/".to_owned())
}

/// Puts a path into the browser's address, as a place one can come back from. The page is not loaded again.
pub(crate) fn put(path: &str) {
    let history = web_sys::window().and_then(|window| window.history().ok());
    let put = history.map(|history| history.push_state_with_url(&JsValue::NULL, "", Some(path)));
    // Some engines refuse after a hundred in half a minute: the screen changes, and only *Back* knows less.
    debug_assert!(!matches!(put, Some(Err(_))), "the address was not taken");
}

/// Runs `arrived` with the path one comes back to, and `wanted` with that of a link of the app that was pressed.
pub(crate) fn watch(arrived: impl Fn(String) + 'static, wanted: impl Fn(String) + 'static) {
    let Some(window) = web_sys::window() else { return };
    on(&window, "popstate", move |_| arrived(path()));
    on(&window, "click", move |event| {
        if let Some(href) = link(&event) {
            event.prevent_default();
            wanted(href);
        }
    });
}

fn on(window: &Window, name: &str, then: impl Fn(Event) + 'static) {
    let closure = Closure::<dyn Fn(Event)>::new(then);
    if window.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref()).is_ok() {
        // Lives as long as the page.
        closure.forget();
    }
}

/// The path of the app's own link that an event pressed.
fn link(event: &Event) -> Option<String> {
    let press: &MouseEvent = event.dyn_ref()?;
    let modified = press.ctrl_key() || press.meta_key() || press.shift_key() || press.alt_key();
    if event.default_prevented() || press.button() != 0 || modified {
        return None;
    }
    let link = event.target()?.dyn_into::<Element>().ok()?.closest("a[href]").ok()??;
    if link.has_attribute("target") || link.has_attribute("download") {
        return None;
    }
    link.get_attribute("href").filter(|href| href.starts_with('/') && !href.starts_with("//"))
}
