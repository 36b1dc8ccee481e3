//! What these tests begin with: a server, a person, a visit under way, tablets of two workers.

use doorstep_shared::decide::{Act, NewPerson};
use doorstep_shared::domain::person::PersonName;
use doorstep_shared::domain::visit::{Plan, VisitKind, VisitMode};
use doorstep_shared::ids::{PersonId, VisitId};
use doorstep_shared::time::Date;
use doorstep_tests::harness::{Data, PASSWORD, Server};
use doorstep_tests::tablet::{Tablet, random};

/// An outreach worker of the demonstration team.
pub(crate) const OUTREACH: &str = "marcus.dell";
/// Another one.
pub(crate) const OTHER_OUTREACH: &str = "bryony.tate";
/// An OT of it.
pub(crate) const OT: &str = "asha.venn";

/// A server with folders for tablets.
pub(crate) struct Story {
    pub(crate) data: Data,
    pub(crate) server: Option<Server>,
    folders: tempfile::TempDir,
}

impl Story {
    pub(crate) fn begin() -> Self {
        let data = Data::new().unwrap();
        let server = data.start().unwrap();
        Self { data, server: Some(server), folders: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn url(&self) -> String {
        // Port 9 is the discard port: nobody answers there.
        self.server.as_ref().map_or("http://127.0.0.1:9".to_owned(), |server| server.url.clone())
    }

    pub(crate) fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            server.kill().unwrap();
        }
    }

    pub(crate) fn start(&mut self) {
        self.server = Some(self.data.start().unwrap());
    }

    /// A tablet on which `account` has signed in.
    pub(crate) fn tablet(&self, name: &str, account: &str) -> Tablet {
        let mut tablet = Tablet::open(&self.folders.path().join(name), &self.url()).unwrap();
        tablet.sign_in(account, PASSWORD).unwrap();
        tablet
    }
}

/// A made-up person, registered on a tablet.
pub(crate) fn register(tablet: &mut Tablet) -> PersonId {
    let person = PersonId::from_bytes(random());
    let new = NewPerson {
        name: PersonName { title: "Mrs".into(), given: "Zenobia".into(), family: "Quillfeather".into() },
        born: Date::parse_iso("1939-03-14").unwrap(),
        nhs_number: Some("999 777 0005".into()),
        no_number: None,
        address: "7 Sampler Row, Testford, XX1 1AA".into(),
        phone: "01632 960101".into(),
    };
    tablet.act(person, Act::RegisterPerson(new)).unwrap();
    person
}

/// A visit of the tablet's worker, planned for now and started.
pub(crate) fn start_visit(tablet: &mut Tablet, person: PersonId) -> VisitId {
    let visit = VisitId::from_bytes(random());
    let lead = tablet.who().worker;
    let now = tablet.now().at;
    let plan = Plan {
        starts_at: now,
        ends_at: now.plus_ms(60 * 60_000),
        kind: VisitKind::Outreach,
        mode: VisitMode::Home,
        purpose: "Home safety, first visit".into(),
    };
    tablet.act(person, Act::PlanVisit { visit, plan, lead, delegation: None }).unwrap();
    tablet.act(person, Act::StartVisit { visit }).unwrap();
    visit
}
