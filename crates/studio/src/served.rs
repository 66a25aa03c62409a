//! A festival that is served: a program with the settings of the stage alone, on ports of its own, ended when it is dropped.

use crate::client::{Client, LOOK_EVERY, PATIENCE};
use anyhow::{Context, Result, bail, ensure};
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// Where a server says that it serves.
pub(crate) const READY: &str = "/readyz";

/// A process that answers; it is killed when this is dropped.
pub(crate) struct Served {
    /// Where it answers, without a slash at the end.
    pub address: String,
    log: PathBuf,
    child: Child,
}

impl Served {
    /// Starts it on a port of its own, and waits until it answers at `sign`; what it says goes to the log.
    pub async fn start(mut serve: Command, sign: &str, log: &Path) -> Result<Served> {
        let port = free_port()?;
        let heard = File::create(log)?;
        serve.args(["--listen", &format!("127.0.0.1:{port}")]);
        serve.stdout(heard.try_clone()?).stderr(heard);
        let child = serve.spawn().context("cannot start the server")?;
        let mut served = Served {
            address: format!("http://localhost:{port}"),
            log: log.to_owned(),
            child,
        };
        served.wait_for(sign).await?;
        Ok(served)
    }

    async fn wait_for(&mut self, sign: &str) -> Result<()> {
        let asker = Client::stranger(&self.address)?;
        let deadline = Instant::now() + PATIENCE;
        while !asker.is_answered(sign).await {
            if let Some(status) = self.child.try_wait()? {
                let said = fs::read_to_string(&self.log).unwrap_or_default();
                bail!("the server ended with {status}:\n{said}");
            }
            ensure!(
                Instant::now() < deadline,
                "the server is not ready after {PATIENCE:?}"
            );
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Ends a process for good.
pub(crate) fn end(child: &mut Child) {
    // Whoever has ended cannot be killed, and need not be.
    let _ = child.kill();
    let _ = child.wait();
}

/// The program with the settings of the stage alone, whatever those of the surroundings are.
pub(crate) fn program(doorbuster: &Path) -> Command {
    let mut program = Command::new(doorbuster);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("DOORBUSTER_") {
            program.env_remove(name);
        }
    }
    program
}

/// A server of this data, and the address of the sandbox that belongs to it.
pub(crate) fn serving(doorbuster: &Path, data: &Path) -> Result<(Command, String)> {
    let sandbox = format!("127.0.0.1:{}", free_port()?);
    let mut serve = program(doorbuster);
    serve.arg("serve").arg("--data").arg(data);
    serve.args(["--sandbox-listen", &sandbox]);
    Ok((serve, sandbox))
}

/// Runs what must succeed.
pub(crate) fn run(name: &str, command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.with_context(|| format!("cannot start {name}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "{name} ended with {}:\n{said}",
        output.status
    );
    Ok(())
}

/// A port that nobody listens at.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no free port")?;
    Ok(listener.local_addr()?.port())
}
