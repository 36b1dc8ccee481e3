//! What is recorded about a person apart from any visit: identity, contact, consent.
//!
//! In: standing entries of `person` documents. Out: typed names and choices.
//! Never decides which answer stands, never words anything.
//! Source: product design, "Documents"; clinical guide, section 4.

use serde::{Deserialize, Serialize};

use crate::domain::coded::coded;
use crate::domain::entry::Value;

coded! {
    /// The five consents, each recorded apart and for one visit.
    ConsentKind {
        /// To be assessed.
        Assess => "assess",
        /// To be treated.
        Treat => "treat",
        /// To share with one recipient, named in the value.
        Share => "share",
        /// To be photographed.
        Photos => "photos",
        /// To be contacted.
        Contact => "contact",
    }
}

coded! {
    /// What a person said about one consent.
    ConsentState {
        /// Given, whole.
        Given => "given",
        /// Given in part, as the reason says.
        Partly => "partly",
        /// Cannot consent: a best-interests record says what was decided.
        NotAble => "not_able",
        /// Taken back.
        Withdrawn => "withdrawn",
        /// Refused.
        Refused => "refused",
    }
}

coded! {
    /// Why a person has no NHS number here.
    NoNumber {
        /// Not known.
        NotKnown => "not_known",
        /// Not registered.
        NotRegistered => "not_registered",
        /// Withheld.
        Withheld => "withheld",
        /// Does not live in the country.
        NotResident => "not_resident",
        /// A trace was asked for.
        AwaitingTrace => "awaiting_trace",
    }
}

coded! {
    /// Warnings that stand as soon as anybody gave one.
    Alert {
        /// Two staff are needed.
        TwoStaff => "two_staff",
        /// A dog.
        Dog => "dog",
        /// Aggression towards staff.
        Aggression => "aggression",
        /// Infection.
        Infection => "infection",
        /// The address must not be told.
        HiddenAddress => "hidden_address",
        /// Ring before coming.
        RingFirst => "ring_first",
        /// No visits at home.
        NoHomeVisits => "no_home_visits",
    }
}

coded! {
    /// How soon a referral asks for a first contact.
    Priority {
        /// Within two hours.
        Crisis => "crisis",
        /// Within two days.
        Urgent => "urgent",
        /// Within two weeks.
        Soon => "soon",
        /// In turn.
        Routine => "routine",
    }
}

/// A person's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonName {
    /// As the person uses it: `Mrs`, `Dr`; empty when unknown.
    pub title: String,
    /// Given names.
    pub given: String,
    /// Family name.
    pub family: String,
}

impl PersonName {
    /// The stored value.
    pub fn to_value(&self) -> Value {
        Value::map([
            ("title", Value::text(&*self.title)),
            ("given", Value::text(&*self.given)),
            ("family", Value::text(&*self.family)),
        ])
    }

    /// Reads the stored value; absent parts are empty.
    pub fn from_value(value: &Value) -> Option<Self> {
        let part = |name: &str| value.field(name).and_then(Value::as_text).unwrap_or_default().to_owned();
        matches!(value, Value::Map(_)).then(|| Self {
            title: part("title"),
            given: part("given"),
            family: part("family"),
        })
    }
}
