//! The page's beginning: starts the worker, puts up the frame, and passes the page's life on.
//!
//! In: the compiled module and the worker's address, from the bundle's `boot.js`. Out: a drawn page.
//! Never opens the store, never talks to the server: the worker does both.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::bridge::ToWorker;
use crate::dispatch::Desk;
use crate::platform::worker_link::WorkerLink;
use crate::platform::{page_life, panic};
use crate::routes;

/// Starts the page. Called once by `boot.js` with the compiled module and the worker's trusted address.
#[wasm_bindgen]
pub fn start_page(module: JsValue, worker_url: JsValue) {
    panic::report(|location| page_life::crashed("page", location));
    leptos::mount::mount_to_body(move || {
        let desk = Desk::new();
        desk.follow_address();
        let link = WorkerLink::start(
            &module,
            &worker_url,
            move |bytes| desk.receive(&bytes),
            |location| page_life::crashed("worker", &location),
        );
        match link {
            Ok(link) => desk.connect(link),
            Err(_) => page_life::crashed("start", ""),
        }
        page_life::on_visibility(move |shown| {
            desk.post(if shown { &ToWorker::Shown } else { &ToWorker::Hidden });
        });
        page_life::on_network(move || desk.post(&ToWorker::TryNow));
        routes::page(desk)
    });
}
