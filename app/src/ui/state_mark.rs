//! A state in words and in shape.

use leptos::prelude::*;

/// The shapes, told apart without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Three dots.
    Dots,
    /// A disc, half filled.
    Half,
    /// An arrow upward.
    Up,
    /// A tick in a disc.
    Tick,
    /// A triangle with a mark.
    Triangle,
}

/// The words with their shape.
#[component]
pub(crate) fn StateMark(
    /// The shape.
    #[prop(into)]
    shape: Signal<Shape>,
    /// The words.
    #[prop(into)]
    text: Signal<String>,
) -> AnyView {
    let drawing = move || match shape.get() {
        Shape::Dots => "M3 10a1.8 1.8 0 1 0 .01 0zM10 8.2a1.8 1.8 0 1 0 .01 0zM17 8.2a1.8 1.8 0 1 0 .01 0z",
        Shape::Half => "M10 1a9 9 0 1 0 0 18a9 9 0 0 0 0-18zm0 2v14a7 7 0 0 1 0-14z",
        Shape::Up => "M10 1l8 9h-5v9H7v-9H2z",
        Shape::Tick => "M10 1a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM5 10l1.5-1.5L9 11l4.8-5L15.4 7.4L9 14z",
        Shape::Triangle => "M10 1l9.5 17.5H.5zM9 7v6h2V7zm0 7.5v2h2v-2z",
    };
    view! {
        <span class="app-state-mark">
            <svg class="app-state-mark__shape" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
                <path fill="currentColor" fill-rule="evenodd" d=drawing></path>
            </svg>
            <span>{text}</span>
        </span>
    }
    .into_any()
}
