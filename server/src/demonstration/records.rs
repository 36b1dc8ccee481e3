//! The demonstration's records, written as tablets would write them and stored the way theirs are.
//!
//! In: the team, the drawn seed. Out: signed batches through the store's own door, judged by the same policy.
//! The team's directory is written by the server, as an install with its own key.

mod caseload;

use std::sync::Arc;

use doorstep_shared::docs::document::Document;
use doorstep_shared::docs::edit::Edit;
use doorstep_shared::docs::header::{Header, RetentionClass, Scope};
use doorstep_shared::domain::entry::{Author, Entry, Value};
use doorstep_shared::domain::kind::DocKind;
use doorstep_shared::domain::role::Role;
use doorstep_shared::ids::{ActorId, DeviceKey, DocId, EntryKey, InstallId, WorkerId};
use doorstep_shared::sync::batch::{Body, Manifest, Pair, SignedBatch, SignedManifest};
use doorstep_shared::sync::judge::{Permit, Upload};
use doorstep_shared::time::Timestamp;
use ed25519_dalek::SigningKey;

use crate::auth::policy;
use crate::demonstration::kept::Kept;
use crate::demonstration::{DemonstrationError, Member};
use crate::store::Store;
use crate::store::contract::{Account, Device, Enrolment, Permission, Submission, Team};

/// Whose the directory is: an account nobody can sign in to. It writes as an OT, who may write directories.
pub(super) fn server_account(kept: &Kept, team: &Team) -> Account {
    Account {
        worker: WorkerId::from_bytes(kept.derive("server worker")),
        sign_in: "doorstep".to_owned(),
        name: "Doorstep".to_owned(),
        role: Role::Ot,
        team: team.team,
        organisation: team.organisation,
        disabled_at: Some(kept.at()),
    }
}

/// Stores the directory and every record; what is stored already is answered the same and stored once.
pub(super) async fn fill(
    store: &dyn Store,
    kept: &Kept,
    team: &Team,
    members: &[Member],
) -> Result<(), DemonstrationError> {
    let account = server_account(kept, team);
    let install = InstallId::from_bytes(kept.derive("server install"));
    let key = SigningKey::from_bytes(&kept.derive("server install key"));
    enrol(store, kept, account.worker, install, &key).await?;
    let author = Author { worker: account.worker, install, role: account.role };
    let batch = directory(kept, team, members, &author, &key)?;
    append(store, vec![submission(&account, kept.at(), batch)]).await?;
    caseload::tell(store, kept, members).await
}

async fn enrol(
    store: &dyn Store,
    kept: &Kept,
    worker: WorkerId,
    install: InstallId,
    key: &SigningKey,
) -> Result<(), DemonstrationError> {
    let device = Device {
        install,
        worker,
        key: DeviceKey::from_bytes(key.verifying_key().to_bytes()),
        name: "Demonstration".to_owned(),
        enrolled_at: kept.at(),
        revoked_at: None,
    };
    match store.enrol(device).await? {
        Enrolment::Enrolled(_) => Ok(()),
        Enrolment::Taken => Err(DemonstrationError::Records { what: "an install belongs to somebody else" }),
    }
}

/// A batch as its writer's own tablet would bring it, judged by the policy like any other.
fn submission(account: &Account, at: Timestamp, batch: SignedBatch) -> Submission {
    let Account { role, team, .. } = *account;
    let permission: Permission = Arc::new(move |header| {
        let granted = policy::may_write(role, team, header.kind, header.scope);
        if granted { Permit::Granted } else { Permit::Absent }
    });
    let sender = batch.signed.manifest().install;
    Submission { upload: Upload::read(batch), sender, permission, at }
}

async fn append(store: &dyn Store, batches: Vec<Submission>) -> Result<(), DemonstrationError> {
    let stored = store.append(batches).await?;
    let whole = stored.iter().all(|batch| batch.ack.refused.is_empty() && batch.ack.need.is_empty());
    if whole { Ok(()) } else { Err(DemonstrationError::Records { what: "the store refused one" }) }
}

/// The team's directory: its name, and each member's name and role.
fn directory(
    kept: &Kept,
    team: &Team,
    members: &[Member],
    author: &Author,
    key: &SigningKey,
) -> Result<SignedBatch, DemonstrationError> {
    let header = Header {
        id: DocId::from_bytes(kept.derive("directory")),
        kind: DocKind::Team,
        scope: Scope::TeamCore(team.team),
        organisation: team.organisation,
        person: None,
        visit: None,
        retention: RetentionClass::TeamRecord,
    };
    let mut edits = vec![entry(kept, "team/name".to_owned(), Value::text(&team.team_name))];
    for Member { account, .. } in members {
        let member =
            Value::map([("name", Value::text(&account.name)), ("role", Value::text(code(account.role)?))]);
        edits.push(entry(kept, format!("member/{}", account.worker), member));
    }
    let actor = ActorId::from_bytes(kept.derive("directory actor"));
    let (_, change) = Document::create(header.clone(), &[], author, actor, kept.at(), &edits)
        .map_err(|_| DemonstrationError::Records { what: "the directory" })?;
    let manifest = Manifest {
        organisation: team.organisation,
        install: author.install,
        worker: author.worker,
        scope: header.scope,
        pairs: vec![Pair { document: header.id, hash: change.hash }],
        headers: vec![header],
    };
    let signed = SignedManifest::sign(manifest, key)
        .map_err(|_| DemonstrationError::Records { what: "the directory's signature" })?;
    Ok(SignedBatch { signed, bodies: vec![Body { place: 0, bytes: change.bytes }] })
}

fn entry(kept: &Kept, about: String, value: Value) -> Edit {
    Edit::Entry {
        key: EntryKey::from_random(kept.derive(&format!("entry {about}"))),
        entry: Entry {
            about,
            value,
            how: None,
            observed_at: kept.at(),
            form_version: None,
            replaces: Vec::new(),
            replaces_elsewhere: Vec::new(),
            reason: None,
        },
    }
}

/// A role as it is written in records and in JSON.
fn code(role: Role) -> Result<String, DemonstrationError> {
    match serde_json::to_value(role) {
        Ok(serde_json::Value::String(code)) => Ok(code),
        Ok(_) | Err(_) => Err(DemonstrationError::Records { what: "a role's code" }),
    }
}
