//! `doorbuster serve`: opens the house, puts the clerks to work, and answers on the shop's port
//! until it is told to stop.

mod meters;
mod notices;
mod payments;
mod purge;
mod shop;
mod staff;
mod webhooks;

use crate::config::{Config, SettingFlags, Settings};
use crate::house::House;
use crate::signals;
use anyhow::Context;
use clap::Parser;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;

/// Serve the festival: shop, API, desk and board on one port.
#[derive(Debug, Parser)]
#[command(after_help = "\
Examples:
  doorbuster serve
      The festival in ./doorbuster-data on http://localhost:1111; payments go to a sandbox on 1112.
  doorbuster serve --listen 0.0.0.0:80 --public-url https://festival.example
      Open to the network, behind a TLS proxy.
  doorbuster serve --config /etc/doorbuster.toml --log-format json
      Settings from a file; `doorbuster config` lists them.

Ctrl-C or SIGTERM drains: what was handed in is decided and on disk, then it ends with 0.")]
pub struct Args {
    /// A configuration file; without it `doorbuster.toml` in the data folder.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    settings: SettingFlags,
}

/// Runs the command.
///
/// # Errors
/// When the festival cannot be opened, the port is taken, or the journal fails.
pub async fn run(args: &Args) -> anyhow::Result<()> {
    let config = Config::gather(args.config.as_deref(), std::env::vars(), &args.settings)?;
    let settings = Settings::from(&config);
    crate::log::start(&settings);
    let listener = bind(settings.listen)?;
    let stop = signals::listen()?;
    let recorded = meters::start()?;
    let (subscriber, happened) = payments::subscribe();
    let (told, concerning) = notices::subscribe();
    let house = House::open(&settings, vec![subscriber, told]).await?;
    staff::settle_in(&house).await?;
    let provider = payments::open_provider(&settings, &house).await?;
    let payments = payments::start(&settings, &house, &provider, happened).await?;
    let webhooks = webhooks::start(&settings, &house)?;
    let purge = purge::start(&house.records);
    let (stand, standing) = watch::channel(http::Standing::Serving);
    let meters = meters::of(recorded, &house, payments.standing());
    let letters = Arc::new(notices::letters(&settings, &house).await?);
    let shop = shop::furnish(&settings, &house, &provider, (standing, meters), &letters)?;
    let notices = notices::start(&house, &shop, letters, concerning);
    tracing::info!(address = %settings.listen, shop = %settings.public_url, "open");
    let postman = shop.postman.clone();
    let stopped = serve(listener, shop, &house, &stand, stop).await;
    payments.finish().await;
    webhooks.finish().await;
    notices.finish().await;
    if let Some(postman) = postman {
        postman.finish().await;
    }
    drop(purge);
    let closed = house.close().await;
    provider.finish().await;
    stopped.and(closed)
}

/// How many may have come whom nobody has taken in yet, where the system allows so many; past that they hear nothing
/// until they try again, a second later.
const COME_MAX: u32 = 4_096;

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(COME_MAX)
}

fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    listen(address).with_context(|| {
        format!(
            "{address} cannot be listened on; another server may have it, `--listen` takes another"
        )
    })
}

/// Answers until somebody says stop. Where the till or the order tables have stopped, everybody is turned away until then,
/// and the operator can see why.
async fn serve(
    listener: TcpListener,
    shop: Arc<http::Shop>,
    house: &House,
    stand: &watch::Sender<http::Standing>,
    stop: signals::Stop,
) -> anyhow::Result<()> {
    let (leave, left) = watch::channel(false);
    let goodbye = async move {
        let mut left = left;
        let _ = left.wait_for(|left| *left).await;
    };
    let serving = tokio::spawn(http::serve(listener, shop, goodbye));
    let mut asked = std::pin::pin!(stop.asked());
    tokio::select! {
        () = &mut asked => {
            tracing::info!("draining");
            stand.send_replace(http::Standing::Draining);
        }
        reason = house.stopped() => {
            tracing::error!(reason, "the shop has stopped: nothing more is acknowledged");
            house.counter.drain();
            stand.send_replace(http::Standing::Broken(reason));
            asked.await;
        }
    }
    leave.send_replace(true);
    signals::within_patience(serving).await
}
