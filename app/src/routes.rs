//! Addresses: which screen is where. No address names a person; ids are opaque.
//!
//! In: the browser's address. Out: the frame with one screen in it, or the door before it.

use crate::part::{Part, live};
use doorstep_shared::ids::{PersonId, VisitId};
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::use_params_map;
use leptos_router::path;

use crate::dispatch::Desk;
use crate::features::{
    assessment, clashes, equipment, frame, notes, people, person, review, sign_in, sos, sync_status,
    this_device, today, visit,
};

/// A person's page.
pub(crate) fn person(person: PersonId) -> String {
    format!("/people/{person}")
}

/// A visit's task list.
pub(crate) fn visit(visit: VisitId) -> String {
    format!("/visits/{visit}")
}

/// One page of a visit.
pub(crate) fn visit_part(visit: VisitId, part: &str) -> String {
    format!("/visits/{visit}/{part}")
}

/// One room of a visit's home safety assessment.
pub(crate) fn room(visit: VisitId, room: &str) -> String {
    format!("/visits/{visit}/home/{room}")
}

/// A visit as the OT reviews it.
pub(crate) fn review(visit: VisitId) -> String {
    format!("/review/{visit}")
}

/// The whole page: the door, or the frame with a screen.
pub(crate) fn page(desk: Desk) -> impl IntoView {
    view! {
        <Router>
            {frame::frame(
                desk,
                move || {
                    sign_in::door(
                        desk,
                        move || {
                            view! {
                                <FlatRoutes fallback=|| frame::no_such_page()>
                                    <Route path=path!("/") view=move || today::screen(desk) />
                                    <Route path=path!("/people") view=move || people::screen(desk) />
                                    <Route path=path!("/people/:person") view=move || of_person(desk, person::screen) />
                                    <Route
                                        path=path!("/people/:person/plan")
                                        view=move || of_person(desk, person::plan)
                                    />
                                    <Route path=path!("/visits/:visit") view=move || of_visit(desk, visit::screen) />
                                    <Route
                                        path=path!("/visits/:visit/:part")
                                        view=move || of_visit(desk, part_of_visit)
                                    />
                                    <Route
                                        path=path!("/visits/:visit/home/:room")
                                        view=move || of_visit(desk, room_of_visit)
                                    />
                                    <Route path=path!("/review") view=move || review::queue(desk) />
                                    <Route path=path!("/review/:visit") view=move || of_visit(desk, review::screen) />
                                    <Route path=path!("/needs-you") view=move || clashes::screen(desk) />
                                    <Route path=path!("/sync-status") view=move || sync_status::screen(desk) />
                                    <Route path=path!("/device") view=move || this_device::screen(desk) />
                                    <Route path=path!("/sos") view=move || sos::screen(desk) />
                                </FlatRoutes>
                            }
                                .into_any()
                        },
                    )
                },
            )}
        </Router>
    }
}

fn of_person(desk: Desk, screen: fn(Desk, PersonId) -> AnyView) -> AnyView {
    let params = use_params_map();
    let person = Part::new(move || params.with(|params| params.get("person")?.parse().ok()));
    live(move || person.get().map_or_else(frame::no_such_page, |person| screen(desk, person)))
}

fn of_visit(desk: Desk, screen: fn(Desk, VisitId) -> AnyView) -> AnyView {
    let params = use_params_map();
    let visit = Part::new(move || params.with(|params| params.get("visit")?.parse().ok()));
    live(move || visit.get().map_or_else(frame::no_such_page, |visit| screen(desk, visit)))
}

fn part_of_visit(desk: Desk, visit: VisitId) -> AnyView {
    let params = use_params_map();
    let part = Part::new(move || params.with(|params| params.get("part")).unwrap_or_default());
    live(move || match part.get().as_str() {
        "here" => visit::here(desk, visit),
        "consent" => visit::consent(desk, visit),
        "notes" => notes::screen(desk, visit),
        "home" => assessment::profile(desk, visit),
        "measurements" => visit::measurements(desk, visit),
        "equipment" => equipment::screen(desk, visit),
        "actions" => visit::actions(desk, visit),
        "next" => visit::next_contact(desk, visit),
        "sign" => visit::sign(desk, visit),
        _ => frame::no_such_page(),
    })
}

fn room_of_visit(desk: Desk, visit: VisitId) -> AnyView {
    let params = use_params_map();
    let room = Part::new(move || params.with(|params| params.get("room")).unwrap_or_default());
    live(move || assessment::room(desk, visit, room.get()))
}
