//! Counts the bytes of one reconnect: workload W of `docs/measures.md`, against the real server at a counting proxy.
//!
//! `bench_sync [--json]`. A tablet holds 2,000 records; 30 are changed on it, 50 by five others while it is away; the
//! server is started again, and it reconnects. Also: what a reconnect with nothing changed costs, the first download,
//! and the processor time a server that has just started spends on that exchange.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use anyhow::{Context, bail, ensure};
use doorstep_app::session::{Enrolling, read_me, sign_in_request};
use doorstep_app::store::schema::SessionRow;
use doorstep_shared::docs::change::Change;
use doorstep_shared::docs::document::Document;
use doorstep_shared::docs::edit::Edit;
use doorstep_shared::docs::header::{Header, RetentionClass, Scope};
use doorstep_shared::domain::entry::{Author, Entry, How, Value};
use doorstep_shared::domain::kind::DocKind;
use doorstep_shared::ids::{ActorId, ChangeHash, DocId, EntryKey, InstallId, OrgId, PersonId, VisitId};
use doorstep_shared::sync::batch::{BATCH_BYTES_MAX, Body, Manifest, Pair, SignedBatch, SignedManifest};
use doorstep_shared::sync::client::{Input as ClientInput, Session};
use doorstep_shared::sync::codec::{ANSWER_BYTES_MAX, deflate, pack, unpack};
use doorstep_shared::sync::message::{Answer, Hello, PROTOCOL};
use doorstep_shared::sync::packed::PackedBatch;
use doorstep_shared::sync::sabotage::Soundness;
use doorstep_shared::time::Timestamp;
use doorstep_tests::carrier::Carrier;
use doorstep_tests::harness::{Data, PASSWORD, Server};
use doorstep_tests::proxy::Proxy;
use doorstep_tests::sim::chance::Chance;
use doorstep_tests::sim::device::{Act, Device, Identity};
use ed25519_dalek::SigningKey;

const RECORDS: usize = 2_000;
const CHANGED_HERE: usize = 30;
const CHANGED_ELSEWHERE: usize = 50;
const AUTHORS: usize = 5;
const EDITS_EACH: usize = 15;
const START_MS: i64 = 1_790_000_000_000;
const SECTIONS: [&str; 2] = ["story", "plan"];
const WORDS: &str = "rail stairs bath kettle left hand daughter morning pain steady frame chair raised loose carpet light landing toilet seat grip walks slowly tired after lunch neighbour shops bus garden step ramp door key phone alarm sleeps badly warm kitchen reach cupboard trolley shower mat slips agreed measure again";

/// Accounts of the demonstration team that may write visits: the tablet's worker first, then the five others.
const ACCOUNTS: [&str; 1 + AUTHORS] =
    ["marcus.dell", "bryony.tate", "asha.venn", "piers.lowther", "ines.quill", "rory.blake"];

/// One writer of records.
struct Writer {
    author: Author,
    organisation: OrgId,
    key: SigningKey,
    carrier: Carrier,
}

struct Bench {
    chance: Chance,
    now: Timestamp,
    scope: Scope,
    data: Data,
    server: Option<Server>,
    writers: Vec<Writer>,
    written: BTreeSet<ChangeHash>,
}

/// What one reconnect cost.
#[derive(Default)]
struct Count {
    up: usize,
    down: usize,
    headers: usize,
    messages: usize,
    round_trips: usize,
    server_ms: u64,
}

fn main() -> anyhow::Result<()> {
    let json = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => false,
        [only] if only == "--json" => true,
        [other, ..] => bail!("unknown argument {other}: expected --json"),
    };
    let mut bench = Bench::new()?;
    let mut documents = bench.records()?;
    let tablet_writer = bench.writers.first().context("a first writer")?;
    let identity = Identity {
        session: Session {
            organisation: tablet_writer.organisation,
            install: tablet_writer.author.install,
            worker: tablet_writer.author.worker,
            app: env!("CARGO_PKG_VERSION").to_owned(),
        },
        author: tablet_writer.author,
        key: tablet_writer.key.clone(),
    };
    let mut tablet = Device::new(identity, Soundness::SOUND, Chance::new(7));
    let first = bench.reconnect(&mut tablet)?;
    let unchanged = bench.reconnect(&mut tablet)?;
    let (here, elsewhere) = bench.away(&mut tablet, &mut documents)?;
    bench.start_again()?;
    let workload = bench.reconnect(&mut tablet)?;
    ensure!(tablet.waiting() == 0, "{} changes are still unsent", tablet.waiting());
    let missing = bench.written.iter().filter(|hash| !tablet.disk.held.contains_key(hash)).count();
    ensure!(missing == 0, "the tablet lacks {missing} changes the server holds");
    let lower_bound = deflate(&here).len() + deflate(&elsewhere).len();
    let total = workload.up + workload.down;
    let ratio = total as f64 / lower_bound as f64;
    let mut out = std::io::stdout().lock();
    if json {
        let line = serde_json::json!({
            "name": "sync",
            "versions": { "doorstep": env!("CARGO_PKG_VERSION") },
            "machine": { "os": std::env::consts::OS, "arch": std::env::consts::ARCH },
            "date": bench_date(),
            "figures": {
                "up_body_bytes": workload.up, "down_body_bytes": workload.down,
                "header_bytes": workload.headers,
                "round_trips": workload.round_trips, "messages": workload.messages,
                "unchanged_body_bytes": unchanged.up + unchanged.down,
                "lower_bound_bytes": lower_bound, "raw_change_bytes": here.len() + elsewhere.len(),
                "first_down_body_bytes": first.down, "cold_server_cpu_ms": workload.server_ms,
            },
        });
        writeln!(out, "{line}")?;
    } else {
        writeln!(
            out,
            "W: {} B up, {} B down, {total} B in all, {} B of headers, {} round trip(s), {} messages. The changes \
             alone: {} B raw, {lower_bound} B deflated; ratio {ratio:.3}. Unchanged: {} B. First pull of {RECORDS} \
             records: {} B. A server just started spends {} ms of processor on it.",
            workload.up,
            workload.down,
            workload.headers,
            workload.round_trips,
            workload.messages,
            here.len() + elsewhere.len(),
            unchanged.up + unchanged.down,
            first.down,
            workload.server_ms,
        )?;
    }
    Ok(())
}

/// Seconds since 1970, as the date of the run.
fn bench_date() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Signs in and enrols a device, as a tablet does.
fn enrol(url: &str, account: &str, chance: &mut Chance) -> anyhow::Result<(Writer, SessionRow)> {
    let mut carrier = Carrier::new(url);
    let refused = |refusal| anyhow::anyhow!("{account}: {refusal:?}");
    let answer = carrier.ask(&sign_in_request(account, PASSWORD)).context("sign in: no answer")?;
    let me = read_me(&answer).map_err(refused)?;
    let enrolling =
        Enrolling::new(me, InstallId::from_bytes(chance.bytes()), chance.bytes(), account.to_owned());
    let answer = carrier.ask(&enrolling.request()).context("enrol: no answer")?;
    let row = enrolling.finish(&answer, Timestamp::from_ms(START_MS)).map_err(refused)?;
    let author = Author { worker: row.worker, install: row.install, role: row.role };
    let key = SigningKey::from_bytes(&row.device_seed);
    Ok((Writer { author, organisation: row.organisation, key, carrier }, row))
}

impl Bench {
    fn new() -> anyhow::Result<Self> {
        let mut chance = Chance::new(1);
        let data = Data::new()?;
        let server = data.start()?;
        let mut writers = Vec::new();
        let mut scope = None;
        for account in ACCOUNTS {
            let (writer, row) = enrol(&server.url, account, &mut chance)?;
            scope = Some(Scope::TeamClinical(row.team));
            writers.push(writer);
        }
        let scope = scope.context("a team")?;
        let now = Timestamp::from_ms(START_MS);
        Ok(Self { chance, now, scope, data, server: Some(server), writers, written: BTreeSet::new() })
    }

    fn server(&self) -> anyhow::Result<&Server> {
        self.server.as_ref().context("a running server")
    }

    /// Ends the server's process and starts another over the same database, as an operator does after an update.
    fn start_again(&mut self) -> anyhow::Result<()> {
        self.server.take().context("a running server")?.kill()?;
        let server = self.data.start()?;
        for writer in &mut self.writers {
            writer.carrier.move_to(&server.url);
        }
        self.server = Some(server);
        Ok(())
    }

    fn words(&mut self, count: usize) -> String {
        let all: Vec<&str> = WORDS.split(' ').collect();
        let words: Vec<&str> = (0..count).filter_map(|_| self.chance.one_of(&all).copied()).collect();
        words.join(" ")
    }

    fn pass_time(&mut self) -> Timestamp {
        self.now = self.now.plus_ms(self.chance.ms(1_000, 90_000));
        self.now
    }

    /// An answer to a question, half of them to one that was answered before.
    fn answer(&mut self, before: Option<EntryKey>) -> Edit {
        let observed_at = self.pass_time();
        let item = self.chance.below(60);
        let value = match self.chance.below(4) {
            0 => Value::Flag(true),
            1 => Value::Whole(i64::try_from(400 + self.chance.below(300)).unwrap_or_default()),
            2 => Value::text("hazard"),
            _ => Value::Text(self.words(3)),
        };
        let replaces = if self.chance.percent(50) { before.into_iter().collect() } else { Vec::new() };
        let entry = Entry {
            about: format!("home/hs-ba{item:02}"),
            value,
            how: Some(How::Seen),
            observed_at,
            form_version: Some(1),
            replaces,
            replaces_elsewhere: Vec::new(),
            reason: None,
        };
        Edit::Entry { key: EntryKey::from_random(self.chance.bytes()), entry }
    }

    /// A short answer, or a dozen words at the end of a note.
    fn edit(&mut self, open: &Document) -> Edit {
        let part = open.part();
        if self.chance.percent(40) {
            let name = *self.chance.one_of(&SECTIONS).unwrap_or(&"story");
            let before = part.notes.get(name).cloned().unwrap_or_default();
            let text = format!("{before} {}.", self.words(12));
            return Edit::Note { name: name.to_owned(), seen: open.version(), text };
        }
        let keys: Vec<EntryKey> = part.entries.iter().map(|recorded| recorded.at.key).collect();
        let before = self.chance.one_of(&keys).copied();
        self.answer(before)
    }

    /// Every record, made and filled in by the five others, stored on the server.
    fn records(&mut self) -> anyhow::Result<BTreeMap<DocId, Document>> {
        let mut documents = BTreeMap::new();
        let mut written: BTreeMap<usize, Vec<(Header, Change)>> = BTreeMap::new();
        for record in 0..RECORDS {
            let by = 1 + record % AUTHORS;
            let header = Header {
                id: DocId::from_bytes(self.chance.bytes()),
                kind: DocKind::Visit,
                scope: self.scope,
                organisation: self.writers.first().context("a writer")?.organisation,
                person: Some(PersonId::from_bytes(self.chance.bytes())),
                visit: Some(VisitId::from_bytes(self.chance.bytes())),
                retention: RetentionClass::AdultRecord,
            };
            let author = self.writers.get(by).context("a writer")?.author;
            let actor = ActorId::from_bytes(self.chance.bytes());
            let edits: Vec<Edit> = (0..10).map(|_| self.answer(None)).collect();
            let at = self.pass_time();
            let (mut open, change) = Document::create(header.clone(), &SECTIONS, &author, actor, at, &edits)?;
            let list = written.entry(by).or_default();
            list.push((header.clone(), change));
            for _ in 0..EDITS_EACH {
                let edit = self.edit(&open);
                let fresh = ActorId::from_bytes(self.chance.bytes());
                let at = self.pass_time();
                if let Some(change) = open.write(&author, actor, fresh, at, &[edit])? {
                    list.push((header.clone(), change));
                }
            }
            documents.insert(header.id, open);
        }
        for (by, changes) in written {
            self.store(by, changes)?;
        }
        Ok(documents)
    }

    /// Uploads changes of one writer in signed batches.
    fn store(&mut self, by: usize, changes: Vec<(Header, Change)>) -> anyhow::Result<()> {
        let mut open: Vec<(Header, Change)> = Vec::new();
        let mut bytes = 0;
        for (header, change) in changes {
            if bytes + change.bytes.len() > BATCH_BYTES_MAX {
                self.store_batch(by, std::mem::take(&mut open))?;
                bytes = 0;
            }
            bytes += change.bytes.len();
            open.push((header, change));
        }
        self.store_batch(by, open)
    }

    fn store_batch(&mut self, by: usize, changes: Vec<(Header, Change)>) -> anyhow::Result<()> {
        let writer = self.writers.get(by).context("a writer")?;
        let mut headers: BTreeMap<DocId, Header> = BTreeMap::new();
        for (header, change) in &changes {
            if change.header.is_some() {
                headers.insert(header.id, header.clone());
            }
        }
        let manifest = Manifest {
            organisation: writer.organisation,
            install: writer.author.install,
            worker: writer.author.worker,
            scope: self.scope,
            headers: headers.into_values().collect(),
            pairs: changes
                .iter()
                .map(|(header, change)| Pair { document: header.id, hash: change.hash })
                .collect(),
        };
        let signed = SignedManifest::sign(manifest, &writer.key)?;
        let install = writer.author.install;
        self.written.extend(changes.iter().map(|(_, change)| change.hash));
        let bodies =
            (0..).zip(changes).map(|(place, (_, change))| Body { place, bytes: change.bytes }).collect();
        let batch = SignedBatch { signed, bodies };
        let hello = Hello {
            protocol: PROTOCOL,
            install: Some(install),
            batches: vec![PackedBatch::pack(&batch)],
            ..Hello::default()
        };
        let writer = self.writers.get_mut(by).context("a writer")?;
        let answer = writer.carrier.sync(&pack(&hello)).context("store a batch: no answer")?;
        ensure!(answer.status == 200, "store a batch: status {}", answer.status);
        for ack in unpack::<Answer>(&answer.body, ANSWER_BYTES_MAX)?.acks {
            ensure!(ack.refused.is_empty() && ack.need.is_empty(), "the server refused: {:?}", ack.refused);
        }
        Ok(())
    }

    /// What happens while the tablet is away. Returns the raw changes made here and elsewhere.
    fn away(
        &mut self,
        tablet: &mut Device,
        documents: &mut BTreeMap<DocId, Document>,
    ) -> anyhow::Result<(Vec<u8>, Vec<u8>)> {
        let all: Vec<DocId> = documents.keys().copied().collect();
        let before = tablet.disk.outbox.len();
        for document in all.iter().step_by(60).take(CHANGED_HERE) {
            for _ in 0..1 + self.chance.below(2) {
                let open = tablet.documents().get(document).context("the tablet holds every record")?;
                let edit = self.edit(open);
                let now = self.pass_time();
                let acts = tablet.edit(now, *document, vec![edit]);
                settle(tablet, now, acts);
            }
        }
        let mut here = Vec::new();
        for hash in tablet.disk.outbox.iter().skip(before) {
            here.extend_from_slice(&tablet.disk.held.get(hash).context("a queued change")?.bytes);
        }
        let mut elsewhere = Vec::new();
        let mut written: BTreeMap<usize, Vec<(Header, Change)>> = BTreeMap::new();
        for (at, document) in all.iter().skip(7).step_by(37).take(CHANGED_ELSEWHERE).enumerate() {
            let by = 1 + at % AUTHORS;
            let author = self.writers.get(by).context("a writer")?.author;
            let actor = ActorId::from_bytes(self.chance.bytes());
            for _ in 0..1 + self.chance.below(2) {
                let open = documents.get(document).context("every record")?;
                let edit = self.edit(open);
                let fresh = ActorId::from_bytes(self.chance.bytes());
                let now = self.pass_time();
                let open = documents.get_mut(document).context("every record")?;
                if let Some(change) = open.write(&author, actor, fresh, now, &[edit])? {
                    elsewhere.extend_from_slice(&change.bytes);
                    written.entry(by).or_default().push((open.header().clone(), change));
                }
            }
        }
        for (by, changes) in written {
            self.store(by, changes)?;
        }
        Ok((here, elsewhere))
    }

    /// Connects until nothing is left to say, and counts every byte.
    fn reconnect(&mut self, tablet: &mut Device) -> anyhow::Result<Count> {
        let mut count = Count::default();
        let proxy = Proxy::to(&self.server()?.url)?;
        let cpu_ms_before = cpu_ms(self.server()?.pid())?;
        let now = self.pass_time();
        let carrier = &mut self.writers.first_mut().context("the tablet's writer")?.carrier;
        carrier.move_to(&proxy.url);
        let mut acts = tablet.step(now, ClientInput::Woken);
        acts.extend(tablet.step(now, ClientInput::Opened { live: false }));
        let mut outgoing = settle(tablet, now, acts);
        while let Some(bytes) = outgoing.pop() {
            let answer = carrier.sync(&bytes).context("sync: no answer")?;
            ensure!(answer.status == 200, "sync: status {}", answer.status);
            count.up += bytes.len();
            count.down += answer.body.len();
            count.messages += 2;
            count.round_trips += 1;
            let acts = tablet.step(now, ClientInput::Received(answer.body));
            outgoing.extend(settle(tablet, now, acts));
        }
        tablet.step(now, ClientInput::Closed);
        let (up, down) = proxy.take();
        count.headers = usize::try_from(up + down)?.saturating_sub(count.up + count.down);
        let server = self.server()?;
        count.server_ms = cpu_ms(server.pid())?.saturating_sub(cpu_ms_before);
        let url = server.url.clone();
        self.writers.first_mut().context("the tablet's writer")?.carrier.move_to(&url);
        Ok(count)
    }
}

/// Processor time a process has used so far, in milliseconds, user and system. Linux counts it in hundredths of a second.
fn cpu_ms(pid: u32) -> anyhow::Result<u64> {
    let line =
        std::fs::read_to_string(format!("/proc/{pid}/stat")).context("read the server's processor time")?;
    let (_, fields) = line.rsplit_once(')').context("read the server's processor time")?;
    // Fields 14 and 15 of proc(5); the first after the name is the third.
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
    Ok(ticks * 10)
}

/// Makes every transaction durable and returns what is to be sent.
fn settle(tablet: &mut Device, now: Timestamp, mut acts: Vec<Act>) -> Vec<Vec<u8>> {
    let mut sent = Vec::new();
    while let Some(act) = acts.pop() {
        match act {
            Act::Send(bytes) => sent.push(bytes),
            Act::Committing => acts.extend(tablet.commit(now)),
            Act::DialAt(_) | Act::HangUp => {}
        }
    }
    sent
}
