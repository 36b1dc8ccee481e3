//! The countersignature: names the exact version that was read.

use std::sync::Arc;

use doorstep_shared::decide::Act;
use doorstep_shared::domain::review::CountersignOutcome;
use leptos::prelude::*;

use crate::dispatch::{Desk, part};
use crate::features::{answers, frame};
use crate::part::{Part, live};
use crate::projection::ReviewPage;
use crate::ui::{Button, ButtonKind, Card, Details, Input, Inset, SummaryList, SummaryRow};
use crate::wording::{frame as frame_words, review as words, visit};

/// The card.
pub(super) fn card(desk: Desk, page: Part<Arc<ReviewPage>>) -> AnyView {
    let signatures = part(page, |page: &ReviewPage| page.signatures.clone());
    let state = part(page, |page: &ReviewPage| {
        (
            page.countersign.undecided,
            page.countersign.signature.is_some(),
            page.countersign.done,
            page.may_decide,
        )
    });
    let detail = RwSignal::new(String::new());
    let send = Callback::new(move |outcome: CountersignOutcome| {
        let (person, visit, countersign) =
            page.with_untracked(|page| (page.banner.person, page.visit, page.countersign.clone()));
        if let Some(signature) = countersign.signature {
            let act = Act::Countersign {
                visit,
                signature,
                covers: countersign.covers,
                outcome,
                detail: detail.get_untracked(),
            };
            desk.send(person, countersign.read, act);
        }
    });
    let press = move |outcome: CountersignOutcome| Callback::new(move |()| send.run(outcome));
    view! {
        <Card title=words::COUNTERSIGN>
            {live(move || {
                let rows: Vec<SummaryRow> = signatures
                    .get()
                    .into_iter()
                    .map(|signature| {
                        let kind = if signature.countersign.is_some() { visit::COUNTERSIGNED } else { visit::SIGNED };
                        SummaryRow::new(
                            format!("{kind} {}", frame_words::when(signature.signed_at, frame::today())),
                            answers::signed_by(&signature),
                        )
                    })
                    .collect();
                view! { <SummaryList rows=rows /> }
            })}
            {live(move || {
                let (undecided, signed, done, may_decide) = state.get();
                if done {
                    view! { <p>{words::DONE}</p> }.into_any()
                } else if !may_decide {
                    view! { <p>{words::MAY_NOT}</p> }.into_any()
                } else if !signed {
                    view! { <Inset>{words::NOT_SIGNED_YET}</Inset> }.into_any()
                } else {
                    view! {
                        <p>{words::undecided(undecided)}</p>
                        <Input id="countersign-detail" label=words::DETAIL hint=words::DETAIL_HINT value=detail />
                        <div>
                            <Button
                                kind=ButtonKind::Main
                                text=words::COUNTERSIGN.to_owned()
                                on_press=press(CountersignOutcome::Agree)
                            />
                        </div>
                        <Details summary=words::OTHERWISE>
                            <div class="app-cluster">
                                <Button
                                    text=words::AGREE_WITH.to_owned()
                                    on_press=press(CountersignOutcome::AgreeWithAddendum)
                                />
                                <Button
                                    text=words::RETURN.to_owned()
                                    on_press=press(CountersignOutcome::Return)
                                />
                            </div>
                        </Details>
                    }
                        .into_any()
                }
            })}
        </Card>
    }
    .into_any()
}
