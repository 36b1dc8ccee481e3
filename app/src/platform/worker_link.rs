//! The page's end of the line to its worker.

use js_sys::{ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker};

#[wasm_bindgen::prelude::wasm_bindgen]
extern "C" {
    // web-sys takes the address as text, which would lose the browser's proof that it is a trusted one.
    #[wasm_bindgen(extends = Worker, js_name = Worker)]
    type TrustedWorker;
    #[wasm_bindgen(constructor, js_class = "Worker", catch)]
    fn new(url: &JsValue, options: &JsValue) -> Result<TrustedWorker, JsValue>;
}

/// The worker could not be started or reached.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LinkFault {
    /// The browser would not start it.
    #[error("start the worker")]
    Start,
    /// A message could not be posted.
    #[error("post a message to the worker")]
    Post,
}

/// A running worker.
pub(crate) struct WorkerLink {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(JsValue)>,
}

impl WorkerLink {
    /// Starts a worker in the compiled `module` and hands every message of bytes to `on_message`.
    /// `on_stopped` runs with a source location when the worker dies; empty when it could not say where.
    ///
    /// # Errors
    /// [`LinkFault`] when the browser does not start it.
    pub(crate) fn start(
        module: &JsValue,
        url: &JsValue,
        mut on_message: impl FnMut(Vec<u8>) + 'static,
        on_stopped: impl Fn(String) + Clone + 'static,
    ) -> Result<Self, LinkFault> {
        let options = Object::new();
        Reflect::set(&options, &"type".into(), &"module".into()).map_err(|_| LinkFault::Start)?;
        let worker: Worker =
            TrustedWorker::new(url, &options).map_err(|_| LinkFault::Start)?.unchecked_into();
        let stopped = on_stopped.clone();
        let on_message = Closure::new(move |event: MessageEvent| {
            let data = event.data();
            if let Some(buffer) = data.dyn_ref::<ArrayBuffer>() {
                on_message(Uint8Array::new(buffer).to_vec());
            } else if let Some(location) = data.as_string() {
                stopped(location);
            }
        });
        let on_error = Closure::new(move |_| on_stopped(String::new()));
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let first = Object::new();
        Reflect::set(&first, &"module".into(), module).map_err(|_| LinkFault::Start)?;
        worker.post_message(&first).map_err(|_| LinkFault::Start)?;
        Ok(Self { worker, _on_message: on_message, _on_error: on_error })
    }

    /// Sends bytes.
    ///
    /// # Errors
    /// [`LinkFault::Post`] when the browser would not take them.
    pub(crate) fn post(&self, bytes: &[u8]) -> Result<(), LinkFault> {
        let array = Uint8Array::from(bytes);
        let buffer = array.buffer();
        let moved = js_sys::Array::of1(&buffer);
        self.worker.post_message_with_transfer(&buffer, &moved).map_err(|_| LinkFault::Post)
    }
}

impl Drop for WorkerLink {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}
