//! Measurements: what the proposals need first, then anything else.

use doorstep_shared::decide::{Act, Measured};
use doorstep_shared::domain::entry::{How, Value};
use doorstep_shared::ids::{PersonId, VisitId};
use leptos::prelude::*;

use crate::dispatch::{Desk, part};
use crate::features::answers;
use crate::features::visit::{may_write, page_of};
use crate::part::{Part, live};
use crate::projection::VisitPage;
use crate::projection::home::Kind;
use crate::projection::person::Reading;
use crate::projection::visit::ReadingField;
use crate::ui::{Button, ButtonKind, Card, Details, Input, InputKind, Pick, Select, Tag, Tone};
use crate::wording::{home, visit as words};

/// The screen.
pub(crate) fn measurements(desk: Desk, visit: VisitId) -> AnyView {
    page_of(desk, visit, words::MEASUREMENTS, move |page| {
        let person = page.with_untracked(|page| page.banner.person);
        let open = page.with_untracked(|page| may_write(page));
        let readings = part(page, |page: &VisitPage| page.readings.clone());
        let fields = part(page, |page: &VisitPage| page.fields.clone());
        let needed = Part::new(move || {
            fields.with(|fields| {
                fields.iter().filter(|field| !field.needed_by.is_empty()).cloned().collect::<Vec<_>>()
            })
        });
        let others = Part::new(move || {
            fields.with(|fields| {
                fields.iter().filter(|field| field.needed_by.is_empty()).cloned().collect::<Vec<_>>()
            })
        });
        let draw = move |field: ReadingField| one(desk, person, visit, field, readings, open);
        view! {
            <h2>{words::NEEDED}</h2>
            {live(move || {
                needed.with(Vec::is_empty).then(|| view! { <p>{words::NOTHING_NEEDED}</p> })
            })}
            <For each=move || needed.get() key=|field| field.id.clone() children=draw />
            <Details summary=words::OTHER_READINGS>
                <div class="app-stack">
                    <For each=move || others.get() key=|field| field.id.clone() children=draw />
                </div>
            </Details>
        }
        .into_any()
    })
}

fn one(
    desk: Desk,
    person: PersonId,
    visit: VisitId,
    field: ReadingField,
    readings: Part<Vec<Reading>>,
    open: bool,
) -> AnyView {
    let id = field.id.clone();
    let taken = Part::new(move || {
        readings.with(|readings| {
            readings
                .iter()
                .filter(|reading| reading.field == id && !reading.answer.sides.is_empty())
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let entry = open.then(|| enter(desk, person, visit, &field, taken));
    view! {
        <Card>
            <h3>{words::reading(&field.id, "")}</h3>
            <p class="app-second">{field.how_to}</p>
            {live(move || {
                let taken = taken.get();
                if taken.is_empty() {
                    view! { <Tag tone=Tone::Care text=words::NOT_TAKEN /> }.into_any()
                } else {
                    taken.into_iter().map(|reading| drawn(&reading)).collect_view().into_any()
                }
            })}
            {entry}
        </Card>
    }
    .into_any()
}

fn drawn(reading: &Reading) -> AnyView {
    let value = format!("{} {}", answers::standing(&reading.answer), home::unit(&reading.unit));
    let line = if reading.place.is_empty() { value } else { format!("{}: {value}", reading.place) };
    let by = reading.answer.sides.last().map(answers::by_line);
    view! {
        <p>
            <strong>{line}</strong>
        </p>
        <p class="app-second">{by}</p>
    }
    .into_any()
}

fn enter(
    desk: Desk,
    person: PersonId,
    visit: VisitId,
    field: &ReadingField,
    taken: Part<Vec<Reading>>,
) -> AnyView {
    let place = RwSignal::new(String::new());
    let typed = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let record = {
        let field = field.id.clone();
        Callback::new(move |value: Value| {
            let where_to = place.get_untracked().trim().to_owned();
            let seen = taken.with_untracked(|taken| {
                taken
                    .iter()
                    .filter(|reading| reading.place == where_to)
                    .flat_map(|reading| reading.answer.seen().collect::<Vec<_>>())
                    .collect()
            });
            let measured = Measured {
                field: field.clone(),
                place: where_to,
                value,
                how: Some(How::Measured),
                observed_at: None,
            };
            desk.send(person, seen, Act::Measure { visit, measured });
        })
    };
    let place_field = view! {
        <Input id=format!("place-{}", field.id) label=words::PLACE hint=words::PLACE_HINT width=20 value=place />
    };
    match &field.kind {
        Kind::Number { unit, min, max, .. } => {
            let hint = home::range(*min, *max, home::unit(unit));
            let wrong = hint.clone();
            let (min, max) = (*min, *max);
            let save = Callback::new(move |()| {
                let number = typed.get_untracked().trim().replace(',', ".").parse::<f64>().ok();
                match number.filter(|number| (min..=max).contains(number)) {
                    Some(number) => {
                        error.set(None);
                        typed.set(String::new());
                        record.run(Value::Number(number));
                    }
                    None => error.set(Some(wrong.clone())),
                }
            });
            view! {
                {place_field}
                <Input
                    id=format!("value-{}", field.id)
                    label=words::READING
                    hint=hint
                    kind=InputKind::Decimal
                    width=5
                    unit=home::unit(unit).to_owned()
                    value=typed
                    error=error
                />
                <div>
                    <Button kind=ButtonKind::Second text=home::ENTER.to_owned() about=words::reading(&field.id, "") on_press=save />
                </div>
            }
            .into_any()
        }
        Kind::Text => {
            let save = Callback::new(move |()| {
                let text = typed.get_untracked().trim().to_owned();
                if !text.is_empty() {
                    typed.set(String::new());
                    record.run(Value::Text(text));
                }
            });
            view! {
                {place_field}
                <Input id=format!("value-{}", field.id) label=words::READING value=typed />
                <div>
                    <Button text=home::ENTER.to_owned() about=words::reading(&field.id, "") on_press=save />
                </div>
            }
            .into_any()
        }
        Kind::Choice { options } => {
            let mut choices = vec![Pick::new("", words::CHOOSE)];
            choices.extend(
                options.iter().map(|option| Pick::new(option.id.clone(), home::option(&option.id, false))),
            );
            let save = Callback::new(move |()| {
                let value = typed.get_untracked();
                if !value.is_empty() {
                    record.run(Value::Text(value));
                }
            });
            view! {
                {place_field}
                <Select id=format!("value-{}", field.id) label=words::READING choices=choices value=typed />
                <div>
                    <Button text=home::ENTER.to_owned() about=words::reading(&field.id, "") on_press=save />
                </div>
            }
            .into_any()
        }
    }
}
