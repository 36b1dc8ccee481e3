//! Faults: what failed, what is safe, what to do.

use crate::bridge::Fault;

/// The heading of a fault's screen.
pub const fn title(fault: &Fault) -> &'static str {
    match fault {
        Fault::Full => "This device is full",
        Fault::Lost => "The records went away for a moment",
        Fault::Corrupt => "Some records cannot be read",
        Fault::NewerStore { .. } => "These records were written by a newer version",
        Fault::Busy => "The records are in use",
        Fault::NotAsRecorded => "A record is not as it was left",
        Fault::TooLarge => "That was too much for one record",
        Fault::SignedOut => "Nobody is signed in",
        Fault::Device => "The device did not answer",
        Fault::Bridge => "A part of the app did not answer",
    }
}

/// What happened, what is safe, what to do.
pub const fn sentence(fault: &Fault) -> &'static str {
    match fault {
        Fault::Full => {
            "Everything shown as saved is saved. The last thing was not. Free some space on the device, then do it again. (full)"
        }
        Fault::Lost => {
            "Everything shown as saved is saved. Open the app again. If it happens twice, start the device again. (lost)"
        }
        Fault::Corrupt => {
            "What the server has is safe. Do not sign out or remove the app: ring your administrator first. (corrupt)"
        }
        Fault::NewerStore { .. } => {
            "Nothing is lost, and what waits is still sent. Start the new version on the page This device. (newer)"
        }
        Fault::Busy => {
            "Everything shown as saved is saved. Close other windows of Doorstep and open it again. (busy)"
        }
        Fault::NotAsRecorded => {
            "Nothing is written to it any more. Other records are not affected. Ring your administrator. (not as recorded)"
        }
        Fault::TooLarge => {
            "Nothing of it was saved; what was there before is safe. Make it shorter, or add a new note. (too large)"
        }
        Fault::SignedOut => "Nothing of it was saved. Sign in and do it again. (signed out)",
        Fault::Device => "Nothing of it was saved. Start the device again and do it once more. (device)",
        Fault::Bridge => "Everything shown as saved is saved. Open the app again. (bridge)",
    }
}
