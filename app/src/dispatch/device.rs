//! What a feature may ask of the device: the time, an id to come, how the store is kept, a new version.
//!
//! In: the browser's own answers, from `platform`. Out: plain values. Never decides what follows from them.

use doorstep_shared::ids::VisitId;
use doorstep_shared::time::{Date, Timestamp};
use leptos::prelude::*;

use super::{Desk, Notice};
use crate::bridge::Fault;
use crate::platform::{chance, clock, page_life, storage};

pub(crate) use crate::platform::storage::Keeping as Kept;

impl Desk {
    /// The present by the device's clock.
    pub(crate) fn now() -> Timestamp {
        clock::now()
    }

    /// Today in London by the device's clock.
    pub(crate) fn today() -> Date {
        clock::now().london_date()
    }

    /// The id of a visit to come; nothing when the browser gives no random bytes, and then a notice says so.
    pub(crate) fn new_visit(self) -> Option<VisitId> {
        let visit = chance::visit_id().ok();
        if visit.is_none() {
            self.notify(Notice::Fault(Fault::Device));
        }
        visit
    }

    /// Asks the browser never to remove the store by itself. Some browsers want a person's own tap for it.
    pub(crate) fn ask_to_persist(self) {
        leptos::task::spawn_local(async {
            storage::ask_to_persist().await;
        });
    }

    /// How the browser keeps the store, once it has answered.
    pub(crate) fn kept(self) -> RwSignal<Option<Kept>> {
        let kept = RwSignal::new(None);
        leptos::task::spawn_local(async move {
            // Asking again is silent where it was granted, and the one chance where it was not asked yet.
            storage::ask_to_persist().await;
            let keeping = storage::keeping().await;
            // The screen may be gone by now, and its signal with it.
            kept.try_set(Some(keeping));
        });
        kept
    }

    /// Whether a new version of the app waits.
    pub(crate) fn new_version(self) -> RwSignal<bool> {
        let ready = RwSignal::new(page_life::new_version_is_ready());
        page_life::on_new_version(move || {
            ready.try_set(true);
        });
        ready
    }

    /// Starts the new version: the page is loaded again.
    pub(crate) fn start_new_version(self) {
        page_life::start_new_version();
    }

    /// The build of the bundle, and whether the browser keeps it for opening without a network.
    pub(crate) fn build(self) -> (String, bool) {
        (page_life::build(), page_life::opens_without_network())
    }
}
