//! The one writer: every change of the database passes here, many at a time.
//!
//! In: jobs, in the order they were asked. Out: their answers, each only after the commit that holds it.
//! Jobs that wait together share a transaction, so a hundred uploads cost one `fsync`; each has its own savepoint, so
//! one that fails takes nothing of the others with it. Never acknowledges what a power cut could take back.

use std::future::Future;
use std::pin::Pin;

use doorstep_shared::sync::sabotage::{Sabotage, Soundness};
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use crate::store::contract::StoreFault;
use crate::store::sqlite::fault;

/// Most jobs in one transaction: bounds what one power cut makes clients send again.
const TOGETHER_MAX: usize = 64;

/// Most jobs that may wait; past it callers wait to ask.
const WAITING_MAX: usize = 256;

/// What a job does with the connection.
pub(super) type Running<'c, T> = Pin<Box<dyn Future<Output = Result<T, StoreFault>> + Send + 'c>>;

trait Job: Send {
    fn run<'c>(&'c mut self, connection: &'c mut SqliteConnection) -> Running<'c, ()>;
    fn answer(self: Box<Self>);
    fn fail(self: Box<Self>, fault: StoreFault);
}

struct Task<F, T> {
    work: Option<F>,
    done: Option<T>,
    reply: oneshot::Sender<Result<T, StoreFault>>,
}

impl<F, T> Job for Task<F, T>
where
    F: for<'c> FnOnce(&'c mut SqliteConnection) -> Running<'c, T> + Send,
    T: Send,
{
    fn run<'c>(&'c mut self, connection: &'c mut SqliteConnection) -> Running<'c, ()> {
        Box::pin(async move {
            if let Some(work) = self.work.take() {
                self.done = Some(work(connection).await?);
            }
            Ok(())
        })
    }

    // A caller that no longer listens has gone away; what it asked for is done all the same.
    fn answer(self: Box<Self>) {
        if let Some(done) = self.done {
            let _gone = self.reply.send(Ok(done));
        }
    }

    fn fail(self: Box<Self>, fault: StoreFault) {
        let _gone = self.reply.send(Err(fault));
    }
}

/// The way to the writer.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    jobs: mpsc::Sender<Message>,
}

enum Message {
    Job(Box<dyn Job>),
    Stop(oneshot::Sender<()>),
}

impl Writer {
    /// Starts the task that owns `connection`.
    pub(super) fn start(connection: SqliteConnection, soundness: Soundness) -> Self {
        let (jobs, waiting) = mpsc::channel(WAITING_MAX);
        tokio::spawn(write(connection, waiting, soundness));
        Self { jobs }
    }

    /// Runs `work` inside a transaction and returns its answer after the commit.
    pub(super) async fn run<F, T>(&self, work: F) -> Result<T, StoreFault>
    where
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> Running<'c, T> + Send + 'static,
        T: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Task { work: Some(work), done: None, reply });
        self.jobs.send(Message::Job(job)).await.map_err(|_| StoreFault::Closed)?;
        answer.await.map_err(|_| StoreFault::Closed)?
    }

    /// Whether the task has ended, so that nothing can be written any more.
    pub(super) fn is_gone(&self) -> bool {
        self.jobs.is_closed()
    }

    /// Commits what waits, then closes the database. Later jobs are refused.
    pub(super) async fn stop(&self) {
        let (reply, stopped) = oneshot::channel();
        if self.jobs.send(Message::Stop(reply)).await.is_ok() {
            let _already = stopped.await;
        }
    }
}

async fn write(mut connection: SqliteConnection, mut waiting: mpsc::Receiver<Message>, soundness: Soundness) {
    let mut together = Vec::new();
    let mut stop = None;
    while stop.is_none() && waiting.recv_many(&mut together, TOGETHER_MAX).await > 0 {
        let mut jobs = Vec::new();
        for message in together.drain(..) {
            match message {
                Message::Job(job) => jobs.push(job),
                Message::Stop(reply) => stop = Some(reply),
            }
        }
        if !jobs.is_empty() {
            commit(&mut connection, jobs, soundness).await;
        }
    }
    waiting.close();
    if let Err(error) = connection.close().await {
        tracing::error!(%error, "closing the database");
    }
    if let Some(reply) = stop {
        let _gone = reply.send(());
    }
}

/// Runs the jobs in one transaction and answers each after the commit.
async fn commit(connection: &mut SqliteConnection, jobs: Vec<Box<dyn Job>>, soundness: Soundness) {
    let mut transaction = match connection.begin_with("BEGIN IMMEDIATE").await {
        Ok(transaction) => transaction,
        Err(error) => return fail_all(jobs, &fault(error)),
    };
    let mut done = Vec::with_capacity(jobs.len());
    let mut jobs = jobs.into_iter();
    while let Some(mut job) = jobs.next() {
        let result = in_savepoint(&mut transaction, job.as_mut()).await;
        match result {
            Ok(()) => done.push(job),
            // The rest of the transaction is gone too: nobody in it may be told otherwise.
            Err(fault) if fault.ends_transaction() => {
                done.push(job);
                done.extend(jobs);
                return fail_all(done, &fault);
            }
            Err(fault) => job.fail(fault),
        }
    }
    if soundness.is_broken(Sabotage::AckBeforeCommit) {
        done.drain(..).for_each(Job::answer);
    }
    match transaction.commit().await {
        Ok(()) => done.into_iter().for_each(Job::answer),
        Err(error) => fail_all(done, &fault(error)),
    }
}

async fn in_savepoint(connection: &mut SqliteConnection, job: &mut dyn Job) -> Result<(), StoreFault> {
    let mut savepoint = connection.begin().await.map_err(fault)?;
    job.run(&mut savepoint).await?;
    savepoint.commit().await.map_err(fault)
}

fn fail_all(jobs: Vec<Box<dyn Job>>, fault: &StoreFault) {
    tracing::error!(%fault, jobs = jobs.len(), "nothing of this transaction was stored");
    for job in jobs {
        job.fail(fault.clone());
    }
}

#[cfg(test)]
#[path = "writer_tests.rs"]
mod tests;
