//! The sandbox: a payment provider as a little service of its own, for demos, tests and rehearsals.
//! It hosts the payment page, keeps double-entry books on disk, calls back, and can be told to
//! misbehave. It knows the shop only by the protocol of docs/contracts/payment-provider.md.

mod api;
mod books;
mod cards;
mod courier;
mod deeds;
mod entry;
mod fault;
mod house;
mod knobs;
mod log;
mod page;
mod words;

pub use fault::SandboxFault;
pub use knobs::{Knobs, KnobsChange};

use crate::signature::Secret;
use house::House;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;

/// How a sandbox is set up.
#[derive(Clone)]
pub struct SandboxConfig {
    /// Where its log lies; made if it is not there.
    pub folder: PathBuf,
    /// How shoppers reach it, without a slash at the end, such as `http://127.0.0.1:1112`.
    pub public_url: String,
    /// The bearer that the shop must show.
    pub api_key: String,
    /// Where callbacks go; none are sent without it.
    pub callback_url: Option<String>,
    /// What callbacks are signed with.
    pub callback_secret: Secret,
    /// How it misbehaves.
    pub knobs: Knobs,
    /// What the misbehaviour follows from.
    pub seed: u64,
}

/// A sandbox that has read its log.
pub struct Sandbox {
    house: Arc<House>,
}

impl Sandbox {
    /// Opens the sandbox in its folder and reads its log; a torn last line is cut.
    ///
    /// # Errors
    /// When the folder cannot be used, or the log is damaged before its last line.
    pub fn open(config: SandboxConfig) -> Result<Sandbox, SandboxFault> {
        let house = House::open(config)?;
        Ok(Sandbox {
            house: Arc::new(house),
        })
    }

    /// Its routes. Late deposits land only while a runtime runs, so this is called within one.
    pub fn router(&self) -> axum::Router {
        deeds::resume_deposits(&self.house);
        api::router(self.house.clone()).merge(page::router(self.house.clone()))
    }

    /// Serves until `stop` is ready; what is under way is finished first.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), SandboxFault> {
        let router = self.router();
        let serving = axum::serve(ListenerWithoutDelay(listener), router);
        let served = serving.with_graceful_shutdown(stop).await;
        served.map_err(SandboxFault::Listener)
    }
}

/// Answers are small and waited for: no connection delays them to fill packets.
struct ListenerWithoutDelay(TcpListener);

impl axum::serve::Listener for ListenerWithoutDelay {
    type Io = tokio::net::TcpStream;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = axum::serve::Listener::accept(&mut self.0).await;
        if let Err(fault) = stream.set_nodelay(true) {
            tracing::debug!(%fault, "a connection cannot be told not to delay");
        }
        (stream, address)
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.0.local_addr()
    }
}
