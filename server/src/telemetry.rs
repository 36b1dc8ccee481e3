//! The log: JSON lines on standard error, one for each request and each fault.
//!
//! In: a filter. Out: the installed subscriber. A line holds a request id, a route's template, a status, durations
//! and sizes; never a query, a body, a name, an address or an id of a record.

use tracing_subscriber::EnvFilter;

/// Installs the log once for the process. A second call changes nothing.
pub fn install(filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let installed = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
    if installed.is_err() {
        tracing::debug!("the log was already installed");
        return;
    }
    // The message of a panic may quote what was being read; where it happened is enough to find it.
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(at, "a task panicked");
    }));
}
