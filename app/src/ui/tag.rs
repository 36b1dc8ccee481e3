//! A short state in a box.

use leptos::prelude::*;

/// What a tag's colour says; its words say it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Nothing.
    Quiet,
    /// Under way.
    Main,
    /// Done.
    Done,
    /// To mind.
    Care,
    /// A problem.
    Problem,
}

/// The tag.
#[component]
pub(crate) fn Tag(
    /// Its colour.
    #[prop(default = Tone::Quiet)]
    tone: Tone,
    /// Its words.
    #[prop(into)]
    text: String,
) -> AnyView {
    let class = match tone {
        Tone::Quiet => "app-tag app-tag--quiet",
        Tone::Main => "app-tag app-tag--main",
        Tone::Done => "app-tag app-tag--done",
        Tone::Care => "app-tag app-tag--care",
        Tone::Problem => "app-tag app-tag--problem",
    };
    view! { <strong class=class>{text}</strong> }.into_any()
}
