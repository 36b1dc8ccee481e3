//! What an answer comes to: severity, what it means, who was told, what can help, what sharpens it.

use doorstep_shared::decide::{Act, NewProposal};
use doorstep_shared::domain::entry::{EntryRef, Value};
use leptos::prelude::*;

use super::item::Asking;
use super::same_day;
use crate::features::frame;
use crate::part::{Part, live};
use crate::projection::home::{Flag, MayOffer, Offer, Outcome};
use crate::ui::{Button, Card, CardTone, ChoiceButton, ChoiceRow, ChoiceTone, Tag, Tone, WarningCallout};
use crate::wording::{frame as frame_words, home as words};

/// What `outcome` means for the item, drawn under its answers.
pub(super) fn consequence(asking: Asking, outcome: Outcome, open: bool) -> AnyView {
    let Some(item) = asking.item.get_untracked() else { return ().into_any() };
    match outcome {
        Outcome::NotApplicableByProfile { confirmed } => by_profile(confirmed),
        Outcome::Hazard { severity, same_day } => {
            let tone = if same_day { Tone::Problem } else { Tone::Care };
            let told =
                Part::new(move || asking.item.with(|item| item.as_ref().and_then(|item| item.told.clone())));
            let devices = Part::new(move || {
                asking.item.with(|item| item.as_ref().map(|item| item.devices.clone()).unwrap_or_default())
            });
            let flags = Part::new(move || {
                asking.item.with(|item| item.as_ref().map(|item| item.flags.clone()).unwrap_or_default())
            });
            let fixed =
                asking.item.with_untracked(|item| item.as_ref().is_some_and(|item| item.fixed.is_some()));
            view! {
                {item.emergency.then(emergency)}
                <Card tone=if same_day { CardTone::Problem } else { CardTone::Care }>
                    <div class="app-cluster">
                        <Tag tone=tone text=words::severity(severity, same_day) />
                        {fixed.then(|| view! { <Tag tone=Tone::Done text=words::FIXED /> })}
                    </div>
                    <p>{item.means.clone()} ". " {item.action.clone()} "."</p>
                    {live(move || flags.get().into_iter().map(|flag| one_flag(asking, flag, open)).collect_view())}
                    {live(move || offers(asking, devices.get(), open))}
                    {live(move || {
                        told.get()
                            .map(|told| view! { <p>{words::told(&told, frame::today())}</p> })
                    })}
                    {live(move || {
                        (same_day && open && told.with(Option::is_none)).then(|| same_day::record(asking))
                    })}
                </Card>
            }
            .into_any()
        }
        Outcome::Unanswered
        | Outcome::NotSeen
        | Outcome::Declined
        | Outcome::NotApplicable
        | Outcome::NoHazard => ().into_any(),
    }
}

fn by_profile(confirmed: bool) -> AnyView {
    let text = if confirmed { words::BY_PROFILE } else { words::BY_PROFILE_CONFIRM };
    view! { <p class="app-second">{text}</p> }.into_any()
}

fn emergency() -> AnyView {
    view! {
        <WarningCallout problem=true title=words::EMERGENCY_TITLE>
            <p>{words::EMERGENCY}</p>
            <p>
                <a href="/sos">{words::OPEN_SOS}</a>
            </p>
        </WarningCallout>
    }
    .into_any()
}

fn offers(asking: Asking, devices: Vec<Offer>, open: bool) -> Option<AnyView> {
    if devices.is_empty() {
        return None;
    }
    let rows = devices
        .into_iter()
        .map(|offer| {
            let name = offer.name.clone();
            let action = if offer.proposed {
                view! { <Tag tone=Tone::Done text=words::PROPOSED /> }.into_any()
            } else if !open {
                ().into_any()
            } else {
                offer_button(asking, offer)
            };
            view! { <li class="app-row"><span>{name}</span> {action}</li> }
        })
        .collect_view();
    Some(
        view! {
            <div>
                <p>
                    <strong>{words::CAN_HELP}</strong>
                </p>
                <ul class="app-list">{rows}</ul>
            </div>
        }
        .into_any(),
    )
}

fn offer_button(asking: Asking, offer: Offer) -> AnyView {
    let text = match offer.may {
        MayOffer::Propose => words::PROPOSE,
        MayOffer::AskOt => words::ASK_OT,
        MayOffer::Refer => return view! { <span class="app-second">{words::REFER}</span> }.into_any(),
    };
    let may = offer.may;
    let device = offer.device.clone();
    let propose = Callback::new(move |()| {
        let item = asking.item.get_untracked();
        let proposal = NewProposal {
            device: device.clone(),
            why: item.as_ref().map(|item| item.means.clone()).unwrap_or_default(),
            hazards: item.into_iter().map(|item| item.id).collect(),
            ..NewProposal::default()
        };
        let visit = asking.visit;
        let act = if may == MayOffer::Propose {
            Act::Propose { visit, proposal }
        } else {
            Act::AskToAssess { visit, proposal }
        };
        asking.desk.send(asking.person, asking.seen(), act);
    });
    view! { <Button text=text.to_owned() about=offer.name on_press=propose /> }.into_any()
}

fn one_flag(asking: Asking, flag: Flag, open: bool) -> AnyView {
    let chosen =
        flag.answer.value().and_then(Value::as_flag).map(|yes| if yes { "yes" } else { "no" }.to_owned());
    let unanswered = chosen.is_none();
    let seen: Vec<EntryRef> = flag.answer.seen().collect();
    let id = flag.id.clone();
    let choose = Callback::new(move |value: String| {
        let act = Act::SetFlag { visit: asking.visit, flag: id.clone(), is: value == "yes" };
        asking.desk.send(asking.person, seen.clone(), act);
    });
    let options = [("yes", frame_words::YES), ("no", frame_words::NO)]
        .into_iter()
        .map(|(value, label)| ChoiceButton {
            value: value.to_owned(),
            label: label.to_owned(),
            tone: ChoiceTone::Plain,
        })
        .collect();
    view! {
        <ChoiceRow
            id=format!("flag-{}", flag.id)
            legend=flag.question
            options=options
            chosen=Signal::derive(move || chosen.clone())
            on_choose=choose
            locked=!open
        />
        {unanswered.then(|| view! { <p class="app-second">{words::FLAG_UNANSWERED}</p> })}
    }
    .into_any()
}
