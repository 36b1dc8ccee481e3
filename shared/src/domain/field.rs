//! The fields of the record: for every `about`, its document, shape, writers, resolvers and caution.
//!
//! In: a kind of document and an `about`. Out: the one row that rules it, or nothing for an unknown path.
//! Never holds a value. A pattern's segments are never reworded or reused; `{}` is one id, `+` bears a list thing.
//! Source: product design, "The record is made of entries"; clinical guide, sections 3.3 and 4.

use crate::domain::kind::DocKind;
use crate::domain::note::NOTE_CHARS_MAX;
use crate::domain::person::{Alert, ConsentState, NoNumber, Priority};
use crate::domain::review::{Closed, CountersignOutcome, DecisionOutcome, SupplyKind, Urgency};
use crate::domain::role::Role;
use crate::domain::shape::{Part, Shape};
use crate::domain::visit::VisitOutcome;

/// Longest one-line text, in Unicode scalar values.
pub const LINE_CHARS_MAX: usize = 300;

/// Longest text of several lines in an entry.
pub const PROSE_CHARS_MAX: usize = 10_000;

/// How several entries about one path are read together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// One answer; two different ones clash.
    Single,
    /// Each entry is a thing of its own; they unite.
    List,
    /// A fact that may be observed more than once; the earliest counts and nobody is asked.
    Fact,
}

/// Which roles may write a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writers {
    /// Outreach worker, OT, specialist nurse, recovery practitioner.
    Clinical,
    /// The clinical roles and the coordinator.
    ClinicalOrCoordinator,
    /// Clinical roles registered with a regulator.
    Registered,
    /// OTs.
    Ot,
}

impl Writers {
    /// Whether the role is one of them.
    pub fn include(self, role: Role) -> bool {
        match self {
            Self::Clinical => role.is_clinical(),
            Self::ClinicalOrCoordinator => role.is_clinical() || role == Role::CareCoordinator,
            Self::Registered => role.is_registered(),
            Self::Ot => role == Role::Ot,
        }
    }
}

/// Whose answer may replace somebody else's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolvers {
    /// An OT.
    Ot,
    /// The visit's lead visitor, or an OT.
    LeadOrOt,
    /// An OT where the item can be a same-day hazard; else the lead visitor or an OT.
    ByItem,
    /// The clinical roles and the coordinator.
    ClinicalOrCoordinator,
    /// An OT, or whoever the replaced entry names: a lead hands over their own visit.
    NamedOrOt,
}

/// What stands while two answers differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Caution {
    /// Nothing: what depends on it waits.
    Nothing,
    /// *True*.
    True,
    /// The smallest number or earliest time, of the value or of one part of it.
    Least(Option<&'static str>),
    /// The largest number.
    Most(Option<&'static str>),
    /// The first of these codes, of the value or of one part of it.
    Order(Option<&'static str>, &'static [&'static str]),
    /// By the item's hazard rule.
    Item,
    /// By what was measured.
    Measure,
}

/// One row of the table.
#[derive(Debug)]
pub struct Field {
    /// Its path.
    pub pattern: &'static str,
    /// The documents it is in.
    pub kind: DocKind,
    /// How several entries are read together.
    pub nature: Nature,
    /// What a value looks like.
    pub shape: Shape,
    /// Who may write it.
    pub writers: Writers,
    /// Who may end its clash.
    pub resolvers: Resolvers,
    /// What stands meanwhile.
    pub caution: Caution,
}

/// A row found for an `about`, with what stands for its `{}`.
#[derive(Debug)]
pub struct Found<'a> {
    /// The row.
    pub field: &'static Field,
    /// The ids in the path, in order.
    pub ids: Vec<&'a str>,
}

/// The row for `about` in documents of `kind`; nothing for an unknown path.
pub fn find<'a>(kind: DocKind, about: &'a str) -> Option<Found<'a>> {
    if let Some(list) = about.strip_suffix("/withdrawn") {
        // Every list thing can be taken back: `present/KEY/withdrawn` beside `present/+`.
        let (list, key) = list.rsplit_once('/')?;
        let birth = format!("{list}/+");
        let born = TABLE.iter().find(|field| field.kind == kind && ids(field.pattern, &birth).is_some())?;
        let field = match born.resolvers {
            Resolvers::ClinicalOrCoordinator => &WITHDRAWN_OF_PERSON,
            Resolvers::Ot | Resolvers::LeadOrOt | Resolvers::ByItem | Resolvers::NamedOrOt => &WITHDRAWN,
        };
        return Some(Found { field, ids: vec![key] });
    }
    TABLE
        .iter()
        .filter(|field| field.kind == kind)
        .find_map(|field| ids(field.pattern, about).map(|ids| Found { field, ids }))
}

/// The ids of `about` at the `{}` of `pattern`; nothing when they differ.
fn ids<'a>(pattern: &str, about: &'a str) -> Option<Vec<&'a str>> {
    let mut found = Vec::new();
    let mut segments = about.split('/');
    for expected in pattern.split('/') {
        let segment = segments.next()?;
        match expected {
            "{}" if !segment.is_empty() && segment != "+" => found.push(segment),
            "{}" => return None,
            literal if literal == segment => {}
            _ => return None,
        }
    }
    segments.next().is_none().then_some(found)
}

const LINE: Shape = Shape::Text { chars_max: LINE_CHARS_MAX };
const PROSE: Shape = Shape::Text { chars_max: PROSE_CHARS_MAX };

const fn needed(name: &'static str, shape: Shape) -> Part {
    Part { name, shape, needed: true }
}

const fn optional(name: &'static str, shape: Shape) -> Part {
    Part { name, shape, needed: false }
}

const NAME: &[Part] = &[optional("title", LINE), optional("given", LINE), needed("family", LINE)];
const REFERRAL: &[Part] = &[
    needed("received", Shape::Day),
    optional("source", LINE),
    needed("reason", PROSE),
    needed("priority", Shape::Choice(Priority::CODES)),
    optional("first_contact_by", Shape::Day),
];
const CONSENT: &[Part] = &[
    needed("state", Shape::Choice(ConsentState::CODES)),
    optional("recipient", LINE),
    optional("detail", PROSE),
];
const PLAN: &[Part] = &[
    needed("starts_at", Shape::Time),
    needed("ends_at", Shape::Time),
    needed("kind", Shape::Choice(crate::domain::visit::VisitKind::CODES)),
    needed("mode", Shape::Choice(crate::domain::visit::VisitMode::CODES)),
    optional("purpose", LINE),
];
const DELEGATION: &[Part] =
    &[needed("by", Shape::Worker), needed("task", LINE), optional("seen_by_registered", Shape::TimeOrNotYet)];
const PRESENT: &[Part] = &[needed("who", LINE), optional("by_phone", Shape::Flag)];
const TOLD: &[Part] = &[
    optional("told", LINE),
    optional("how", LINE),
    optional("at", Shape::Time),
    optional("not_needed", PROSE),
];
const CLOSED: &[Part] = &[
    needed("hazards", Shape::Refs),
    needed("item", LINE),
    needed("closed", Shape::Choice(Closed::CODES)),
    optional("detail", PROSE),
];
const ACTION: &[Part] =
    &[needed("what", PROSE), optional("owner", LINE), optional("due", Shape::Day), optional("item", LINE)];
const NEXT: &[Part] = &[optional("on", Shape::Day), optional("detail", PROSE)];
const SAFETY_NET: &[Part] = &[needed("watch_for", PROSE), needed("call", PROSE)];
const DOUBT: &[Part] = &[needed("decision", PROSE), optional("why", PROSE)];
const NOTE: &[Part] = &[optional("item", LINE)];
const SIGNATURE: &[Part] = &[
    needed("covers", Shape::Covers),
    needed("text_sha256", Shape::Bytes { len: 32 }),
    needed("typed_name", LINE),
    needed("form_version", Shape::Whole { least: 0, most: 1_000_000 }),
    needed("app_version", LINE),
];
const ADDENDUM: &[Part] =
    &[needed("text", Shape::Text { chars_max: NOTE_CHARS_MAX }), optional("reason", PROSE)];
const INSTRUCTION: &[Part] = &[
    needed("active", Shape::Flag),
    needed("device", LINE),
    optional("place", LINE),
    optional("swl_kg", Shape::Number { least: 0.0, most: 2_000.0 }),
    optional("wall_type", LINE),
    optional("decision", Shape::Ref),
    needed("read", Shape::Refs),
];
const SUPPLY: &[Part] = &[
    needed("event", Shape::Choice(SupplyKind::CODES)),
    needed("on", Shape::Day),
    optional("detail", PROSE),
    optional("instruction", Shape::Ref),
];
const DECISION: &[Part] = &[
    needed("outcome", Shape::Choice(DecisionOutcome::CODES)),
    optional("device", LINE),
    optional("swl_kg", Shape::Number { least: 0.0, most: 2_000.0 }),
    optional("by", LINE),
    optional("whom", Shape::Worker),
    needed("reason", PROSE),
    needed("read", Shape::Refs),
];
const COUNTERSIGN: &[Part] = &[
    needed("signature", Shape::Ref),
    needed("covers", Shape::Covers),
    needed("outcome", Shape::Choice(CountersignOutcome::CODES)),
    optional("detail", PROSE),
];
const MEMBER: &[Part] = &[needed("name", LINE), needed("role", LINE), optional("registration", LINE)];

/// The safer consent first: refused or withdrawn stands over given.
const CONSENT_ORDER: &[&str] = &["refused", "withdrawn", "not_able", "partly", "given"];
/// What stops supply first. Two approvals of different devices are no order: nothing stands.
const DECISION_ORDER: &[&str] = &["withdrawn", "declined", "asked", "see_in_person"];
/// What stops supply first, then what is furthest from use.
const SUPPLY_ORDER: &[&str] = &[
    "repair_or_recall",
    "refused_later",
    "returned",
    "not_used",
    "ordered",
    "self_supplied",
    "delivered",
    "fitted_demonstrated",
    "in_use",
];

/// A row of the person's documents: written and resolved by the clinical roles and the coordinator.
const fn of_person(pattern: &'static str, nature: Nature, shape: Shape, caution: Caution) -> Field {
    Field {
        pattern,
        kind: DocKind::Person,
        nature,
        shape,
        writers: Writers::ClinicalOrCoordinator,
        resolvers: Resolvers::ClinicalOrCoordinator,
        caution,
    }
}

/// A row of the visit: written by the clinical roles, resolved by its lead visitor or an OT.
const fn of_visit(pattern: &'static str, nature: Nature, shape: Shape, caution: Caution) -> Field {
    Field {
        pattern,
        kind: DocKind::Visit,
        nature,
        shape,
        writers: Writers::Clinical,
        resolvers: Resolvers::LeadOrOt,
        caution,
    }
}

/// A row about equipment in the visit: resolved by an OT.
const fn of_proposal(pattern: &'static str, nature: Nature, shape: Shape, caution: Caution) -> Field {
    Field {
        pattern,
        kind: DocKind::Visit,
        nature,
        shape,
        writers: Writers::Clinical,
        resolvers: Resolvers::Ot,
        caution,
    }
}

/// A row of the review: written and resolved by OTs.
const fn of_review(pattern: &'static str, nature: Nature, shape: Shape, caution: Caution) -> Field {
    Field {
        pattern,
        kind: DocKind::Review,
        nature,
        shape,
        writers: Writers::Ot,
        resolvers: Resolvers::Ot,
        caution,
    }
}

/// A list thing taken back: once anybody did, it stays out until somebody with the right puts it back.
static WITHDRAWN: Field = of_visit("withdrawn", Nature::Fact, LINE, Caution::Nothing);
static WITHDRAWN_OF_PERSON: Field = of_person("withdrawn", Nature::Fact, LINE, Caution::Nothing);

use Caution::{Item, Least, Measure, Most, Nothing, Order, True};
use Nature::{Fact, List, Single};

/// Every field of the record.
pub static TABLE: &[Field] = &[
    // Identity and contact: nothing stands while two differ, and what depends on it waits.
    of_person("identity/name", Single, Shape::Form(NAME), Nothing),
    of_person("identity/born", Single, Shape::Day, Nothing),
    of_person("identity/nhs_number", Single, Shape::NhsNumber, Nothing),
    of_person("identity/no_number", Single, Shape::Choice(NoNumber::CODES), Nothing),
    of_person("identity/sex", Single, Shape::Choice(&["female", "male", "other", "not_stated"]), Nothing),
    of_person("identity/deceased", Single, Shape::Day, Nothing),
    of_person("contact/address", Single, LINE, Nothing),
    of_person("contact/phone", Single, LINE, Nothing),
    of_person("contact/language", Single, LINE, Nothing),
    of_person("contact/interpreter", Single, Shape::Flag, True),
    of_person("contact/practice", Single, LINE, Nothing),
    of_person("social/lives", Single, LINE, Nothing),
    of_person("social/group", Single, LINE, Nothing),
    of_person(
        "social/tenure",
        Single,
        Shape::Choice(&["owner", "council", "housing_association", "private_rented", "other"]),
        Nothing,
    ),
    of_person("alert/+", List, LINE, Nothing),
    of_person("alert/{}", Single, Shape::FlagNamed(Alert::CODES), True),
    of_person("need/+", List, LINE, Nothing),
    of_person("allergy/+", List, LINE, Nothing),
    of_person("referral/+", List, Shape::Form(REFERRAL), Nothing),
    of_person("referral/{}/priority", Single, Shape::Choice(Priority::CODES), Order(None, Priority::CODES)),
    Field {
        writers: Writers::Clinical,
        resolvers: Resolvers::Ot,
        ..of_person("consent/{}/{}", Single, Shape::Consent(CONSENT), Order(Some("state"), CONSENT_ORDER))
    },
    Field {
        writers: Writers::Clinical,
        resolvers: Resolvers::Ot,
        ..of_person("consent/{}/share/{}", Single, Shape::Form(CONSENT), Order(Some("state"), CONSENT_ORDER))
    },
    // The visit as a whole.
    of_visit("visit/plan", Single, Shape::Form(PLAN), Least(Some("starts_at"))),
    of_visit("visit/expected_end", Single, Shape::Time, Least(None)),
    Field { resolvers: Resolvers::NamedOrOt, ..of_visit("visit/lead", Single, Shape::Worker, Nothing) },
    of_visit("visit/second/+", List, Shape::Worker, Nothing),
    of_visit("visit/delegation", Single, Shape::Form(DELEGATION), Nothing),
    of_visit("visit/started", Fact, Shape::Time, Least(None)),
    of_visit("visit/ended", Fact, Shape::Time, Most(None)),
    of_visit("visit/outcome", Single, Shape::Choice(VisitOutcome::CODES), Nothing),
    of_visit("present/+", List, Shape::Form(PRESENT), Nothing),
    of_visit("seen_alone", Single, Shape::Flag, Nothing),
    of_visit("identifiers/checked", Fact, Shape::Texts, Nothing),
    // The home.
    of_visit("profile/{}", Single, Shape::Profile, Nothing),
    of_visit("flag/{}", Single, Shape::HomeFlag, True),
    Field { resolvers: Resolvers::ByItem, ..of_visit("home/{}", Single, Shape::Item, Item) },
    of_visit("same_day/{}/+", List, Shape::Form(TOLD), Nothing),
    of_visit("fixed/+", List, Shape::Form(CLOSED), Nothing),
    of_visit("condition/{}", Single, Shape::Condition, True),
    of_visit("measure/{}/{}", Single, Shape::Measure, Measure),
    // What follows.
    of_visit("action/+", List, Shape::Form(ACTION), Nothing),
    of_visit("next_contact", Single, Shape::Form(NEXT), Least(Some("on"))),
    of_visit("safety_net", Single, Shape::Form(SAFETY_NET), Nothing),
    of_visit("note/+", List, Shape::Form(NOTE), Nothing),
    of_visit("doubt/+", List, Shape::Form(DOUBT), Nothing),
    Field {
        writers: Writers::Registered,
        resolvers: Resolvers::Ot,
        ..of_visit("doubt/{}/outcome", Single, Shape::Choice(&["has_capacity", "lacks_capacity"]), Nothing)
    },
    of_visit("signature/+", List, Shape::Form(SIGNATURE), Nothing),
    of_visit("addendum/+", List, Shape::Form(ADDENDUM), Nothing),
    // Equipment proposed. What must fit the person has no cautious answer; the load has.
    of_proposal("proposal/+", List, Shape::Choice(&["proposed", "ask"]), Nothing),
    of_proposal("proposal/{}/device", Single, Shape::Device, Nothing),
    of_proposal("proposal/{}/place", Single, LINE, Nothing),
    of_proposal("proposal/{}/size", Single, LINE, Nothing),
    of_proposal("proposal/{}/why", Single, PROSE, Nothing),
    of_proposal("proposal/{}/hazards", Single, Shape::Texts, Nothing),
    of_proposal("proposal/{}/measurements", Single, Shape::Texts, Nothing),
    of_proposal("proposal/{}/swl_kg", Single, Shape::Number { least: 1.0, most: 1_000.0 }, Least(None)),
    of_proposal("proposal/{}/trial", Single, PROSE, Nothing),
    of_proposal("proposal/{}/urgency", Single, Shape::Choice(Urgency::CODES), Order(None, Urgency::CODES)),
    of_proposal("proposal/{}/persons_view", Single, PROSE, Nothing),
    of_proposal("proposal/{}/carers_view", Single, PROSE, Nothing),
    of_proposal("proposal/{}/reply/+", List, PROSE, Nothing),
    // What became of it.
    of_review("decision/{}/{}", Single, Shape::Form(DECISION), Order(Some("outcome"), DECISION_ORDER)),
    of_review("comment/{}/{}/+", List, PROSE, Nothing),
    of_review("countersign/+", List, Shape::Form(COUNTERSIGN), Nothing),
    Field {
        kind: DocKind::Equipment,
        writers: Writers::Ot,
        resolvers: Resolvers::Ot,
        ..of_person("instruction/{}/{}", Single, Shape::Form(INSTRUCTION), Order(Some("active"), &["false"]))
    },
    Field {
        kind: DocKind::Equipment,
        ..of_person("supply/{}/{}", Single, Shape::Form(SUPPLY), Order(Some("event"), SUPPLY_ORDER))
    },
    Field { kind: DocKind::Summary, ..of_visit("summary/+", List, Shape::Any, Nothing) },
    Field { kind: DocKind::Summary, ..of_person("became/{}/{}", Single, PROSE, Nothing) },
    // The team's directory, written by the server's own install.
    Field { kind: DocKind::Team, writers: Writers::Ot, ..of_person("team/name", Single, LINE, Nothing) },
    Field {
        kind: DocKind::Team,
        writers: Writers::Ot,
        ..of_person("member/{}", Single, Shape::Form(MEMBER), Nothing)
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_has_two_rows() {
        for (place, field) in TABLE.iter().enumerate() {
            let again = TABLE
                .iter()
                .skip(place + 1)
                .find(|other| (other.kind, other.pattern) == (field.kind, field.pattern));
            assert!(again.is_none(), "{}", field.pattern);
        }
    }

    #[test]
    fn every_path_is_found_with_its_ids_and_nothing_longer_or_shorter() {
        for field in TABLE {
            let about = field.pattern.replace("{}", "id");
            let found = find(field.kind, &about).map(|found| (found.field.pattern, found.ids.len()));
            let ids = field.pattern.matches("{}").count();
            assert_eq!(found, Some((field.pattern, ids)), "{about}");
            assert!(find(field.kind, &format!("{about}/more/and/more")).is_none(), "{about}");
        }
        assert!(find(DocKind::Visit, "home").is_none());
        assert!(find(DocKind::Visit, "home/").is_none());
        assert!(find(DocKind::Person, "home/hs-ba02").is_none());
    }

    #[test]
    fn every_thing_of_a_list_can_be_taken_back_and_nothing_else_can() {
        for field in TABLE.iter().filter(|field| field.nature == Nature::List) {
            let about = field.pattern.replace("{}", "id").replace('+', "AAAAAAAA/withdrawn");
            assert!(find(field.kind, &about).is_some(), "{about}");
        }
        assert!(find(DocKind::Visit, "home/hs-ba02/withdrawn").is_none());
    }
}
