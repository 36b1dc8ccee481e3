//! Needs you: two answers to one question, and changes nobody took.

use doorstep_shared::decide::Holder;
use leptos::prelude::*;

use crate::dispatch::{Desk, part, when_here};
use crate::features::answers::{self, Disputed};
use crate::features::frame;
use crate::part::live;
use crate::projection::needs_you::{Clash, RefusedChange};
use crate::projection::{NeedsYou, View};
use crate::routes;
use crate::ui::{Card, CardTone, Details};
use crate::wording::{codes, facts as words, frame as frame_words};

/// The screen.
pub(crate) fn screen(desk: Desk) -> AnyView {
    let shown = desk.watch::<NeedsYou>(View::NeedsYou);
    frame::column(
        frame_words::NEEDS_YOU,
        when_here(shown, frame::waiting, frame::not_known, move |needs| {
            let clashes = part(needs, |needs: &NeedsYou| needs.clashes.clone());
            let refused = part(needs, |needs: &NeedsYou| needs.refused.clone());
            let nothing = move || clashes.with(Vec::is_empty) && refused.with(Vec::is_empty);
            view! {
                {live(move || nothing().then(|| view! { <p>{words::NOTHING_NEEDS_YOU}</p> }))}
                {live(move || {
                    let clashes = clashes.get();
                    (!clashes.is_empty())
                        .then(|| {
                            view! {
                                <h2>{words::CLASHES}</h2>
                                {clashes.into_iter().map(|clash| one_clash(desk, clash)).collect_view()}
                            }
                        })
                })}
                {live(move || {
                    let refused = refused.get();
                    (!refused.is_empty())
                        .then(|| {
                            view! {
                                <h2>{words::REFUSED}</h2>
                                {refused.into_iter().map(one_refused).collect_view()}
                            }
                        })
                })}
            }
            .into_any()
        }),
    )
}

fn one_clash(desk: Desk, clash: Clash) -> AnyView {
    let href = clash.visit.map_or_else(|| routes::person(clash.person), routes::visit);
    let question =
        if clash.question.is_empty() { words::question(&clash.answer.about) } else { clash.question };
    view! {
        <p>
            <a href=href>{clash.name}</a>
        </p>
        {answers::clash(
            desk,
            Disputed {
                person: clash.person,
                to: clash.visit.map_or(Holder::Person, Holder::Visit),
                question,
                answer: clash.answer,
                may_resolve: clash.may_resolve,
                read: codes::value,
            },
        )}
    }
    .into_any()
}

fn one_refused(refused: RefusedChange) -> AnyView {
    let said = refused
        .said
        .iter()
        .map(|answer| format!("{}: {}", words::question(&answer.about), answers::standing(answer)))
        .chain(refused.typed.iter().cloned())
        .map(|line| view! { <li>{line}</li> })
        .collect_view();
    let title = if refused.name.is_empty() { frame_words::TEAM_RECORDS.to_owned() } else { refused.name };
    view! {
        <Card tone=CardTone::Problem title=title>
            <p>{words::quarantined(&refused.why)}</p>
            <p>{words::KEPT_HERE}</p>
            <Details summary=words::WHAT_IT_SAID>
                <ul class="app-list">{said}</ul>
            </Details>
            <p class="app-second">{frame_words::when(refused.at, frame::today())}</p>
        </Card>
    }
    .into_any()
}
