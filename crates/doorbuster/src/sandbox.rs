//! `doorbuster sandbox`: the sandbox provider as a service of its own; and the same opened within
//! `serve`. How it behaves is the adapters'; here are settings, secrets and the socket.

use crate::clock;
use crate::config::{Config, SettingFlags, Settings, only};
use crate::secrets::ProviderSecrets;
use crate::signals;
use adapters::Secret;
use adapters::sandbox::{Knobs, Sandbox, SandboxConfig, SandboxFault};
use anyhow::{Context, bail};
use clap::Parser;
use serde_json::{Map, Value};
use std::path::PathBuf;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Serve the sandbox payment provider alone, beside the shop or on another machine. It moves no money.
#[derive(Debug, Parser)]
#[command(
    mut_args(only(&["data", "listen", "secrets", "sandbox.listen", "sandbox.public_url",
        "sandbox.data", "sandbox.shop_url", "log.format", "log.level"])),
    after_help = "\
Examples:
  doorbuster sandbox
      For the shop in ./doorbuster-data on this machine, on http://localhost:1112. The shop is
      then served with `doorbuster serve --provider-url http://localhost:1112`.
  doorbuster sandbox --knob decline_rate=0.1 --knob lose_rate=0.05 --knob delay_ms=[0,3000]
      One card in ten is declined, one callback in twenty lost, the others come up to 3 s late.
      GET and PATCH /v1/knobs show and turn them while it runs.
  doorbuster sandbox --secrets /etc/pay.toml --sandbox-data /srv/pay \\
      --sandbox-listen 0.0.0.0:1112 --sandbox-public-url https://pay.example \\
      --sandbox-shop-url https://festival.example
      On a machine of its own.

Shop and sandbox share two secrets, `provider_key` and `callbacks`. They are read from the shop's
secrets.toml, from a file with just these two, or from the environment
(DOORBUSTER_SECRET_PROVIDER_KEY, DOORBUSTER_SECRET_CALLBACKS); they are never flags.
Cards: 4242 4242 4242 4242 is approved, 4000 0000 0000 0002 is declined.
All settings: `doorbuster config`.")]
pub struct Args {
    /// A configuration file; without it `doorbuster.toml` in the data folder.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How badly it behaves from the start on, such as `lose_rate=0.1`; may be said several times.
    #[arg(long = "knob", value_name = "NAME=VALUE")]
    knobs: Vec<String>,
    #[command(flatten)]
    settings: SettingFlags,
}

/// Runs the command.
///
/// # Errors
/// When secrets, books or port cannot be had, a knob is unknown, or the socket fails.
pub async fn run(args: &Args) -> anyhow::Result<()> {
    let config = Config::gather(args.config.as_deref(), std::env::vars(), &args.settings)?;
    let settings = Settings::from(&config);
    crate::log::start(&settings);
    let stop = signals::listen()?;
    let secrets = ProviderSecrets::read(&settings.secrets)?;
    let mut sandbox = open(&settings, &secrets, turned(&args.knobs)?).await?;
    tokio::select! {
        () = stop.asked() => tracing::info!("closing the books"),
        ended = sandbox.ended() => return ended,
    }
    sandbox.finish().await
}

/// A sandbox that is served.
pub struct OpenSandbox {
    leave: oneshot::Sender<()>,
    serving: JoinHandle<Result<(), SandboxFault>>,
}

/// Opens the sandbox on its port.
///
/// # Errors
/// When the port is taken, or the books cannot be opened.
pub async fn open(
    settings: &Settings,
    secrets: &ProviderSecrets,
    knobs: Knobs,
) -> anyhow::Result<OpenSandbox> {
    let address = settings.sandbox_listen;
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("{address} cannot be listened on for the sandbox; `--sandbox-listen` takes another")
    })?;
    let config = SandboxConfig {
        key: secrets.provider_key.clone(),
        callback_secret: Secret::parse(&secrets.callbacks).context("no callback secret")?,
        callback_url: format!("{}/v1/payments/callbacks", settings.sandbox_shop_url),
        public_url: settings.sandbox_public_url.clone(),
        knobs,
        seed: clock::now().0,
    };
    let sandbox = Sandbox::open(&settings.sandbox_data, config)?;
    let (leave, left) = oneshot::channel();
    let goodbye = async {
        let _ = left.await;
    };
    let serving = tokio::spawn(async move {
        let served = sandbox.serve(listener, goodbye).await;
        if let Err(fault) = &served {
            tracing::error!(%fault, "the sandbox provider stopped");
        }
        served
    });
    tracing::info!(%address, shop = %settings.sandbox_shop_url, "the sandbox provider is open: no money moves");
    Ok(OpenSandbox { leave, serving })
}

impl OpenSandbox {
    /// Ends what is under way and closes the books.
    ///
    /// # Errors
    /// What had stopped it before.
    pub async fn finish(self) -> anyhow::Result<()> {
        let OpenSandbox { leave, mut serving } = self;
        let _ = leave.send(());
        ended(&mut serving).await
    }

    /// Ends when it cannot go on.
    async fn ended(&mut self) -> anyhow::Result<()> {
        ended(&mut self.serving).await
    }
}

async fn ended(serving: &mut JoinHandle<Result<(), SandboxFault>>) -> anyhow::Result<()> {
    let served = serving.await.context("the sandbox panicked")?;
    served.context("the sandbox stopped")
}

/// The knobs as they were turned on the command line: values are JSON.
fn turned(told: &[String]) -> anyhow::Result<Knobs> {
    let mut changes = Map::new();
    for knob in told {
        let Some((name, value)) = knob.split_once('=') else {
            bail!("`--knob {knob}`: write it like `lose_rate=0.1`");
        };
        let value: Value = serde_json::from_str(value)
            .with_context(|| format!("`--knob {knob}`: the value is no number"))?;
        changes.insert(name.to_owned(), value);
    }
    let turned = Knobs::default().turned(&Value::Object(changes));
    turned.context("the sandbox has no such knob, or it cannot be turned that far")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knobs_are_turned_by_name_and_wrong_ones_are_named() {
        let told = ["lose_rate=0.25", "delay_ms=[5,9]"].map(str::to_owned);
        let knobs = turned(&told).expect("both are knobs");
        assert_eq!((knobs.lose_rate, knobs.delay_ms), (0.25, [5, 9]));
        for (wrong, named) in [
            ("luck=1", "lose_rate"),
            ("lose_rate=2", "between 0 and 1"),
            ("lose_rate=often", "lose_rate=often"),
            ("lose_rate", "lose_rate=0.1"),
        ] {
            let error = turned(&[wrong.to_owned()]).expect_err(wrong);
            assert!(format!("{error:#}").contains(named), "{wrong}: {error:#}");
        }
    }
}
