//! Notes of a visit: text two people may type in at once.
//!
//! Typed text is a sealed draft within half a second and a change when the field is left, after 2 seconds of quiet or
//! after 10 seconds. One change of a note is asked at a time; the next is written on the version that one makes.

use doorstep_shared::decide::{Act, NoteName};
use doorstep_shared::ids::VisitId;
use leptos::prelude::*;

use crate::dispatch::{Desk, NoteWriter, part};
use crate::features::answers;
use crate::features::visit::{may_write, page_of};
use crate::part::Part;
use crate::projection::VisitPage;
use crate::projection::visit::Note;
use crate::ui::{Button, Card, TextArea};
use crate::wording::visit as words;

/// The screen.
pub(crate) fn screen(desk: Desk, visit: VisitId) -> AnyView {
    page_of(desk, visit, words::OWN_WORDS, move |page| {
        let person = page.with_untracked(|page| page.banner.person);
        let open = page.with_untracked(|page| may_write(page));
        let names = part(page, |page: &VisitPage| {
            page.notes.iter().map(|note| (note.doc, field_of(note))).collect::<Vec<_>>()
        });
        view! {
            <p class="app-reading">{words::NOTES_HELP}</p>
            <For each=move || names.get() key=Clone::clone let:name>
                {
                    let note = part(page, move |page: &VisitPage| {
                        page.notes.iter().find(|note| note.doc == name.0 && field_of(note) == name.1).cloned()
                    });
                    one(desk, person, note, open)
                }
            </For>
            {open.then(|| add(desk, person, visit))}
        }
        .into_any()
    })
}

/// The page's stable name of a note's field.
fn field_of(note: &Note) -> String {
    match note.name {
        NoteName::Section(section) => format!("note-{}-{}", note.doc, section.code()),
        NoteName::Added(key) => format!("note-{}-{key}", note.doc),
    }
}

fn label_of(note: &Note) -> String {
    match note.name {
        NoteName::Section(section) => words::section(section.code()).to_owned(),
        NoteName::Added(_) if note.item.is_empty() => words::ADDED_NOTE.to_owned(),
        NoteName::Added(_) => format!("{}: {}", words::ADDED_NOTE, note.item),
    }
}

fn one(desk: Desk, person: doorstep_shared::ids::PersonId, note: Part<Option<Note>>, open: bool) -> AnyView {
    let Some(first) = note.get_untracked() else { return ().into_any() };
    let field = field_of(&first);
    let label = label_of(&first);
    // The parts of a note's area, in the order they are wired: text, what typing does, what leaving does.
    let writer = NoteWriter::new(desk, person, field.clone(), note);
    let on_type = Callback::new(move |()| writer.typed());
    let on_leave = Callback::new(move |()| writer.leave());
    let state = move || {
        if writer.is_unkept() {
            words::NOTE_NOT_KEPT.to_owned()
        } else {
            note.with(|note| {
                note.as_ref().map(|note| answers::mark(note.mark).to_owned()).unwrap_or_default()
            })
        }
    };
    view! {
        <Card>
            <TextArea id=field label=label value=writer.text() on_type=on_type on_leave=on_leave locked=!open />
            <p class="app-second">{state}</p>
        </Card>
    }
    .into_any()
}

fn add(desk: Desk, person: doorstep_shared::ids::PersonId, visit: VisitId) -> AnyView {
    let text = RwSignal::new(String::new());
    let save = Callback::new(move |()| {
        let typed = text.get_untracked();
        if !typed.trim().is_empty() {
            text.set(String::new());
            desk.send(person, Vec::new(), Act::AddNote { visit, item: None, text: typed });
        }
    });
    view! {
        <Card>
            <TextArea id="new-note" label=words::NEW_NOTE value=text />
            <div>
                <Button text=words::ADD_NOTE.to_owned() on_press=save />
            </div>
        </Card>
    }
    .into_any()
}
