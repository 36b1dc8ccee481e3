//! Components without domain words: buttons, fields, lists, frames.
//!
//! In: plain values, signals and callbacks. Out: views in nhsuk-frontend's classes and our own `app-` blocks.
//! Never reads a projection, never sends a command, never decides. Each has its styles in `style/components/_NAME.scss`.
//! Source: screens design, "Look"; NHS design system.

#![expect(unreachable_pub, reason = "the component macro writes each component's properties as `pub`")]

mod banner_frame;
mod button;
mod card;
mod checkboxes;
mod choice_row;
mod details;
mod error_summary;
mod header_bar;
mod heading;
mod input;
mod inset;
mod radios;
mod select;
mod skip_link;
mod state_mark;
mod strip;
mod summary_list;
mod tabs_bar;
mod tag;
mod task_list;
mod textarea;
mod warning_callout;

pub(crate) use banner_frame::BannerFrame;
pub(crate) use button::{Button, ButtonKind, LinkButton};
pub(crate) use card::{Card, CardTone};
pub(crate) use checkboxes::Checkboxes;
pub(crate) use choice_row::{ChoiceButton, ChoiceRow, ChoiceTone};
pub(crate) use details::Details;
pub(crate) use error_summary::{ErrorLink, ErrorSummary};
pub(crate) use header_bar::{HeaderBar, HeaderLink};
pub(crate) use heading::Heading;
pub(crate) use input::{Input, InputKind};
pub(crate) use inset::Inset;
pub(crate) use radios::{Pick, Radios};
pub(crate) use select::Select;
pub(crate) use skip_link::SkipLink;
pub(crate) use state_mark::{Shape, StateMark};
pub(crate) use strip::{Stop, Strip};
pub(crate) use summary_list::{SummaryList, SummaryRow};
pub(crate) use tabs_bar::{Tab, TabsBar};
pub(crate) use tag::{Tag, Tone};
pub(crate) use task_list::{TaskList, TaskRow};
pub(crate) use textarea::TextArea;
pub(crate) use warning_callout::WarningCallout;

/// The id of the page's own part.
pub(crate) const MAIN: &str = crate::platform::dom::MAIN;

/// Moves the focus to the element with this id.
pub(crate) fn focus(id: &str) {
    crate::platform::dom::focus(id);
}

/// As [`focus`], once the page is drawn.
pub(crate) fn focus_soon(id: &str) {
    crate::platform::dom::focus_soon(id);
}

/// Moves the focus to the page's heading and shows the page from its head.
pub(crate) fn focus_heading() {
    crate::platform::dom::focus_heading();
}
