//! This device: what an administrator asks about on the telephone.

use std::sync::Arc;

use leptos::prelude::*;

use crate::dispatch::{Desk, Kept, when_here};
use crate::features::frame;
use crate::part::live;
use crate::projection::{ThisDevice, View};
use crate::ui::{Card, SummaryList, SummaryRow};
use crate::wording::{codes, count, frame as words};

/// The screen.
pub(crate) fn screen(desk: Desk) -> AnyView {
    let device = desk.watch::<ThisDevice>(View::ThisDevice);
    let kept = desk.kept();
    let build = desk.build();
    frame::column(
        words::THIS_DEVICE,
        view! {
            {when_here(device, frame::waiting, frame::not_known, move |device| {
                let build = build.clone();
                live(move || drawn(&device.get(), kept.get(), &build))
            })}
            {frame::new_version(desk)}
        }
        .into_any(),
    )
}

fn drawn(device: &Arc<ThisDevice>, kept: Option<Kept>, (build, opens_offline): &(String, bool)) -> AnyView {
    let today = frame::today();
    let yes_no = |yes: bool| if yes { words::YES } else { words::NOT_YET };
    let held = format!(
        "{}, {}, {}",
        count(device.documents as usize, "document", "documents"),
        count(device.changes as usize, "change", "changes"),
        words::to_send(device.unsent).unwrap_or_else(|| words::NOTHING_WAITS.to_owned()),
    );
    let mut rows = vec![
        SummaryRow::new(words::DEVICE_NAME, &*device.name),
        SummaryRow::new(words::DEVICE_WORKER, format!("{}, {}", device.worker, codes::role(device.role))),
        SummaryRow::new(words::DEVICE_TEAM, &*device.team),
        SummaryRow::new(words::DEVICE_ORGANISATION, &*device.organisation),
        SummaryRow::new(words::DEVICE_ENROLLED, words::when(device.enrolled_at, today)),
        SummaryRow::new(words::DEVICE_HELD, held),
    ];
    if let Some(kept) = kept {
        let storage = match (kept.used_bytes, kept.quota_bytes) {
            (Some(used), Some(quota)) => {
                format!("{} of {}", words::megabytes(used), words::megabytes(quota))
            }
            _ => words::NOT_SAID.to_owned(),
        };
        rows.push(SummaryRow::new(words::DEVICE_STORAGE, storage));
        let kept = match kept.persisted {
            Some(true) => words::KEPT_YES,
            Some(false) => words::KEPT_NO,
            None => words::KEPT_UNKNOWN,
        };
        rows.push(SummaryRow::new(words::DEVICE_KEPT, kept));
    }
    rows.push(SummaryRow::new(words::DEVICE_OFFLINE, yes_no(*opens_offline)));
    rows.push(SummaryRow::new(words::DEVICE_VERSION, format!("{} {build}", device.app_version)));
    rows.push(SummaryRow::new(words::DEVICE_ID, device.install.to_string()));
    view! {
        <Card>
            <SummaryList rows=rows />
        </Card>
    }
    .into_any()
}
