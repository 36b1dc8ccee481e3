//! Sync: how changes travel between devices and the server. This header is the protocol's one specification.
//!
//! The normal path is a cursor feed of content-addressed changes. A hash chain in every position shows a server that
//! lost or rewrote history. Nothing here touches a clock, chance, a store, a socket or a document.
//!
//! # Words
//!
//! - **change**: raw bytes named by their SHA-256, at most 192 KiB, never compressed by itself.
//! - **scope**: one access class; whoever has it sees all of it.
//! - **header**: what the server must know of a document. It travels in each manifest of its document until one is
//!   acknowledged, and inside the document's first change.
//! - **manifest**: organisation, install, worker, scope, headers, (document, hash) pairs, in deterministic CBOR.
//!   **batch id**: its BLAKE3. **signature**: Ed25519 by the device key over `"doorstep batch v1\0" ‖ batch id`.
//!   Manifests are kept byte for byte as long as any change in them, on both sides.
//! - **batch**: a manifest and its changes: at most 192 KiB of them or one, of one install, worker and scope.
//! - **feed**: the rows of a scope, numbered from 1 without gaps.
//! - **digest** of a row: `BLAKE3(kind ‖ document ‖ hash or control)`; kind is one byte, document sixteen (zeros when
//!   there is none). **chain** after it: the first 16 bytes of `BLAKE3(chain before ‖ seq ‖ digest)`, seq as eight
//!   bytes, most significant first; sixteen zeros before row 1.
//! - **position**: a row's number and the chain after it. **cursor**: up to which a device holds everything.
//!   **seen**: the highest position it was told of, by page or by ack.
//! - **epoch**: a label for one life of a database, for people. It decides nothing.
//!
//! # One exchange
//!
//! A device sends a [`message::Hello`] and gets a [`message::Answer`], as the bodies of `POST /sync` or as binary
//! frames of `GET /sync/socket`. Over a socket the device may send further hellos, one at a time, and the server may
//! push answers with turn 0. Bodies are CBOR, deflated whole in the zlib form, whose checksum covers
//! what no signature does. Limits before deflation: hello 4 MiB,
//! answer 8 MiB; at most 64 batches, 256 scopes, 4,096 changes in a batch; one answer carries at most the device's
//! credit of changes, never more than 2 MiB.
//!
//! Order of work on the server, for each hello: positions are looked up; batches are judged and stored in one commit;
//! the rest of each feed is read; one answer is sent. An ack is sent after the durable commit, never before.
//!
//! Order of work on the device: a manifest is kept before it is sent; one answer is one transaction (changes, cursor,
//! acks, refusals); only then does the machine go on, and only then are changes applied to open documents. An answer's
//! acks count only if it answers the last hello sent.
//!
//! | hello | key | | answer | key | |
//! |---|---|---|---|---|---|
//! | protocol | 0 | 1 | turn | 0 | of the hello; 0 when pushed |
//! | app | 1 | version, for the log | epoch | 1 | |
//! | install | 2 | must be the one signed in | acks | 2 | `{0 batch, 1 position, 2 [[hash, code]], 3 need}` |
//! | epoch | 3 | | pages | 3 | below |
//! | claims | 4 | `{0 scope, 1 cursor, 2 seen?}` | scopes | 4 | when not exactly those claimed |
//! | self-checks | 5 | place kept | backed up | 5 | place kept |
//! | batches | 6 | below | retry, ms | 6 | |
//! | live | 7 | wants pushes | more | 7 | ask again |
//! | credit, bytes | 8 | | diverged | 8 | `{0 scope, 1 common?}` |
//! | turn | 9 | from 1 | code | 9 | nothing was taken |
//! | offers | 10 | `{0 scope, 1 positions}` | orders | 10 | place kept |
//! | whole | 11 | own rows with changes | minimum version | 11 | place kept |
//! | kept out | 12 | `{0 pair, 1 code}` | presence | 12 | place kept |
//! | presence | 13 | place kept | reconcile | 13 | place kept |
//! | reconcile | 14 | place kept | snapshots | 14 | place kept |
//! | resume | 15 | place kept | | | |
//!
//! A position is `[seq, chain]`, a pair `[document, hash]`. Keys a build does not know are skipped; a key is never
//! used again for something else. Codes are in [`code`].
//!
//! **Batch on the way** ([`packed`]): `{0 organisation, 1 install, 2 worker, 3 scope, 4 headers, 5 documents, 6 for
//! each pair the place of its document, 7 [[place, hash]] of changes that do not travel, 8 changes, 9 signature,
//! 10 manifest}`. A change travels without its first eight bytes, which follow from the rest; its hash does not
//! travel. Key 10 stands instead of 0 to 6 when the manifest holds keys its sender does not know.
//!
//! **Page**: `{0 scope, 1 after, 2 rows, 3 chain after the last, 4 batches, 5 keys}`. Rows are runs: `[0, [batch,
//! first, count]]` changes of a batch of the page; `[1, [batch id, first, count]]` the reader's own, by name;
//! `[2, [digest]]` erased; `[3, [kind, document?, control]]`. A device takes a page only when `after` is its cursor
//! and the chain follows from the rows; what is earlier is stale, what is later makes it ask. A row by name is believed
//! only of a change found in the store; if one is not there, the device asks for whole rows.
//!
//! # Rules
//!
//! 1. The hash is the key: the same change gets the same answer, any number of times, in any order.
//! 2. The device turns an ack into hashes, less refused and needed ([`client`]). `header_missing`: signed again with
//!    the header. `fork`, `fork_child`: the bytes go to quarantine, whoever wrote them, and leave the document; of the
//!    entries that leave with them, also those in stored changes that build on them, each device writes its own
//!    again under a new actor, never another's. Every other code: an own change goes to quarantine, where a person
//!    sees it; another's stays in the log. A change in quarantine that a feed then names is part of the log again.
//! 3. A missing dependency is stored and answered with `need`; held here, it is sent again.
//! 4. The server checks cursor **and** seen. One it does not know is divergence: it names the latest position both
//!    know, the cursor itself or one of at most 32 offered; if none was offered, the device offers next time; if none
//!    is known, 0. The device goes back there and sends everything it holds past it again, its own and other
//!    people's, each with its manifest as signed ([`chain::Checkpoints`], [`judge`]).
//! 5. Others' changes count only with a manifest that verifies, on the server against the registered key, on a device
//!    against the first key it heard of for that install. What does not is kept out, kept, and told.
//! 6. What a worker may not see is answered as if it did not exist.
//! 7. A push, like every wake-up, is a hint. An idle device asks every 15 seconds.
//! 8. A new device starts at row 0 of each scope. (Snapshots have their place in the messages.)
//! 9. Failures wait: 1 s doubled to 16 s, the upper half by chance; `retry` is the least.

pub mod backoff;
pub mod batch;
pub mod chain;
pub mod client;
pub mod code;
pub mod codec;
pub mod feed;
pub mod judge;
pub mod message;
pub mod outbox;
pub mod packed;
pub mod sabotage;
pub mod server;
pub mod state;

#[cfg(test)]
mod golden_tests;
