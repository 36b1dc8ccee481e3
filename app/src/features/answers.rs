//! What every screen about a person draws alike: the banner, alerts, who wrote something, two answers side by side.

use doorstep_shared::decide::{Act, Holder, Resolution};
use doorstep_shared::domain::entry::{EntryRef, Value};
use doorstep_shared::ids::PersonId;
use leptos::prelude::*;

use crate::dispatch::Desk;
use crate::features::frame;
use crate::projection::person::Alert;
use crate::projection::visit::Signature;
use crate::projection::{Answer, Banner, Mark, Side, Stands};
use crate::ui::{BannerFrame, Button, Card, CardTone, Details, Input, Tag, Tone};
use crate::wording::{codes, facts, frame as frame_words, people};

/// The person's banner. `in_house`: aggression and the like are behind a tap.
pub(crate) fn banner(banner: &Banner) -> AnyView {
    let facts = vec![
        (people::BORN.to_owned(), people::born(banner.born, banner.age)),
        (
            people::NHS_NUMBER.to_owned(),
            banner.nhs_number.clone().unwrap_or_else(|| people::NO_NHS_NUMBER.to_owned()),
        ),
    ];
    let (quiet, open): (Vec<Alert>, Vec<Alert>) =
        banner.alerts.iter().cloned().partition(|alert| codes::alert_is_quiet(&alert.id));
    let clash = banner.identity_clash.then(|| view! { <p>{people::IDENTITY_CLASH}</p> });
    view! {
        <BannerFrame label=people::BANNER.to_owned() name=banner.name.clone() facts=facts>
            {clash}
            {(!open.is_empty())
                .then(|| {
                    view! {
                        <ul class="app-list app-cluster" aria-label=people::ALERTS>
                            {open.iter().map(|alert| view! { <li>{alert_tag(alert)}</li> }).collect_view()}
                        </ul>
                    }
                })}
            {(!quiet.is_empty())
                .then(|| {
                    let rows = quiet.iter().map(|alert| view! { <li>{alert_words(alert)}</li> }).collect_view();
                    view! {
                        <Details summary=people::MORE_ALERTS>
                            <ul class="app-list">{rows}</ul>
                        </Details>
                    }
                })}
        </BannerFrame>
    }
    .into_any()
}

/// An alert in words, with what was typed to it.
pub(crate) fn alert_words(alert: &Alert) -> String {
    let words = codes::option(codes::alert(&alert.id));
    match (words.is_empty(), alert.text.is_empty()) {
        (false, false) => format!("{words}: {}", alert.text),
        (false, true) => words,
        (true, _) => alert.text.clone(),
    }
}

fn alert_tag(alert: &Alert) -> AnyView {
    view! { <Tag tone=Tone::Care text=format!("\u{2691} {}", alert_words(alert)) /> }.into_any()
}

/// The alerts that may be seen over a shoulder, as tags.
pub(crate) fn alert_tags(alerts: &[Alert]) -> AnyView {
    alerts.iter().filter(|alert| !codes::alert_is_quiet(&alert.id)).map(alert_tag).collect_view().into_any()
}

/// Where a change is, in the words of sync.
pub(crate) const fn mark(mark: Mark) -> &'static str {
    match mark {
        Mark::NeedsYou => frame_words::NEEDS_YOU,
        Mark::Saved => "Saved on this device",
        Mark::Sending => "Sending\u{2026}",
        Mark::Stored => "Stored",
    }
}

/// `Stored 09:52 · Marcus Dell, outreach worker, tablet 3, seen`.
pub(crate) fn by_line(side: &Side) -> String {
    let mut line = format!("{} {}", mark(side.mark), frame_words::when(side.observed_at, frame::today()));
    line.push_str(" \u{b7} ");
    line.push_str(&who(side));
    line
}

fn who(side: &Side) -> String {
    let name = if side.by.name.is_empty() { facts::SOMEBODY } else { &side.by.name };
    let mut parts = vec![name.to_owned(), codes::role(side.by.role).to_owned()];
    parts.push(facts::device(side.by.this_device, &side.by.device));
    if let Some(how) = side.how {
        parts.push(codes::how(how).to_lowercase());
    }
    parts.join(", ")
}

/// Who signed, as what, and what a countersignature says.
pub(crate) fn signed_by(signature: &Signature) -> String {
    let name = if signature.name.is_empty() { &signature.by.name } else { &signature.name };
    let mut line = format!("{name}, {} ({})", codes::role(signature.by.role), mark(signature.mark));
    if let Some((outcome, detail)) = &signature.countersign {
        line.push_str(": ");
        line.push_str(codes::countersign(*outcome));
        if !detail.is_empty() {
            line.push_str(", ");
            line.push_str(detail);
        }
    }
    line
}

/// What stands, in words; nothing recorded reads as such.
pub(crate) fn standing(answer: &Answer) -> String {
    if matches!(answer.stands, Stands::SideBySide { .. }) {
        let sides: Vec<String> = answer.sides.iter().map(|side| codes::value(&side.value)).collect();
        return sides.join(" / ");
    }
    match answer.value() {
        Some(value) if answer.is_clash() => {
            format!("{} ({})", codes::value(value), facts::TWO_ANSWERS_SHORT)
        }
        Some(value) => codes::value(value),
        None if answer.is_clash() => facts::NOTHING_STANDS.to_owned(),
        None => facts::NOT_RECORDED.to_owned(),
    }
}

/// Two answers to one question.
#[derive(Clone)]
pub(crate) struct Disputed {
    /// Whose record.
    pub(crate) person: PersonId,
    /// Where it stands.
    pub(crate) to: Holder,
    /// The question's words.
    pub(crate) question: String,
    /// Both sides.
    pub(crate) answer: Answer,
    /// This worker may settle it.
    pub(crate) may_resolve: bool,
    /// How a value reads.
    pub(crate) read: fn(&Value) -> String,
}

/// Both sides of a clash, what counts until somebody decides, and the ways to settle it.
pub(crate) fn clash(desk: Desk, disputed: Disputed) -> AnyView {
    let Disputed { person, to, question, answer, may_resolve, read } = disputed;
    let seen: Vec<EntryRef> = answer.seen().collect();
    let about = answer.about.clone();
    let reason = RwSignal::new(String::new());
    let reason_id = format!("reason-{}", about.replace('/', "-"));
    let meanwhile = match answer.value() {
        Some(value) => facts::meanwhile(&read(value)),
        None => facts::MEANWHILE_NOTHING.to_owned(),
    };
    let sides = answer
        .sides
        .iter()
        .map(|side| {
            view! {
                <li class="app-clash__side">
                    <strong>{read(&side.value)}</strong>
                    <p class="app-second">{by_line(side)}</p>
                    {side.reason.clone().map(|reason| view! { <p>{reason}</p> })}
                </li>
            }
        })
        .collect_view();
    let keeps = answer
        .sides
        .iter()
        .map(|side| {
            let at = side.at;
            let about = about.clone();
            let seen = seen.clone();
            let keep = Callback::new(move |()| {
                desk.send(
                    person,
                    seen.clone(),
                    Act::ResolveClash {
                        to,
                        about: about.clone(),
                        resolution: Resolution::Keep(at),
                        reason: reason.get_untracked(),
                    },
                );
            });
            let text = facts::keep(&read(&side.value));
            view! { <Button text=text about=who(side) on_press=keep /> }
        })
        .collect_view();
    let ways = if may_resolve {
        view! {
            <Input id=reason_id label=facts::REASON value=reason />
            <div class="app-cluster">{keeps}</div>
        }
        .into_any()
    } else {
        view! { <p>{facts::SOMEBODY_ELSE_SETTLES}</p> }.into_any()
    };
    view! {
        <Card tone=CardTone::Problem>
            <h3>{question}</h3>
            <p>
                <Tag tone=Tone::Problem text=people::TWO_ANSWERS />
            </p>
            <ul class="app-list app-clash">{sides}</ul>
            <p>{meanwhile}</p>
            {ways}
            <p class="app-second">{facts::BOTH_STAY}</p>
        </Card>
    }
    .into_any()
}
