//! The frame, signing in, sync, this device, SOS.

use doorstep_shared::time::{Date, Timestamp};

use crate::bridge::SignInRefusal;
use crate::projection::sync_status::{Link, SyncState};

#[expect(missing_docs, reason = "the text says what it is")]
mod text {
    pub const PRODUCT: &str = "Doorstep";
    pub const SKIP: &str = "Skip to the page";
    pub const DEMONSTRATION: &str = "Demonstration. All people and records here are made up.";
    pub const TABS: &str = "Main pages";
    pub const SOS: &str = "SOS";
    pub const TODAY: &str = "Today";
    pub const PEOPLE: &str = "People";
    pub const REVIEW: &str = "Review";
    pub const NEEDS_YOU: &str = "Needs you";
    pub const THIS_DEVICE: &str = "This device";
    pub const SYNC: &str = "Sync status";
    pub const OPENING: &str = "Opening the records on this device\u{2026}";
    pub const BACK: &str = "Back";
    pub const CANCEL: &str = "Cancel";
    pub const CLOSE: &str = "Close";
    pub const ERROR_TITLE: &str = "There is a problem";
    pub const NOTICE: &str = "Not done";
    pub const NOT_KNOWN_TITLE: &str = "Not known here";
    pub const NOT_KNOWN: &str = "No record of this is on this device. It may not have been downloaded yet, or you may not read it. Nothing follows from its absence.";
    pub const NOT_FOUND_TITLE: &str = "No such page";
    pub const NOT_FOUND: &str = "The address is not one of Doorstep's. Go to Today.";
    pub const LIST_SHORT: &str =
        "The first download from the server is not complete. This list may be short.";

    pub const SIGN_IN: &str = "Sign in";
    pub const ACCOUNT: &str = "Account name";
    pub const PASSWORD: &str = "Password";
    pub const SIGN_IN_HELP: &str = "You need a connection to sign in for the first time on this device. After that, your records open without one.";
    pub const SIGNING_IN: &str = "Signing in\u{2026}";
    pub const ENTER_ACCOUNT: &str = "Enter your account name";
    pub const ENTER_PASSWORD: &str = "Enter your password";

    pub const ELSEWHERE_TITLE: &str = "Already open in another window";
    pub const ELSEWHERE: &str = "Doorstep works in one window at a time on a device. What was saved in the other window is safe. If you go on here, the other window stops.";
    pub const USE_HERE: &str = "Use here";

    pub const TRY_NOW: &str = "Try now";
    pub const SIGN_IN_TO_SEND: &str = "Sign in to send";
    pub const NOTHING_WAITS: &str = "Nothing waits to be sent.";
    pub const WAITING: &str = "Waiting to be sent";
    pub const SAME_DAY_UNSENT: &str =
        "A same-day hazard is among these. The office cannot see it. Ring the duty OT.";
    pub const SERVER_FORGOT: &str = "The server had lost something since this device last met it, and is being given it again. Nothing is lost.";
    pub const TEAM_RECORDS: &str = "Team records";

    pub const NEW_VERSION: &str = "New version ready";
    pub const NEW_VERSION_HELP: &str =
        "Everything is saved. Starting the new version takes a moment and loses nothing.";
    pub const NEW_VERSION_WAITS: &str =
        "A new version is ready. It is offered when nothing is being written.";
    pub const START_NEW_VERSION: &str = "Start the new version";
    pub const UP_TO_DATE: &str = "This is the newest version this device knows of.";

    pub const DEVICE_NAME: &str = "Name";
    pub const DEVICE_WORKER: &str = "Signed in";
    pub const DEVICE_TEAM: &str = "Team";
    pub const DEVICE_ORGANISATION: &str = "Organisation";
    pub const DEVICE_ENROLLED: &str = "Enrolled";
    pub const DEVICE_HELD: &str = "Held here";
    pub const DEVICE_STORAGE: &str = "Storage used";
    pub const DEVICE_KEPT: &str = "Kept by the browser";
    pub const DEVICE_OFFLINE: &str = "Opens without a connection";
    pub const DEVICE_VERSION: &str = "Version";
    pub const DEVICE_ID: &str = "Device id";
    pub const KEPT_YES: &str = "Yes: the browser promised not to remove the records by itself.";
    pub const KEPT_NO: &str = "Not promised. The browser may remove records when space is short. Keep this device in sync, and install Doorstep on the home screen.";
    pub const KEPT_UNKNOWN: &str = "The browser does not say.";
    pub const YES: &str = "Yes";
    pub const NO: &str = "No";
    pub const NOT_YET: &str = "Not yet: open Doorstep once more while connected.";
    pub const NOT_SAID: &str = "Not said by the browser";

    pub const SOS_LEAD: &str = "If somebody is in danger, ring now. This page works without a connection.";
    pub const SOS_999: &str = "Ring 999";
    pub const SOS_999_FOR: &str = "Ambulance, fire or police";
    pub const SOS_GAS: &str = "Ring 0800 111 999";
    pub const SOS_GAS_FOR: &str = "Smell of gas, or a carbon monoxide alarm. Open windows, turn the gas off at the meter, leave, use no switches or flames.";
    pub const SOS_WHERE: &str = "Read this address aloud";
    pub const SOS_NO_WHERE: &str = "No visit is under way on this device. Say where you are: the street, the number, and the nearest crossing.";
    pub const SOS_OFFICE: &str = "Then ring your duty OT, by the number your team gave you.";
}

pub use text::*;

/// The words of sync, and only these.
pub const WRITING: &str = "Writing\u{2026}";

/// The word for a state.
pub const fn sync_word(state: SyncState) -> &'static str {
    match state {
        SyncState::NeedsYou => NEEDS_YOU,
        SyncState::Saved => "Saved on this device",
        SyncState::Sending => "Sending\u{2026}",
        SyncState::Stored => "Stored",
    }
}

/// `3 to send`, or nothing.
pub fn to_send(unsent: u32) -> Option<String> {
    (unsent > 0).then(|| format!("{unsent} to send"))
}

/// When the server last answered, in a sentence.
pub fn confirmed(at: Option<Timestamp>, today: Date) -> String {
    match at {
        None => "The server has not answered since this device was set up.".to_owned(),
        Some(at) => format!("The server last confirmed at {}.", when(at, today)),
    }
}

/// How the server is reached now, in a sentence.
pub const fn link(link: Link) -> &'static str {
    match link {
        Link::Offline => {
            "No connection. Go on working: everything is saved on this device and sent by itself later."
        }
        Link::Trying => "Trying the server.",
        Link::Live => "Connected.",
        Link::SignInNeeded => {
            "The server asks you to sign in again before it takes more. Go on working: everything is saved on this device."
        }
        Link::Refused => {
            "The server does not take this device any more. What is saved stays here. Ring your administrator."
        }
        Link::TooOld => {
            "The server is newer than this app. What is saved stays here. Start the new version on the page This device."
        }
    }
}

/// `09:52`, or `14-Mar-2026 09:52` on another day.
pub fn when(at: Timestamp, today: Date) -> String {
    let date = at.london_date();
    if date == today { at.clock_text() } else { format!("{} {}", date.short(), at.clock_text()) }
}

/// `Sunday 23 November`.
pub fn long_date(date: Date) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = MONTHS.get(usize::from(date.month()).saturating_sub(1)).copied().unwrap_or_default();
    format!("{} {} {month}", date.weekday(), date.day())
}

/// Why signing in did not work.
pub fn sign_in_refused(refusal: &SignInRefusal) -> String {
    match refusal {
        SignInRefusal::Wrong => "Account name and password do not go together. Check both and try again.".to_owned(),
        SignInRefusal::Wait { seconds } => {
            format!("Too many tries. Wait {} and try again.", super::count(*seconds as usize, "second", "seconds"))
        }
        SignInRefusal::Offline => {
            "The server did not answer. Nothing was changed. Check the connection and try again.".to_owned()
        }
        SignInRefusal::NotAllowed => {
            "This account may not use this device. Ask your administrator. (not allowed)".to_owned()
        }
        SignInRefusal::OtherWorker => {
            "Another worker's records are on this device. They are safe. Ask that worker to sign in, or use another device.".to_owned()
        }
        SignInRefusal::NotUnderstood => {
            "The server answered something this version does not understand. Nothing was changed. Ask your administrator. (not understood)".to_owned()
        }
    }
}

/// `12.3 MB`.
pub fn megabytes(bytes: f64) -> String {
    format!("{:.1} MB", bytes / 1_000_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_another_day_says_its_day() {
        let at = Timestamp::from_ms(1_790_000_000_000);
        assert_eq!(when(at, at.london_date()), at.clock_text());
        assert!(when(at, at.london_date().plus_days(1)).starts_with(&at.london_date().short()));
    }

    #[test]
    fn a_day_is_written_out_for_the_head_of_a_page() {
        assert_eq!(Date::parse_iso("2025-11-23").map(long_date).as_deref(), Some("Sunday 23 November"));
    }
}
