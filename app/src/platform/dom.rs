//! Focus, scrolling, title and address of the page.

use wasm_bindgen::JsCast;
use web_sys::{Document, HtmlElement, HtmlTextAreaElement};

use super::timer;

/// The id of the page's own part, where focus goes when the page changes.
pub(crate) const MAIN: &str = "main";

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

fn element(id: &str) -> Option<HtmlElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Moves the focus to the element with this id. An id that is not on the page moves nothing.
pub(crate) fn focus(id: &str) {
    if let Some(element) = element(id) {
        // An element that cannot take the focus leaves it where it is: nothing better to do.
        let _ = element.focus();
    }
}

/// As [`focus`], once the page is drawn.
pub(crate) fn focus_soon(id: &str) {
    let id = id.to_owned();
    timer::after(0, move || focus(&id));
}

/// Moves the focus to the page's heading and shows the page from its head.
pub(crate) fn focus_heading() {
    timer::after(0, || {
        let Some(document) = document() else { return };
        if let Some(window) = web_sys::window() {
            window.scroll_to_with_x_and_y(0.0, 0.0);
        }
        if let Ok(Some(heading)) = document.query_selector("#main h1") {
            // A heading takes the focus only when it may; it is not a stop of the keyboard.
            let _ = heading.set_attribute("tabindex", "-1");
            if let Ok(heading) = heading.dyn_into::<HtmlElement>() {
                let _ = heading.focus();
            }
        }
    });
}

/// The page's title.
pub(crate) fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Where the caret stands in a text area, in UTF-16 units from its beginning; nothing when it has not the focus.
pub(crate) fn caret(id: &str) -> Option<u32> {
    let area: HtmlTextAreaElement = element(id)?.dyn_into().ok()?;
    let active = document()?.active_element()?;
    if active.id() != id {
        return None;
    }
    area.selection_start().ok().flatten()
}

/// Puts text into a text area and the caret where it belongs in it.
pub(crate) fn put_text(id: &str, text: &str, caret: u32) {
    let Some(area) = element(id).and_then(|element| element.dyn_into::<HtmlTextAreaElement>().ok()) else {
        return;
    };
    area.set_value(text);
    // A caret past the end is put at the end by the browser.
    let _ = area.set_selection_range(caret, caret);
}
