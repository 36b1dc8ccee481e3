//! What a watched view shows, by its own type.

use std::sync::Arc;

use leptos::prelude::*;

use crate::part::{Part, live};
use crate::projection::{
    NeedsYou, People, PersonPage, Projection, ReviewPage, ReviewQueue, SyncStatus, Team, ThisDevice, Today,
    VisitPage,
};

/// A projection a screen draws.
pub(crate) trait Draws: Clone + PartialEq + Send + Sync + 'static {
    /// This kind of projection, if it is one.
    fn pick(projection: &Projection) -> Option<&Self>;
}

macro_rules! draws {
    ($($name:ident),+ $(,)?) => {
        $(impl Draws for $name {
            fn pick(projection: &Projection) -> Option<&Self> {
                if let Projection::$name(drawn) = projection { Some(drawn) } else { None }
            }
        })+
    };
}

draws!(Today, People, ReviewQueue, NeedsYou, SyncStatus, Team, ThisDevice);

impl Draws for PersonPage {
    fn pick(projection: &Projection) -> Option<&Self> {
        if let Projection::Person(drawn) = projection { Some(drawn) } else { None }
    }
}

impl Draws for VisitPage {
    fn pick(projection: &Projection) -> Option<&Self> {
        if let Projection::Visit(drawn) = projection { Some(drawn) } else { None }
    }
}

impl Draws for ReviewPage {
    fn pick(projection: &Projection) -> Option<&Self> {
        if let Projection::Review(drawn) = projection { Some(drawn) } else { None }
    }
}

/// What a watched view shows now.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shown<T> {
    /// The worker has not answered yet.
    Waiting,
    /// It is not known here.
    NotKnown,
    /// This.
    Here(Arc<T>),
}

impl<T: Draws> Shown<T> {
    pub(super) fn of(projection: Option<&Projection>) -> Self {
        match projection {
            None => Self::Waiting,
            Some(projection) => {
                T::pick(projection).map_or(Self::NotKnown, |drawn| Self::Here(Arc::new(drawn.clone())))
            }
        }
    }

    /// The projection, if it is here.
    pub(crate) fn here(&self) -> Option<&Arc<T>> {
        if let Self::Here(drawn) = self { Some(drawn) } else { None }
    }
}

/// Draws a view once it is here, and keeps the drawing while it changes: `draw` gets what it shows as a signal.
pub(crate) fn when_here<T: Draws>(
    shown: Part<Shown<T>>,
    waiting: impl Fn() -> AnyView + Send + 'static,
    not_known: impl Fn() -> AnyView + Send + 'static,
    draw: impl Fn(Part<Arc<T>>) -> AnyView + Send + 'static,
) -> AnyView {
    let state = Part::new(move || {
        shown.with(|shown| match shown {
            Shown::Waiting => 0u8,
            Shown::NotKnown => 1,
            Shown::Here(_) => 2,
        })
    });
    live(move || match (state.get(), shown.get_untracked()) {
        (2, Shown::Here(first)) => draw(Part::new(move || {
            shown.with(|shown| shown.here().cloned()).unwrap_or_else(|| Arc::clone(&first))
        })),
        (1, _) => not_known(),
        _ => waiting(),
    })
}

/// One part of a drawing; what depends on it is drawn again only when it differs.
pub(crate) fn part<T: Draws, U: Clone + PartialEq + Send + Sync + 'static>(
    drawn: Part<Arc<T>>,
    of: impl Fn(&T) -> U + Send + Sync + 'static,
) -> Part<U> {
    Part::new(move || drawn.with(|drawn| of(drawn)))
}
