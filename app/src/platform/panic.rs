//! Panics: where they happened, never what they said, because a message may hold what a person typed.

/// Hands the source location of a panic to `then`, before this half of the app stops.
pub(crate) fn report(then: impl Fn(&str) + Send + Sync + 'static) {
    std::panic::set_hook(Box::new(move |info| {
        let location = info.location().map(ToString::to_string).unwrap_or_default();
        then(&location);
    }));
}
