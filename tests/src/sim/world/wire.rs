//! What lies between devices and the server: links, the network, and the server's runner.
//!
//! In: bytes a device sends. Out: bytes it receives, late, twice, damaged or never; hints to the others.
//! The runner performs the exchange's effects as the real one does; an append takes its time and may be cut short.

use std::collections::{BTreeMap, BTreeSet};

use doorstep_shared::docs::header::Scope;
use doorstep_shared::ids::{BatchId, ChangeHash};
use doorstep_shared::sync::batch::SignedBatch;
use doorstep_shared::sync::client::Input as ClientInput;
use doorstep_shared::sync::code::MessageCode;
use doorstep_shared::sync::codec::{HELLO_BYTES_MAX, pack, unpack};
use doorstep_shared::sync::message::{Answer, Hello};
use doorstep_shared::sync::server::{Effect, Exchange, Input};
use doorstep_shared::time::Timestamp;

use crate::sim::device::Device;
use crate::sim::oracle::Broken;
use crate::sim::world::{Event, Link, World};

impl World {
    /// Puts a message on the network: it may be lost, come late, come twice, or overtake another.
    pub(super) fn carry(&mut self, bytes: Vec<u8>, event: impl Fn(Vec<u8>) -> Event) {
        self.outcome.messages += 1;
        if self.is_calm() {
            self.after(self.now.plus_ms(50), event(bytes));
            return;
        }
        if self.chance.percent(6) {
            return;
        }
        let mut bytes = bytes;
        if self.chance.percent(1) {
            // A proxy's error page, or a bit that flipped on the way.
            let at = usize::try_from(self.chance.below(bytes.len() as u64)).unwrap_or_default();
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 0x55;
            }
        }
        let copies = if self.chance.percent(8) { 2 } else { 1 };
        for _ in 0..copies {
            let slow = if self.chance.percent(5) { 20_000 } else { 400 };
            let wait = self.chance.ms(5, slow);
            self.after(self.now.plus_ms(wait), event(bytes.clone()));
        }
    }

    pub(super) fn dial(&mut self, device: usize, at: Timestamp) {
        let is_current = self.dial_at.get(device) == Some(&Some(at));
        let is_free = self.link_of.get(device) == Some(&None);
        if !is_current || !is_free {
            return;
        }
        if let Some(slot) = self.dial_at.get_mut(device) {
            *slot = None;
        }
        let is_lucky = self.is_calm() || self.chance.percent(85);
        if !self.server_up || !is_lucky {
            let acts = self.device(device, |device, now| device.step(now, ClientInput::Closed));
            self.perform(device, acts);
            return;
        }
        self.births += 1;
        let link = self.births;
        let Some(install) = self.devices.get(device).map(Device::install) else { return };
        let exchange = Exchange::new(install).with_soundness(self.soundness);
        self.links.insert(link, Link { device, exchange, uploads: Vec::new(), travelled: BTreeMap::new() });
        if let Some(slot) = self.link_of.get_mut(device) {
            *slot = Some(link);
        }
        let acts = self.device(device, |device, now| device.step(now, ClientInput::Opened { live: true }));
        self.perform(device, acts);
    }

    pub(super) fn end_link(&mut self, device: usize) {
        let Some(link) = self.link_of.get_mut(device).and_then(Option::take) else { return };
        self.links.remove(&link);
        let acts = self.device(device, |device, now| device.step(now, ClientInput::Closed));
        self.perform(device, acts);
    }

    pub(super) fn arrives_at_server(&mut self, link: u64, bytes: &[u8]) {
        if !self.links.contains_key(&link) {
            return;
        }
        let Ok(hello) = unpack::<Hello>(bytes, HELLO_BYTES_MAX) else {
            let answer = Answer { code: Some(MessageCode::Malformed), ..Answer::default() };
            self.answer(link, &answer);
            return;
        };
        self.server_step(link, Input::Received(Box::new(hello)));
    }

    /// The server's runner: performs every effect at once but the append, which takes its time.
    fn server_step(&mut self, at: u64, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            let Some(link) = self.links.get_mut(&at) else { return };
            let device = link.device;
            let effects = link.exchange.step(input);
            let Some(install) = self.devices.get(device).map(Device::install) else { return };
            for effect in effects {
                match effect {
                    Effect::LookUp(queries) => {
                        inputs.push(Input::Found(self.database.look_up(&queries, &self.registry)));
                    }
                    Effect::ReadFeed(read) => {
                        let slice = self.database.read(read, install, self.page_bytes, &self.registry);
                        inputs.push(Input::Feed(slice));
                    }
                    Effect::Append(batches) => {
                        if let Some(link) = self.links.get_mut(&at) {
                            link.travelled = travelled(&batches);
                            link.uploads = batches;
                        }
                        let wait = self.chance.ms(1, 60);
                        let life = self.server_life;
                        self.after(self.now.plus_ms(wait), Event::Append { link: at, life });
                    }
                    Effect::Send(answer) => self.answer(at, &answer),
                }
            }
        }
    }

    pub(super) fn append(&mut self, at: u64, life: u64) {
        if !self.server_up || life != self.server_life {
            return;
        }
        // A device that is gone does not stop the commit.
        let Some(link) = self.links.get_mut(&at) else { return };
        let batches = std::mem::take(&mut link.uploads);
        let device = link.device;
        let Some(install) = self.devices.get(device).map(Device::install) else { return };
        let scopes: BTreeSet<Scope> = batches.iter().map(|batch| batch.signed.manifest().scope).collect();
        if !self.is_calm() && self.chance.percent(4) {
            // The worst moment for a restore: the backup is from just before, the answer has just been believed.
            let older = Some(Box::new(self.database.clone()));
            let wait = self.chance.ms(100, 3_000);
            self.after(self.now.plus_ms(wait), Event::KillServer { older });
        }
        let acks = self.database.append(batches, install, &self.registry, self.soundness);
        if !self.is_calm() && self.chance.percent(15) {
            // On disk, and the answer never comes.
            self.end_link(device);
        } else {
            self.server_step(at, Input::Appended(acks));
        }
        if !self.is_calm() {
            self.tell(at, &scopes);
        }
    }

    /// Hints to everybody else; in the calm none arrives.
    fn tell(&mut self, from: u64, scopes: &BTreeSet<Scope>) {
        let others: Vec<u64> = self.links.keys().copied().filter(|link| *link != from).collect();
        for link in others {
            for scope in scopes {
                if self.chance.percent(70) {
                    self.server_step(link, Input::Told(*scope));
                }
            }
        }
    }

    fn answer(&mut self, at: u64, answer: &Answer) {
        self.check_acks(at, answer);
        self.carry(pack(answer), |bytes| Event::ToDevice { link: at, bytes });
    }

    /// Durable, then said.
    fn check_acks(&mut self, at: u64, answer: &Answer) {
        let Some(link) = self.links.get(&at) else { return };
        for ack in &answer.acks {
            if ack.at.is_none() {
                continue;
            }
            let hashes = link.travelled.get(&ack.batch).map(Vec::as_slice).unwrap_or_default();
            for hash in hashes {
                if ack.refused.iter().any(|refused| refused.hash == *hash) {
                    continue;
                }
                if !self.database.holds(hash) {
                    self.broken = Some(Broken::SaidNotStored(*hash));
                    return;
                }
                self.acknowledged.insert(*hash);
            }
        }
    }
}

/// The changes that travel with each batch.
fn travelled(batches: &[SignedBatch]) -> BTreeMap<BatchId, Vec<ChangeHash>> {
    let hashes = |batch: &SignedBatch| {
        let bodies = batch.bodies.iter();
        bodies.filter_map(|body| Some(batch.signed.pair(body.place)?.hash)).collect()
    };
    batches.iter().map(|batch| (batch.signed.id(), hashes(batch))).collect()
}
