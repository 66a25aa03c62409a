//! Being asked to stop, and how long stopping may take.

use anyhow::Context;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;

/// How long open connections are waited for; streams would otherwise never end.
const PATIENCE: Duration = Duration::from_secs(5);

/// SIGINT and SIGTERM, listened for.
pub struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

pub fn listen() -> anyhow::Result<Stop> {
    let cannot = "signals cannot be listened for";
    let interrupt = signal(SignalKind::interrupt()).context(cannot)?;
    let terminate = signal(SignalKind::terminate()).context(cannot)?;
    Ok(Stop {
        interrupt,
        terminate,
    })
}

impl Stop {
    /// Ends when either comes.
    pub async fn asked(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Waits for the server to finish what is under way, but not for ever.
pub async fn within_patience(mut serving: JoinHandle<()>) -> anyhow::Result<()> {
    match tokio::time::timeout(PATIENCE, &mut serving).await {
        Ok(served) => served.context("the server panicked"),
        Err(_) => {
            serving.abort();
            Ok(())
        }
    }
}
