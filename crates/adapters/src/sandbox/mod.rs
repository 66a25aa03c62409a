//! The sandbox: the built-in payment provider for demos, tests and rehearsals. A service of its own
//! with books of its own, that speaks docs/contracts/payment-provider.md and knows nothing else of
//! the shop. It moves no money.
//!
//! Facts are written to a log and answered for once they are on disk; [`Knobs`] say how badly it
//! behaves.

mod account;
mod books;
mod callback;
mod calls;
mod cards;
mod deeds;
mod dice;
mod fact;
mod fault;
mod knobs;
mod log;
mod outbox;
mod pages;
mod payment;
mod problem;
mod provider;
mod sender;
mod verifications;
mod words;

pub use fault::SandboxFault;
pub use knobs::{KnobFault, Knobs};

use crate::signature::Secret;
use axum::Router;
use axum::serve::ListenerExt;
use provider::{Parcel, Provider};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;
use vocabulary::Millis;

/// How often the sandbox looks for payments that time out and promises that fall due.
const STRIKE_EVERY: Duration = Duration::from_millis(100);

/// Says what time it is.
pub type Clock = Arc<dyn Fn() -> Millis + Send + Sync>;

/// How the sandbox is reached, whom it tells, and how it behaves.
#[derive(Clone)]
pub struct SandboxConfig {
    /// What callers of `/v1` must bring as their bearer.
    pub key: String,
    /// What callbacks are signed with.
    pub callback_secret: Secret,
    /// Where callbacks go: the shop's `/v1/payments/callbacks`.
    pub callback_url: String,
    /// How shoppers reach the sandbox, without a slash at the end.
    pub public_url: String,
    /// How it behaves at the start.
    pub knobs: Knobs,
    /// What chance follows from: the same seed, the same fate for the same payment.
    pub seed: u64,
}

impl fmt::Debug for SandboxConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxConfig")
            .field("callback_url", &self.callback_url)
            .field("public_url", &self.public_url)
            .field("knobs", &self.knobs)
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}

/// The sandbox with its books open.
pub struct Sandbox {
    provider: Arc<Provider>,
    client: reqwest::Client,
    inbox: UnboundedReceiver<Parcel>,
}

impl Sandbox {
    /// Opens the books in `folder`, made if need be, with the system's clock.
    ///
    /// # Errors
    /// When the folder cannot be used, is in use, or holds damaged books; when a knob is out of
    /// bounds.
    pub fn open(folder: &Path, config: SandboxConfig) -> Result<Sandbox, SandboxFault> {
        Sandbox::open_with_clock(folder, config, Arc::new(system_time))
    }

    /// [`Sandbox::open`] with a clock of one's own.
    ///
    /// # Errors
    /// As there.
    pub fn open_with_clock(
        folder: &Path,
        mut config: SandboxConfig,
        clock: Clock,
    ) -> Result<Sandbox, SandboxFault> {
        config
            .public_url
            .truncate(config.public_url.trim_end_matches('/').len());
        let client = sender::client()?;
        let (provider, inbox) = Provider::open(folder, config, clock)?;
        Ok(Sandbox {
            provider: Arc::new(provider),
            client,
            inbox,
        })
    }

    /// The routes alone: the protocol under `/v1`, the hosted pages, `/healthz`. Time passes for
    /// payments that are asked for, but callbacks are sent only by [`Sandbox::serve`].
    pub fn router(&self) -> Router {
        let provider = self.provider.clone();
        calls::routes(provider.clone())
            .merge(pages::routes())
            .merge(verifications::pages())
            .with_state(provider)
    }

    /// Serves until `shutdown`, then ends what is under way and closes the books.
    ///
    /// # Errors
    /// [`SandboxFault::Socket`].
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), SandboxFault> {
        let router = self.router();
        let mut chores = JoinSet::new();
        chores.spawn(strike_now_and_then(self.provider.clone()));
        chores.spawn(sender::send_callbacks(
            self.provider.clone(),
            self.client,
            self.inbox,
        ));
        let listener = listener.tap_io(|connection| {
            if let Err(error) = connection.set_nodelay(true) {
                tracing::debug!(%error, "small answers may wait");
            }
        });
        let served = axum::serve(listener, router)
            .with_graceful_shutdown(shutdown)
            .await;
        chores.shutdown().await;
        served.map_err(SandboxFault::Socket)
    }
}

async fn strike_now_and_then(provider: Arc<Provider>) {
    let mut every = tokio::time::interval(STRIKE_EVERY);
    loop {
        every.tick().await;
        provider.strike();
    }
}

fn system_time() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let since = since.expect("the clock is set to after 1970");
    Millis(u64::try_from(since.as_millis()).expect("the year is before 500,000,000"))
}
