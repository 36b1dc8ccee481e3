//! Equipment: the catalogue by word, and what is proposed in this visit.

mod proposal;

use doorstep_shared::decide::{Act, NewProposal};
use doorstep_shared::ids::{PersonId, VisitId};
use leptos::prelude::*;

use crate::dispatch::{Desk, part};
use crate::features::visit::{may_write, page_of};
use crate::part::{Part, live};
use crate::projection::VisitPage;
use crate::projection::home::{MayOffer, Offer};
use crate::ui::{Button, Card, Input, InputKind, Tag, Tone};
use crate::wording::{equipment as words, home, visit as visit_words};

pub(crate) use proposal::{checks, fact_rows};

/// Longest list of devices shown at once; a longer one asks for another letter.
const SHOWN_MAX: usize = 12;

/// The screen.
pub(crate) fn screen(desk: Desk, visit: VisitId) -> AnyView {
    page_of(desk, visit, visit_words::EQUIPMENT, move |page| {
        let person = page.with_untracked(|page| page.banner.person);
        let open = page.with_untracked(|page| may_write(page));
        let keys = part(page, |page: &VisitPage| {
            page.proposals
                .iter()
                .filter(|proposal| !proposal.withdrawn)
                .map(|proposal| proposal.at)
                .collect::<Vec<_>>()
        });
        view! {
            {live(move || keys.with(Vec::is_empty).then(|| view! { <p>{words::NONE}</p> }))}
            <For each=move || keys.get() key=|at| *at let:at>
                {proposal::card(desk, page, at, open)}
            </For>
            {open.then(|| search(desk, person, visit, page.with_untracked(|page| page.catalogue.clone())))}
        }
        .into_any()
    })
}

fn search(desk: Desk, person: PersonId, visit: VisitId, catalogue: Vec<Offer>) -> AnyView {
    let query = RwSignal::new(String::new());
    let catalogue = StoredValue::new(catalogue);
    let found = Part::new(move || {
        let query = query.get().to_lowercase();
        let words: Vec<&str> = query.split_whitespace().collect();
        if words.is_empty() {
            return Vec::new();
        }
        catalogue.with_value(|catalogue| {
            catalogue
                .iter()
                .filter(|offer| {
                    let name = offer.name.to_lowercase();
                    words.iter().all(|word| name.contains(word))
                })
                .cloned()
                .collect()
        })
    });
    let summary = move || {
        if query.with(|query| query.trim().is_empty()) {
            String::new()
        } else {
            words::found(found.with(Vec::len))
        }
    };
    view! {
        <Card title=words::SEARCH_TITLE>
            <Input id="device-search" label=words::SEARCH hint=words::SEARCH_HINT kind=InputKind::Search value=query />
            <p role="status" class="app-second">
                {summary}
            </p>
            <ul class="app-list">
                {live(move || {
                    found
                        .get()
                        .into_iter()
                        .take(SHOWN_MAX)
                        .map(|offer| row(desk, person, visit, offer, query))
                        .collect_view()
                })}
            </ul>
        </Card>
    }
    .into_any()
}

fn row(desk: Desk, person: PersonId, visit: VisitId, offer: Offer, query: RwSignal<String>) -> AnyView {
    let text = match offer.may {
        MayOffer::Propose => home::PROPOSE,
        MayOffer::AskOt => home::ASK_OT,
        MayOffer::Refer => {
            return view! {
                <li class="app-row">
                    <span>{offer.name}</span>
                    <span class="app-second">{home::REFER}</span>
                </li>
            }
            .into_any();
        }
    };
    let device = offer.device.clone();
    let may = offer.may;
    let propose = Callback::new(move |()| {
        let proposal = NewProposal { device: device.clone(), ..NewProposal::default() };
        let act = if may == MayOffer::Propose {
            Act::Propose { visit, proposal }
        } else {
            Act::AskToAssess { visit, proposal }
        };
        query.set(String::new());
        desk.send(person, Vec::new(), act);
    });
    view! {
        <li class="app-row">
            <span>{offer.name.clone()}</span>
            {offer.proposed.then(|| view! { <Tag tone=Tone::Main text=home::PROPOSED /> })}
            <Button text=text.to_owned() about=offer.name on_press=propose />
        </li>
    }
    .into_any()
}
