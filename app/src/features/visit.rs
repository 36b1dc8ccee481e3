//! One visit: its task list, and the pages behind the lines that are short.

mod actions;
mod consent;
mod here;
mod measurements;
mod next_contact;
mod sign;
mod tasks;

use std::sync::Arc;

use doorstep_shared::ids::VisitId;
use leptos::prelude::*;

use crate::dispatch::{Desk, part, when_here};
use crate::features::{answers, frame};
use crate::part::{Part, live};
use crate::projection::today::VisitState;
use crate::projection::{View, VisitPage};
use crate::routes;
use crate::ui::Inset;
use crate::wording::visit as words;

pub(crate) use actions::actions;
pub(crate) use consent::consent;
pub(crate) use here::here;
pub(crate) use measurements::measurements;
pub(crate) use next_contact::next_contact;
pub(crate) use sign::sign;
pub(crate) use tasks::screen;

/// One page of a visit: the banner, a way back to the task list, the heading, and `draw`.
pub(crate) fn page_of(
    desk: Desk,
    visit: VisitId,
    title: &'static str,
    draw: impl Fn(Part<Arc<VisitPage>>) -> AnyView + Send + 'static,
) -> AnyView {
    let shown = desk.watch::<VisitPage>(View::Visit(visit));
    when_here(shown, frame::waiting, frame::not_known, move |page| {
        let banner = part(page, |page: &VisitPage| page.banner.clone());
        let state = part(page, |page: &VisitPage| (page.state, page.may_write));
        view! {
            {live(move || answers::banner(&banner.get()))}
            <div class="app-column app-stack">
                {frame::back(routes::visit(visit), words::TASKS)}
                {frame::heading(title)}
                {live(move || shown_only(state.get()))}
                {draw(page)}
            </div>
        }
        .into_any()
    })
}

fn shown_only((state, may_write): (VisitState, bool)) -> Option<AnyView> {
    let text = match state {
        VisitState::Signed | VisitState::Countersigned => words::SHOWN_AS_SIGNED,
        VisitState::Planned => words::NOT_STARTED,
        VisitState::UnderWay | VisitState::Ended if !may_write => words::SHOWN_ONLY,
        VisitState::UnderWay | VisitState::Ended => return None,
    };
    Some(view! { <Inset main=true>{text}</Inset> }.into_any())
}

/// Whether this worker may still write in the visit.
pub(crate) fn may_write(page: &VisitPage) -> bool {
    page.may_write && matches!(page.state, VisitState::UnderWay | VisitState::Ended)
}
