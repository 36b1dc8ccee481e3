//! Consent: five kinds, each recorded apart and for this visit.

use doorstep_shared::decide::Act;
use doorstep_shared::domain::person::{ConsentKind, ConsentState};
use doorstep_shared::ids::{PersonId, VisitId};
use leptos::prelude::*;

use crate::dispatch::{Desk, part};
use crate::features::visit::here::latest;
use crate::features::visit::{may_write, page_of};
use crate::part::{Part, live};
use crate::projection::person::Consent;
use crate::projection::{Answer, VisitPage};
use crate::ui::{Button, Card, ChoiceButton, ChoiceRow, ChoiceTone, Input};
use crate::wording::{codes, visit as words};

/// The screen.
pub(crate) fn consent(desk: Desk, visit: VisitId) -> AnyView {
    page_of(desk, visit, words::CONSENT, move |page| {
        let person = page.with_untracked(|page| page.banner.person);
        let open = page.with_untracked(|page| may_write(page));
        let consents = part(page, |page: &VisitPage| page.consents.clone());
        // Recipients named here and not yet answered for: a name alone is no consent.
        let added = RwSignal::new(Vec::<String>::new());
        let recipients = Part::new(move || {
            let mut names: Vec<String> = consents.with(|consents| {
                consents
                    .iter()
                    .filter(|consent| consent.kind == ConsentKind::Share)
                    .filter_map(|consent| consent.recipient.clone())
                    .collect()
            });
            for name in added.get() {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            names
        });
        let singles = [ConsentKind::Assess, ConsentKind::Treat, ConsentKind::Photos, ConsentKind::Contact]
            .into_iter()
            .map(|kind| row(desk, Asked { person, visit, kind, recipient: None, open }, consents))
            .collect_view();
        let typed = RwSignal::new(String::new());
        let add = Callback::new(move |()| {
            let name = typed.get_untracked().trim().to_owned();
            if !name.is_empty() {
                typed.set(String::new());
                added.update(|added| added.push(name));
            }
        });
        view! {
            {singles}
            <h2>{codes::consent_kind(ConsentKind::Share)}</h2>
            <For each=move || recipients.get() key=Clone::clone let:name>
                {row(
                    desk,
                    Asked { person, visit, kind: ConsentKind::Share, recipient: Some(name), open },
                    consents,
                )}
            </For>
            {open
                .then(|| {
                    view! {
                        <Card>
                            <Input id="recipient" label=words::RECIPIENT hint=words::RECIPIENT_HINT value=typed />
                            <div>
                                <Button text=words::ADD_RECIPIENT.to_owned() on_press=add />
                            </div>
                        </Card>
                    }
                })}
        }
        .into_any()
    })
}

struct Asked {
    person: PersonId,
    visit: VisitId,
    kind: ConsentKind,
    recipient: Option<String>,
    open: bool,
}

fn standing(consents: &[Consent], kind: ConsentKind, recipient: Option<&String>) -> Answer {
    consents
        .iter()
        .find(|consent| consent.kind == kind && consent.recipient.as_ref() == recipient)
        .map(|consent| consent.answer.clone())
        .unwrap_or_default()
}

fn state_of(answer: &Answer) -> Option<String> {
    let value = answer.value()?;
    value
        .field("state")
        .and_then(ConsentState::from_value)
        .or_else(|| ConsentState::from_value(value))
        .map(|state| state.code().to_owned())
}

fn row(desk: Desk, asked: Asked, consents: Part<Vec<Consent>>) -> AnyView {
    let Asked { person, visit, kind, recipient, open } = asked;
    let with = recipient.clone();
    let answer = Part::new(move || consents.with(|consents| standing(consents, kind, with.as_ref())));
    let chosen = Part::new(move || answer.with(state_of));
    let legend = recipient
        .as_ref()
        .map_or_else(|| codes::consent_kind(kind).to_owned(), |with| words::share_with(with));
    let id = recipient.as_ref().map_or_else(
        || format!("consent-{}", kind.code()),
        |with| format!("consent-share-{}", with.replace(|letter: char| !letter.is_alphanumeric(), "-")),
    );
    let options = ConsentState::ALL
        .iter()
        .map(|state| ChoiceButton {
            value: state.code().to_owned(),
            label: codes::consent_state(*state).to_owned(),
            tone: ChoiceTone::Plain,
        })
        .collect();
    let choose = Callback::new(move |code: String| {
        let Some(state) = ConsentState::from_code(&code) else { return };
        let seen = answer.with_untracked(|answer| answer.seen().collect());
        let recipient = recipient.clone();
        desk.send(
            person,
            seen,
            Act::RecordConsent { visit, kind, recipient, state, detail: String::new(), how: None },
        );
    });
    view! {
        <Card>
            <ChoiceRow id=id legend=legend options=options chosen=chosen on_choose=choose locked=!open />
            {live(move || latest(&answer.get()))}
        </Card>
    }
    .into_any()
}
