//! The stage: the demo festival in a temporary folder, served on ports of its own, with a crowd if there is to be one, and
//! the play performed on it. It is struck when it is dropped.

use crate::client::Client;
use crate::play::{Props, perform};
use crate::scenes::{Scene, Who};
use anyhow::{Context, Result, bail, ensure};
use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How the desk is entered: on this machine, for as long as the stage stands.
const STAFF: &str = "desk@doorbuster.example";
const PASSWORD: &str = "doorbuster-demo";
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// A festival has its first bells so long after it was made.
const FIRST_BELL: Duration = Duration::from_secs(22);

/// How long before a bell one may wait for it: longer than until that of `stage-bell`, shorter than until that of
/// `stage-later`.
const WAITING_OPENS_BEFORE_MS: &str = "13500000";

/// A festival that is served.
pub struct Stage {
    /// Where the shop is served, without a slash at the end.
    pub shop: String,
    props: Props,
    server: Child,
    folder: TempDir,
}

/// What a stage is made of.
pub struct Plan<'a> {
    /// The binary.
    pub doorbuster: &'a Path,
    /// The folder of the demo festival.
    pub demo: &'a Path,
    /// A catalogue in our own columns that is imported too.
    pub catalogue: Option<&'a Path>,
    /// For so many seconds a crowd shops before the play.
    pub crowd_seconds: u32,
    /// What is done now, for whoever waits.
    pub tell: &'a (dyn Fn(&str) + Sync),
}

impl Stage {
    /// Makes it; whoever waits for it is told what is done.
    ///
    /// # Errors
    /// When the festival cannot be made or served, or the play is not what the shop allows.
    pub async fn open(plan: &Plan<'_>) -> Result<Stage> {
        let folder = tempfile::tempdir().context("no temporary folder")?;
        let data = folder.path().join("data");
        (plan.tell)("making the festival");
        import(plan, &data)?;
        let made = Instant::now();
        (plan.tell)("serving it");
        let (shop, server) = serve(plan.doorbuster, &data, folder.path())?;
        let mut stage = Stage {
            shop,
            props: Props::default(),
            server,
            folder,
        };
        stage.wait_until_ready().await?;
        if plan.crowd_seconds > 0 {
            (plan.tell)("a crowd shops");
            tokio::time::sleep(FIRST_BELL.saturating_sub(made.elapsed())).await;
            let mut crowd = stage.crowd(plan.doorbuster, plan.crowd_seconds, 7);
            run("the crowd", &mut crowd)?;
        }
        (plan.tell)("performing the play");
        stage.props = perform(&stage.shop, (STAFF, PASSWORD)).await?;
        Ok(stage)
    }

    /// The whole address of a scene.
    ///
    /// # Errors
    /// When it names a prop that there is not.
    pub fn address(&self, scene: &Scene) -> Result<String> {
        let mut address = format!("{}{}", self.shop, scene.address);
        for (name, word) in &self.props.words {
            address = address.replace(&format!("{{{name}}}"), word);
        }
        ensure!(
            !address.contains('{'),
            "{}: no such prop: {address}",
            scene.name
        );
        Ok(address)
    }

    /// The cookie by which the shop knows who looks; strangers have none.
    #[must_use]
    pub fn cookie(&self, who: Who) -> Option<(&'static str, &str)> {
        let session = self.props.sessions.get(&who)?;
        let name = match who {
            Who::Owner => "doorbuster_staff",
            _ => "doorbuster_session",
        };
        Some((name, session))
    }

    /// Sends another crowd in, which shops until it is dropped, at most so long.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn send_crowd(&self, doorbuster: &Path, at_most: Duration) -> Result<Crowd> {
        let seconds = u32::try_from(at_most.as_secs()).unwrap_or(u32::MAX);
        let mut crowd = self.crowd(doorbuster, seconds, 8);
        crowd.stdin(Stdio::null()).stdout(Stdio::null());
        let crowd = crowd.stderr(Stdio::null()).spawn();
        Ok(Crowd(crowd.context("cannot start the crowd")?))
    }

    /// The log of the server, to be looked at when something went wrong.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        log(self.folder.path())
    }

    async fn wait_until_ready(&mut self) -> Result<()> {
        let asker = Client::stranger(&self.shop)?;
        let deadline = Instant::now() + PATIENCE;
        while !asker.is_ready().await {
            if let Some(status) = self.server.try_wait()? {
                let said = std::fs::read_to_string(self.log()).unwrap_or_default();
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

    /// A crowd of so many seconds; each has its own seed.
    fn crowd(&self, doorbuster: &Path, seconds: u32, seed: u32) -> Command {
        let mut crowd = program(doorbuster);
        crowd.args(["crowd", "--url", &self.shop, "--shoppers", "120"]);
        crowd.args(["--rate", "8", "--seed", &seed.to_string()]);
        crowd.args(["--duration", &format!("{seconds}s"), "--data"]);
        crowd.arg(self.folder.path().join("data"));
        crowd
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        end(&mut self.server);
    }
}

/// Shoppers in the shop; they leave when this is dropped.
pub struct Crowd(Child);

impl Drop for Crowd {
    fn drop(&mut self) {
        end(&mut self.0);
    }
}

fn end(child: &mut Child) {
    // Whoever has ended cannot be killed, and need not be.
    let _ = child.kill();
    let _ = child.wait();
}

fn import(plan: &Plan<'_>, data: &Path) -> Result<()> {
    let import = |what: &str, from: &Path| {
        let mut import = program(plan.doorbuster);
        import.args(["import", what]).arg(from);
        import.arg("--data").arg(data);
        import
    };
    if let Some(catalogue) = plan.catalogue {
        run("the import", &mut import("catalogue", catalogue))?;
    }
    let mut demo = import("demo", plan.demo);
    demo.args(["--staff", STAFF, "--password", PASSWORD]);
    run("the import of the demo", &mut demo)
}

fn serve(doorbuster: &Path, data: &Path, folder: &Path) -> Result<(String, Child)> {
    let (shop, provider) = (free_port()?, free_port()?);
    let heard = File::create(log(folder))?;
    let mut serve = program(doorbuster);
    serve.arg("serve").arg("--data").arg(data);
    serve.args(["--listen", &format!("127.0.0.1:{shop}")]);
    serve.args(["--sandbox-listen", &format!("127.0.0.1:{provider}")]);
    // One shopper looks at more pages in a second here than a person ever does.
    serve.args(["--limits-requests-per-second", "100000"]);
    // Waiting rooms are open, and turns last, for as long as anybody looks at them.
    serve.args(["--waiting-opens-before-ms", WAITING_OPENS_BEFORE_MS]);
    serve.args(["--waiting-pass-ms", "3600000"]);
    serve.args(["--log-format", "text"]);
    serve.stdout(heard.try_clone()?).stderr(heard);
    let server = serve.spawn().context("cannot start the server")?;
    Ok((format!("http://localhost:{shop}"), server))
}

/// The program with the settings of the stage alone, whatever those of the surroundings are.
fn program(doorbuster: &Path) -> Command {
    let mut program = Command::new(doorbuster);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("DOORBUSTER_") {
            program.env_remove(name);
        }
    }
    program
}

fn log(folder: &Path) -> PathBuf {
    folder.join("server.log")
}

fn run(name: &str, command: &mut Command) -> Result<()> {
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

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no free port")?;
    Ok(listener.local_addr()?.port())
}
