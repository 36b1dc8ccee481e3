//! The hub: tells open sockets that a scope grew.
//!
//! In: a scope, after the commit. Out: the same, to whoever listens on this node. Only a hint: a listener that misses
//! one, or all of them, finds the rows at its next read.

use doorstep_shared::docs::header::Scope;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// Hints kept for a slow listener; one that misses some is told to look everywhere.
const HINTS_MAX: usize = 256;

/// Where hints go in.
#[derive(Clone, Debug)]
pub(crate) struct Hub {
    hints: broadcast::Sender<Scope>,
}

/// Where one socket's hints come out.
pub(crate) struct Listener {
    hints: broadcast::Receiver<Scope>,
}

/// What a listener learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    /// This scope may have grown.
    Grew(Scope),
    /// Hints were missed: any scope may have grown.
    Missed,
}

impl Hub {
    pub(crate) fn new() -> Self {
        Self { hints: broadcast::Sender::new(HINTS_MAX) }
    }

    /// Says that a scope grew. Nobody listening is not an error.
    pub(crate) fn tell(&self, scope: Scope) {
        let _unheard = self.hints.send(scope);
    }

    /// Listens from now on.
    pub(crate) fn listen(&self) -> Listener {
        Listener { hints: self.hints.subscribe() }
    }
}

impl Listener {
    /// The next hint. Waits for ever once the hub is gone, which ends with the server.
    pub(crate) async fn next(&mut self) -> Hint {
        match self.hints.recv().await {
            Ok(scope) => Hint::Grew(scope),
            Err(RecvError::Lagged(_)) => Hint::Missed,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorstep_shared::ids::TeamId;

    #[tokio::test]
    async fn a_listener_that_fell_behind_is_told_to_look_everywhere() {
        let scope = Scope::TeamCore(TeamId::from_bytes([1; 16]));
        let hub = Hub::new();
        let mut listener = hub.listen();
        for _ in 0..=HINTS_MAX {
            hub.tell(scope);
        }
        assert_eq!(listener.next().await, Hint::Missed);
        assert_eq!(listener.next().await, Hint::Grew(scope));
    }
}
