//! The session: how a worker and this installation become known to the server.
//!
//! In: account and password from the page; the server's answers. Out: the requests to send, and a session to keep.
//! Two steps: sign in, then enrol this installation with the public half of a key that never leaves it.
//! Never keeps a password; never words a refusal. Source: the server's `routes`.

pub mod json;

use doorstep_shared::domain::role::Role;
use doorstep_shared::ids::{InstallId, OrgId, TeamId, WorkerId};
use doorstep_shared::time::Timestamp;
use ed25519_dalek::SigningKey;

use crate::bridge::SignInRefusal;
use crate::projection::team::role_of;
use crate::store::schema::SessionRow;

use json::{Json, object};

/// One request to our own server. Cookies are the carrier's business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The path.
    pub path: &'static str,
    /// The JSON to post.
    pub body: Vec<u8>,
}

/// What the server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// The request that signs in.
pub fn sign_in_request(account: &str, password: &str) -> Request {
    Request { path: "/auth/sign-in", body: object(&[("account", account), ("password", password)]) }
}

/// Who the server says is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    worker: WorkerId,
    name: String,
    role: Role,
    team: TeamId,
    team_name: String,
    organisation: OrgId,
    organisation_name: String,
    account: String,
    demonstration: bool,
}

/// Reads the answer to a sign-in.
///
/// # Errors
/// The [`SignInRefusal`] the page words.
pub fn read_me(response: &Response) -> Result<Me, SignInRefusal> {
    let read = || Json::read(&response.body).ok_or(SignInRefusal::NotUnderstood);
    match response.status {
        200 => {
            let json = read()?;
            me_of(&json).ok_or(SignInRefusal::NotUnderstood)
        }
        401 => Err(SignInRefusal::Wrong),
        403 => Err(SignInRefusal::NotAllowed),
        429 => {
            let wait_ms = read()?.number("retry_ms").unwrap_or(60_000);
            Err(SignInRefusal::Wait { seconds: u32::try_from(wait_ms / 1_000 + 1).unwrap_or(u32::MAX) })
        }
        // A gateway that answers for a server that does not.
        502..=504 => Err(SignInRefusal::Offline),
        _ => Err(SignInRefusal::NotUnderstood),
    }
}

fn me_of(json: &Json) -> Option<Me> {
    Some(Me {
        worker: json.text("worker")?.parse().ok()?,
        name: json.text("name")?.to_owned(),
        role: role_of(json.text("role")?)?,
        team: json.text("team")?.parse().ok()?,
        team_name: json.text("team_name")?.to_owned(),
        organisation: json.text("organisation")?.parse().ok()?,
        organisation_name: json.text("organisation_name")?.to_owned(),
        account: json.text("account")?.to_owned(),
        demonstration: json.flag("demonstration").unwrap_or(false),
    })
}

/// An installation about to be enrolled.
#[derive(Clone)]
pub struct Enrolling {
    me: Me,
    install: InstallId,
    seed: [u8; 32],
    device_name: String,
}

impl Enrolling {
    /// A new installation for whoever signed in.
    pub fn new(me: Me, install: InstallId, seed: [u8; 32], device_name: String) -> Self {
        Self { me, install, seed, device_name }
    }

    /// The request that enrols it.
    pub fn request(&self) -> Request {
        let key = SigningKey::from_bytes(&self.seed).verifying_key();
        let key: String = key.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let install = self.install.to_string();
        let fields = [("install", install.as_str()), ("key", &key), ("name", &self.device_name)];
        Request { path: "/auth/enrol", body: object(&fields) }
    }

    /// Reads the answer.
    ///
    /// # Errors
    /// The [`SignInRefusal`] the page words.
    pub fn finish(self, response: &Response, now: Timestamp) -> Result<SessionRow, SignInRefusal> {
        match response.status {
            200 => Ok(self.session(now)),
            403 | 409 => Err(SignInRefusal::NotAllowed),
            502..=504 => Err(SignInRefusal::Offline),
            _ => Err(SignInRefusal::NotUnderstood),
        }
    }

    fn session(self, now: Timestamp) -> SessionRow {
        let Self { me, install, seed, device_name } = self;
        SessionRow {
            account: me.account,
            worker: me.worker,
            name: me.name,
            role: me.role,
            team: me.team,
            team_name: me.team_name,
            organisation: me.organisation,
            organisation_name: me.organisation_name,
            install,
            device_seed: seed.into(),
            device_name,
            enrolled_at: now,
            demonstration: me.demonstration,
        }
    }
}

impl Me {
    /// The session of an installation this worker enrolled before, with what the server says now.
    ///
    /// # Errors
    /// [`SignInRefusal::OtherWorker`] when it is another worker's.
    pub fn renew(self, session: &SessionRow) -> Result<SessionRow, SignInRefusal> {
        if self.worker != session.worker {
            return Err(SignInRefusal::OtherWorker);
        }
        Ok(SessionRow {
            name: self.name,
            role: self.role,
            team: self.team,
            team_name: self.team_name,
            organisation_name: self.organisation_name,
            demonstration: self.demonstration,
            ..session.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn me() -> Vec<u8> {
        let id = "01".repeat(16);
        format!(
            r#"{{"worker":"{id}","name":"Marcus Dell","role":"outreach_worker","team":"{id}","organisation":"{id}",
            "account":"marcus","team_name":"Riverside","organisation_name":"Testford \u00e9","demonstration":true,
            "session_until_ms":1}}"#
        )
        .into_bytes()
    }

    #[test]
    fn who_signed_in_is_read_and_every_refusal_has_its_name() {
        let read = read_me(&Response { status: 200, body: me() }).unwrap();
        assert_eq!((read.role, read.organisation_name.as_str()), (Role::OutreachWorker, "Testford é"));
        let refusal = |status, body: &str| read_me(&Response { status, body: body.into() }).unwrap_err();
        assert_eq!(refusal(401, "{}"), SignInRefusal::Wrong);
        assert_eq!(refusal(429, r#"{"retry_ms":4200}"#), SignInRefusal::Wait { seconds: 5 });
        assert_eq!(refusal(502, "<html>"), SignInRefusal::Offline);
        assert_eq!(refusal(200, "<html>captive portal"), SignInRefusal::NotUnderstood);
        assert_eq!(refusal(200, "{}"), SignInRefusal::NotUnderstood);
    }

    #[test]
    fn another_workers_installation_is_not_taken_over() {
        let me = read_me(&Response { status: 200, body: me() }).unwrap();
        let enrolling =
            Enrolling::new(me.clone(), InstallId::from_bytes([2; 16]), [3; 32], "Tablet 3".into());
        let answer = Response { status: 200, body: b"{}".to_vec() };
        let session = enrolling.finish(&answer, Timestamp::from_ms(1)).unwrap();
        assert!(me.clone().renew(&session).is_ok());
        let other = SessionRow { worker: WorkerId::from_bytes([9; 16]), ..session };
        assert_eq!(me.renew(&other).unwrap_err(), SignInRefusal::OtherWorker);
    }
}
