//! Parts: values that follow others, and pieces of a screen that follow values.
//!
//! In: a function. Out: a value that wakes its readers only when it differs, or a piece of the page drawn again then.
//! Both are one type to the library below, whatever they hold: a memo or a piece for each type of the record's was a
//! fifth of the page's code on the way to a tablet. Never holds a record of its own.
//! Source: decision 0004.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use leptos::prelude::*;

type Value = Arc<dyn Any + Send + Sync>;

/// A value, and how to tell it from another of its kind.
#[derive(Clone)]
struct Kept {
    value: Value,
    is_same: fn(&Value, &Value) -> bool,
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        (self.is_same)(&self.value, &other.value)
    }
}

fn is_same<T: PartialEq + 'static>(one: &Value, other: &Value) -> bool {
    match (one.downcast_ref::<T>(), other.downcast_ref::<T>()) {
        (Some(one), Some(other)) => one == other,
        (_, _) => false,
    }
}

/// A value computed from others; what reads it runs again only when it differs. A copy is another handle to the same.
pub(crate) struct Part<T> {
    memo: Memo<Kept>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Part<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Part<T> {}

impl<T> PartialEq for Part<T> {
    fn eq(&self, other: &Self) -> bool {
        self.memo == other.memo
    }
}

impl<T: PartialEq + Send + Sync + 'static> Part<T> {
    /// A part computed by `of`.
    pub(crate) fn new(of: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self::after(move |_| of())
    }

    /// A part computed by `of` from what it was before, too.
    pub(crate) fn after(of: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Self {
        let memo = memo(Box::new(move |before| {
            let value = of(before.and_then(|before| before.value.downcast_ref()));
            Kept { value: Arc::new(value), is_same: is_same::<T> }
        }));
        Self { memo, of: PhantomData }
    }

    /// Reads it, and runs the reader again when it differs.
    pub(crate) fn with<U>(self, read: impl FnOnce(&T) -> U) -> U {
        read(&self.shared())
    }

    /// Reads it once.
    pub(crate) fn with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> U {
        read(&held(self.memo.get_untracked()))
    }

    /// The value itself, shared.
    pub(crate) fn shared(self) -> Arc<T> {
        held(self.memo.get())
    }
}

impl<T: Clone + PartialEq + Send + Sync + 'static> Part<T> {
    /// A copy of the value.
    pub(crate) fn get(self) -> T {
        T::clone(&self.shared())
    }

    /// A copy of the value, read once.
    pub(crate) fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }

    /// As [`Part::get_untracked`]; nothing once its place on the page is gone.
    pub(crate) fn try_get_untracked(self) -> Option<T> {
        self.memo.try_get_untracked().map(|kept| T::clone(&held(kept)))
    }
}

impl<T: Clone + PartialEq + Send + Sync + 'static> From<Part<T>> for Signal<T> {
    fn from(part: Part<T>) -> Self {
        Self::derive(move || part.get())
    }
}

type Compute = Box<dyn Fn(Option<&Kept>) -> Kept + Send + Sync>;

fn memo(compute: Compute) -> Memo<Kept> {
    Memo::new(compute)
}

fn held<T: Send + Sync + 'static>(kept: Kept) -> Arc<T> {
    kept.value.downcast().expect("a part's value is put in by the part alone, with the part's own type")
}

type Draw = Box<dyn FnMut() -> AnyView + Send>;

/// A piece of the page that is drawn again when what it reads differs.
pub(crate) fn live<V: IntoAny + 'static>(draw: impl Fn() -> V + Send + 'static) -> AnyView {
    let draw: Draw = Box::new(move || draw().into_any());
    draw.into_any()
}
