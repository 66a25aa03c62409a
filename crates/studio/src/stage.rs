//! The stage: the demo festival in a temporary folder, served on ports of its own, with a crowd if there is to be one, and
//! the play performed on it. It is struck when it is dropped.

use crate::boards::boards;
use crate::play::{Props, perform};
use crate::postbox::Postbox;
use crate::scenes::{Scene, Who};
use crate::served::{READY, Served, end, program, run, serving};
use anyhow::{Context, Result, ensure};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How the desk is entered: on this machine, for as long as the stage stands.
const STAFF: &str = "desk@doorbuster.example";
const PASSWORD: &str = "doorbuster-demo";
/// A festival has its first bells so long after it was made.
const FIRST_BELL: Duration = Duration::from_secs(22);

/// How long before a bell one may wait for it: longer than until that of `stage-bell`, shorter than until that of
/// `stage-later`.
const WAITING_OPENS_BEFORE_MS: &str = "13500000";

/// The firm that runs the shop, as Korean law asks it to be told.
const BUSINESS: [(&str, &str); 8] = [
    ("name", "주식회사 도어버스터"),
    ("representative", "김하늘"),
    ("registration-number", "120-81-00000"),
    ("mail-order-number", "2026-서울중구-0001"),
    ("address", "서울특별시 중구 세종대로 110"),
    ("phone", "02-120-0000"),
    ("mail", "help@doorbuster.example"),
    ("hosting", "주식회사 도어버스터"),
];

/// A festival that is served.
pub struct Stage {
    /// Where the shop is served, without a slash at the end.
    pub shop: String,
    props: Props,
    _server: Served,
    boards: Vec<Served>,
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
    /// The boards of other festivals are served, too: some of the scenes are there.
    pub boards: bool,
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
        let postbox = Postbox::open()?;
        let server = serve(plan, folder.path(), &postbox).await?;
        let mut stage = Stage {
            shop: server.address.clone(),
            props: Props::default(),
            boards: Vec::new(),
            _server: server,
            folder,
        };
        if plan.crowd_seconds > 0 {
            (plan.tell)("a crowd shops");
            tokio::time::sleep(FIRST_BELL.saturating_sub(made.elapsed())).await;
            let mut crowd = stage.crowd(plan.doorbuster, plan.crowd_seconds, 7);
            run("the crowd", &mut crowd)?;
        }
        (plan.tell)("performing the play");
        stage.props = perform(&stage.shop, (STAFF, PASSWORD), &postbox).await?;
        if plan.boards {
            (plan.tell)("setting up other boards");
            for (name, board) in boards(plan, stage.folder.path()).await? {
                stage.props.words.insert(name, board.address.clone());
                stage.boards.push(board);
            }
        }
        Ok(stage)
    }

    /// The whole address of a scene.
    ///
    /// # Errors
    /// When it names a prop that there is not.
    pub fn address(&self, scene: &Scene) -> Result<String> {
        let shop = if scene.is_elsewhere() { "" } else { &self.shop };
        let mut address = format!("{shop}{}", scene.address);
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
        let log = File::create(self.crowd_log())?;
        crowd.stdin(Stdio::null()).stdout(Stdio::null());
        let crowd = crowd.stderr(log).spawn();
        Ok(Crowd(crowd.context("cannot start the crowd")?))
    }

    /// The last that the crowd said of itself.
    #[must_use]
    pub fn crowd_says(&self) -> String {
        let said = std::fs::read_to_string(self.crowd_log()).unwrap_or_default();
        said.lines().last().unwrap_or_default().to_owned()
    }

    fn crowd_log(&self) -> PathBuf {
        self.folder.path().join("crowd.log")
    }

    /// The log of the server, to be looked at when something went wrong.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        log(self.folder.path())
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

/// Shoppers in the shop; they leave when this is dropped.
pub struct Crowd(Child);

impl Drop for Crowd {
    fn drop(&mut self) {
        end(&mut self.0);
    }
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

async fn serve(plan: &Plan<'_>, folder: &Path, postbox: &Postbox) -> Result<Served> {
    let (mut serve, sandbox) = serving(plan.doorbuster, &folder.join("data"))?;
    // The sandbox verifies persons, too.
    serve.args(["--verifier-url", &format!("http://{sandbox}")]);
    serve.args(["--mail-server", &postbox.server, "--mail-from", STAFF]);
    // One shopper looks at more pages in a second here than a person ever does.
    serve.args(["--limits-requests-per-second", "100000"]);
    // Waiting rooms are open, and turns last, for as long as anybody looks at them.
    serve.args(["--waiting-opens-before-ms", WAITING_OPENS_BEFORE_MS]);
    serve.args(["--waiting-pass-ms", "3600000"]);
    serve.args(["--shop-countries", "KR,CN,US,DE"]);
    for (field, text) in BUSINESS {
        serve.arg(format!("--shop-business-{field}={text}"));
    }
    serve.args(["--log-format", "text"]);
    Served::start(serve, READY, &log(folder)).await
}

fn log(folder: &Path) -> PathBuf {
    folder.join("server.log")
}
