//! Signatures: which documents were read, at which version, and by whom.
//!
//! In: `signature/+` and `countersign/+` entries. Out: what they cover, and what arrived after them.
//! Never says that a visit is right, only what was read. A signed visit is drawn at the heads its signature names.
//! Source: product design, "Documents: the unit of authority".

use crate::domain::entry::{EntryRef, Recorded, Value};
use crate::domain::kind::DocKind;
use crate::domain::record::{Part, Place, Record};
use crate::domain::review::CountersignOutcome;
use crate::domain::standing::Standings;
use crate::ids::{DocId, Version, VisitId};

/// One signature.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature<'r> {
    /// The entry, with who wrote it and when.
    pub recorded: &'r Recorded,
    /// The documents it covers and their versions.
    pub covers: Vec<(DocId, Version)>,
    /// The name as typed.
    pub typed_name: &'r str,
    /// The SHA-256 of the text that was read.
    pub text_sha256: &'r [u8],
    /// The version of the forms.
    pub form_version: i64,
    /// The version of the app.
    pub app_version: &'r str,
}

/// One countersignature.
#[derive(Clone, Debug, PartialEq)]
pub struct Countersignature<'r> {
    /// The entry, with who wrote it and when.
    pub recorded: &'r Recorded,
    /// The signature it answers.
    pub signature: EntryRef,
    /// The documents that were read and their versions.
    pub covers: Vec<(DocId, Version)>,
    /// What it says.
    pub outcome: CountersignOutcome,
    /// What is added or to be corrected.
    pub detail: &'r str,
}

/// The stored form of documents with their versions.
pub fn covers_to_value(covers: &[(DocId, Version)]) -> Value {
    let one = |(doc, version): &(DocId, Version)| {
        let heads = version.heads().iter().map(|head| Value::Bytes(head.as_bytes().to_vec())).collect();
        Value::List(vec![Value::Bytes(doc.as_bytes().to_vec()), Value::List(heads)])
    };
    Value::List(covers.iter().map(one).collect())
}

/// Reads the stored form; what is not a document with a version is left out.
pub fn covers_from_value(value: &Value) -> Vec<(DocId, Version)> {
    let one = |value: &Value| {
        let [doc, heads] = value.as_list()? else { return None };
        let heads = heads.as_list()?.iter().filter_map(|head| head.as_bytes()?.try_into().ok());
        Some((DocId::try_from(doc.as_bytes()?).ok()?, Version::new(heads.collect())))
    };
    value.as_list().unwrap_or_default().iter().filter_map(one).collect()
}

/// The signatures of a visit, oldest first. A second lead's signature is a second version, shown too.
pub fn signatures<'r>(standings: &Standings<'r>, visit: VisitId) -> Vec<Signature<'r>> {
    let place = Place::of_visit(DocKind::Visit, visit);
    let list = standings.get(place, "signature/+");
    list.into_iter().flat_map(|list| list.entries()).filter_map(read_signature).collect()
}

fn read_signature(recorded: &Recorded) -> Option<Signature<'_>> {
    let value = &recorded.entry.value;
    Some(Signature {
        recorded,
        covers: covers_from_value(value.field("covers")?),
        typed_name: value.field("typed_name")?.as_text()?,
        text_sha256: value.field("text_sha256")?.as_bytes()?,
        form_version: value.field("form_version")?.as_whole()?,
        app_version: value.field("app_version")?.as_text()?,
    })
}

/// The countersignatures of a visit, oldest first. Only an OT's counts.
pub fn countersignatures<'r>(standings: &Standings<'r>, visit: VisitId) -> Vec<Countersignature<'r>> {
    let place = Place::of_visit(DocKind::Review, visit);
    let read = |recorded: &'r Recorded| {
        let value = &recorded.entry.value;
        Some(Countersignature {
            recorded,
            signature: EntryRef::from_value(value.field("signature")?)?,
            covers: covers_from_value(value.field("covers")?),
            outcome: CountersignOutcome::from_value(value.field("outcome")?)?,
            detail: value.field("detail").and_then(Value::as_text).unwrap_or_default(),
        })
    };
    let may = |recorded: &&Recorded| recorded.by.role == crate::domain::role::Role::Ot;
    let list = standings.get(place, "countersign/+");
    list.into_iter().flat_map(|list| list.entries()).filter(may).filter_map(read).collect()
}

/// The signatures of unregistered workers that no countersignature answers.
pub fn awaiting_countersign<'r>(standings: &Standings<'r>, visit: VisitId) -> Vec<Signature<'r>> {
    let answered: Vec<EntryRef> =
        countersignatures(standings, visit).iter().map(|counter| counter.signature).collect();
    let mut waiting = signatures(standings, visit);
    waiting.retain(|signature| {
        !signature.recorded.by.role.is_registered() && !answered.contains(&signature.recorded.at)
    });
    waiting
}

/// Whether a visit was signed and its summary is not held here: *summary not received*; or the other way round:
/// *signature not received*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// Neither, or both.
    Whole,
    /// The summary is missing.
    SummaryMissing,
    /// The signature is missing.
    SignatureMissing,
}

/// Which half of a signing is held here.
pub fn received(record: &Record, standings: &Standings<'_>, visit: VisitId) -> Received {
    let signed = !signatures(standings, visit).is_empty();
    let summed_up = record.document_at(Place::of_visit(DocKind::Summary, visit)).is_some();
    match (signed, summed_up) {
        (true, false) => Received::SummaryMissing,
        (false, true) => Received::SignatureMissing,
        (true, true) | (false, false) => Received::Whole,
    }
}

/// The entries of `now` that `signed`, the same document at the signed version, does not hold: *arrived after
/// signing*. The signature itself and addenda are left out: they are meant to come later.
pub fn after_signing<'r>(now: &'r Part, signed: &Part) -> Vec<&'r Recorded> {
    let meant = |recorded: &Recorded| {
        let about = recorded.entry.about.as_str();
        about.starts_with("signature/") || about.starts_with("addendum/")
    };
    now.entries.iter().filter(|recorded| !meant(recorded) && !signed.entries.contains(recorded)).collect()
}
