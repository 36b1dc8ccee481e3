//! What typing in a note sets going: drafts, changes, and following what others type.
//!
//! In: what is typed, the note as it is projected. Out: a draft within half a second; a change when the field is left,
//! after 2 seconds of quiet or after 10. One change is asked at a time: the next is written on the version it makes.
//! Never drops a word: what arrives while something is typed is merged by the record, not here.

use doorstep_shared::decide::Act;
use doorstep_shared::ids::{PersonId, Version};
use leptos::prelude::*;

use super::{Desk, Outcome};
use crate::bridge::ToWorker;
use crate::part::Part;
use crate::platform::{dom, timer};
use crate::projection::visit::Note;
use crate::typing;

/// A draft row is replaced at most this often, in milliseconds. Source: device design.
const DRAFT_MS: i32 = 500;
/// Quiet after which typed text becomes a change, in milliseconds.
const QUIET_MS: i32 = 2_000;
/// Longest time typed text stays a draft, in milliseconds.
const CHANGE_MS_MAX: i32 = 10_000;

#[derive(Default)]
struct Progress {
    /// The text and version the typed text grew out of.
    base: (String, Version),
    /// The text of the change that is on its way.
    on_its_way: Option<String>,
    draft: Option<timer::Wait>,
    quiet: Option<timer::Wait>,
    longest: Option<timer::Wait>,
}

/// One note's writer. A copy is another handle to the same.
#[derive(Clone, Copy)]
pub(crate) struct NoteWriter {
    desk: Desk,
    person: PersonId,
    field: StoredValue<String>,
    note: Part<Option<Note>>,
    text: RwSignal<String>,
    unkept: RwSignal<bool>,
    progress: StoredValue<Progress, LocalStorage>,
}

impl NoteWriter {
    /// A writer for `note`. Text that was being typed when the app stopped is put back first.
    pub(crate) fn new(desk: Desk, person: PersonId, field: String, note: Part<Option<Note>>) -> Self {
        let restored = desk.restored(&field);
        let first = note.get_untracked();
        let base = first.map(|note| (note.text, note.version)).unwrap_or_default();
        let text = RwSignal::new(base.0.clone());
        let writer = Self {
            desk,
            person,
            field: StoredValue::new(field),
            note,
            text,
            unkept: RwSignal::new(false),
            progress: StoredValue::new_local(Progress { base, ..Progress::default() }),
        };
        // A projection that differs is put into the browser's own field, which is no signal.
        Effect::new(move |_| {
            if let Some(note) = note.get() {
                writer.follow(&note);
            }
        });
        if let Some(restored) = restored.filter(|restored| text.with_untracked(|text| text != restored)) {
            text.set(restored);
            writer.typed();
        }
        on_cleanup(move || writer.leave());
        writer
    }

    /// The text in the field.
    pub(crate) fn text(self) -> RwSignal<String> {
        self.text
    }

    /// Some of the text is not yet a change.
    pub(crate) fn is_unkept(self) -> bool {
        self.unkept.get()
    }

    /// Something was typed.
    pub(crate) fn typed(self) {
        self.set_unkept(true);
        self.progress.try_update_value(|progress| {
            if progress.draft.is_none() {
                progress.draft = Some(timer::after(DRAFT_MS, move || self.keep_draft()));
            }
            if let Some(quiet) = progress.quiet.replace(timer::after(QUIET_MS, move || self.change())) {
                quiet.cancel();
            }
            if progress.longest.is_none() {
                progress.longest = Some(timer::after(CHANGE_MS_MAX, move || self.change()));
            }
        });
    }

    /// The field is left, or the screen.
    pub(crate) fn leave(self) {
        self.change();
    }

    fn set_unkept(self, unkept: bool) {
        if self.unkept.try_get_untracked().is_some_and(|before| before != unkept) {
            self.unkept.set(unkept);
            self.desk.typing(unkept);
        }
    }

    fn act(self, text: String) -> Option<Act> {
        let note = self.note.try_get_untracked().flatten()?;
        let seen = self.progress.try_with_value(|progress| progress.base.1.clone())?;
        Some(Act::EditNote { doc: note.doc, note: note.name, seen, text })
    }

    fn keep_draft(self) {
        self.progress.try_update_value(|progress| progress.draft = None);
        let (Some(text), Some(field)) = (self.text.try_get_untracked(), self.field.try_get_value()) else {
            return;
        };
        let is_unkept = self.unkept.try_get_untracked().unwrap_or(false);
        if let Some(act) = self.act(text.clone()).filter(|_| is_unkept)
            && let Ok(command) = self.desk.command(self.person, Vec::new(), act)
        {
            self.desk.post(&ToWorker::Draft { field, text, command: Box::new(command) });
        }
    }

    /// Makes what is typed a change, unless one is still on its way: then its answer does.
    fn change(self) {
        let Some(text) = self.text.try_get_untracked() else { return };
        let ready = self.progress.try_update_value(|progress| {
            for wait in
                [progress.draft.take(), progress.quiet.take(), progress.longest.take()].into_iter().flatten()
            {
                wait.cancel();
            }
            progress.on_its_way.is_none() && progress.base.0 != text
        });
        if ready != Some(true) {
            if self.progress.try_with_value(|progress| progress.on_its_way.is_none()) == Some(true) {
                self.set_unkept(false);
            }
            return;
        }
        let Some(act) = self.act(text.clone()) else { return };
        self.progress.try_update_value(|progress| progress.on_its_way = Some(text));
        let draft = self.field.try_get_value();
        self.desk.send_then(self.person, Vec::new(), act, draft, move |outcome| self.answered(&outcome));
    }

    fn answered(self, outcome: &Outcome) {
        let Some(sent) = self.progress.try_update_value(|progress| progress.on_its_way.take()).flatten()
        else {
            return;
        };
        if *outcome != Outcome::Saved {
            // The text stays in the field and its draft on disk; typing on tries again.
            return;
        }
        let Some(note) = self.note.try_get_untracked().flatten() else { return };
        let typed = self.text.try_get_untracked().unwrap_or_default();
        let now = typing::carried(&sent, &typed, &note.text);
        self.progress.try_update_value(|progress| progress.base = (note.text.clone(), note.version.clone()));
        self.put(&typed, &now);
        if now == note.text {
            self.set_unkept(false);
        } else {
            self.typed();
        }
    }

    /// Another device's words arrived, or our own came back.
    fn follow(self, note: &Note) {
        let idle = self.progress.try_with_value(|progress| progress.on_its_way.is_none()).unwrap_or(false);
        let typing = self.unkept.try_get_untracked().unwrap_or(true);
        // While something is typed, its base stays: the change is written on what stood when typing began.
        if !idle || typing {
            return;
        }
        let before = self.text.try_get_untracked().unwrap_or_default();
        self.progress.try_update_value(|progress| progress.base = (note.text.clone(), note.version.clone()));
        self.put(&before, &note.text);
    }

    /// Puts `now` into the field, and the caret where its words went.
    fn put(self, before: &str, now: &str) {
        if before == now {
            return;
        }
        let Some(field) = self.field.try_get_value() else { return };
        let caret = dom::caret(&field);
        self.text.try_set(now.to_owned());
        if let Some(caret) = caret {
            dom::put_text(&field, now, typing::caret(caret, before, now));
        }
    }
}
