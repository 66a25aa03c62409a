//! `cargo xtask demo`: the demo festival from the sources to the running shop, in a row of steps.
//!
//! What each step does lives in the binary; here stands only which comes when, and how all of it
//! stops. The crowd is stopped before the server, so that its audit still finds a shop to ask.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::house::{cargo, root, target_folder};
use crate::steps::succeed;

const DATA: &str = "doorbuster-data";
/// Where the festival is made; it gets its name when it is whole.
const UNFINISHED: &str = "doorbuster-data.partial";
const LOG: &str = "doorbuster-data.log";
const PORT: u16 = 1111;
const SHOPPERS: &str = "200";
/// How the operations desk of the demo is entered; the demo is served on this machine only.
const STAFF: &str = "desk@doorbuster.example";
const PASSWORD: &str = "doorbuster-demo";

/// How often children and signals are looked at.
const GLANCE: Duration = Duration::from_millis(50);
/// A terminal's Ctrl-C reaches the crowd by itself. After this long without its end it is told.
const CROWD_PATIENCE: Duration = Duration::from_secs(5);
/// How long a child may take to stop once it was told.
const STOP_PATIENCE: Duration = Duration::from_secs(60);

/// Builds, makes the festival unless it is there, serves it, and sends a crowd until Ctrl-C.
///
/// # Errors
/// Names the step that failed; the server's own words stand in its log.
pub fn run(fresh: bool) -> Result<()> {
    let home = root();
    let doorbuster = build()?;
    refuse_a_second_server()?;
    if fresh {
        remove(&home.join(DATA))?;
    }
    if home.join(DATA).exists() {
        schedule_coming_days(&doorbuster, &home)?;
    } else {
        make_festival(&doorbuster, &home)?;
    }
    let stop = Stop::listen()?;
    let mut server = serve(&doorbuster, &home)?;
    let shown = show(&mut server, &doorbuster, &home, &stop);
    shown.and(end(&mut server, Duration::ZERO))
}

/// Sends the crowd into the shop until we are asked to stop; leaves the server running.
fn show(server: &mut Part, doorbuster: &Path, home: &Path, stop: &Stop) -> Result<()> {
    if !wait_until_ready(server, stop)? {
        return Ok(());
    }
    println!("{}", addresses());
    let mut crowd = send_crowd(doorbuster, home)?;
    match watch(server, &mut crowd, stop) {
        Ok(()) => end(&mut crowd, CROWD_PATIENCE),
        Err(fault) => {
            // What went wrong first is what the reader must hear of.
            let _ = end(&mut crowd, Duration::ZERO);
            Err(fault)
        }
    }
}

fn build() -> Result<PathBuf> {
    println!("building the release binary");
    succeed(&mut cargo([
        "build",
        "--release",
        "--package",
        "doorbuster",
    ]))?;
    Ok(target_folder()?.join("release/doorbuster"))
}

fn make_festival(doorbuster: &Path, home: &Path) -> Result<()> {
    println!("making the demo festival in ./{DATA}");
    remove(&home.join(UNFINISHED))?;
    let mut import = Command::new(doorbuster);
    import.args(["import", "demo", "demo", "--data", UNFINISHED]);
    import.args(["--staff", STAFF, "--password", PASSWORD]);
    succeed(import.current_dir(home))?;
    std::fs::rename(home.join(UNFINISHED), home.join(DATA)).context("cannot name the data folder")
}

/// A festival that was left for a day has its next bells again.
fn schedule_coming_days(doorbuster: &Path, home: &Path) -> Result<()> {
    println!("going on with the festival in ./{DATA} (--fresh starts anew)");
    let mut import = Command::new(doorbuster);
    import.args(["import", "demo", "demo", "--data", DATA]);
    succeed(import.current_dir(home))
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("cannot remove {folder:?}"))?;
    }
    Ok(())
}

/// A part of the running demo.
struct Part {
    name: &'static str,
    child: Child,
}

/// Starts the server in a process group of its own: a terminal's Ctrl-C does not reach it.
fn serve(doorbuster: &Path, home: &Path) -> Result<Part> {
    let log = File::create(home.join(LOG)).context("cannot write the server's log")?;
    let mut command = Command::new(doorbuster);
    command.args(["serve", "--data", DATA]).current_dir(home);
    command
        .stdout(log.try_clone()?)
        .stderr(log)
        .process_group(0);
    println!("starting the shop (its log: ./{LOG})");
    Part::start("the server", &mut command)
}

fn send_crowd(doorbuster: &Path, home: &Path) -> Result<Part> {
    let shop = format!("http://127.0.0.1:{PORT}");
    let mut command = Command::new(doorbuster);
    command.args(["crowd", "--url", &shop, "--shoppers", SHOPPERS]);
    Part::start("the crowd", command.current_dir(home))
}

fn addresses() -> String {
    format!(
        "\n  shop   http://127.0.0.1:{PORT}/\n  board  http://127.0.0.1:{PORT}/board\n  \
         desk   http://127.0.0.1:{PORT}/desk   (sign in as {STAFF} with {PASSWORD})\n\n  \
         The first deals of a new festival open 20 s after the start. Ctrl-C stops; the next start carries on.\n"
    )
}

impl Part {
    fn start(name: &'static str, command: &mut Command) -> Result<Part> {
        let child = command
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        Ok(Part { name, child })
    }

    fn ended(&mut self) -> Result<Option<ExitStatus>> {
        let status = self.child.try_wait();
        status.with_context(|| format!("lost sight of {}", self.name))
    }

    fn tell_to_stop(&self) -> Result<()> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)
            .with_context(|| format!("cannot tell {} to stop", self.name))
    }

    /// Waits this long for the end.
    fn wait(&mut self, patience: Duration) -> Result<Option<ExitStatus>> {
        let deadline = Instant::now() + patience;
        loop {
            let ended = self.ended()?;
            if ended.is_some() || Instant::now() >= deadline {
                return Ok(ended);
            }
            std::thread::sleep(GLANCE);
        }
    }
}

/// Whether we were asked to stop, by Ctrl-C or by a signal.
struct Stop(Arc<AtomicBool>);

impl Stop {
    fn listen() -> Result<Stop> {
        let asked = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::flag::register(signal, Arc::clone(&asked))
                .context("cannot listen for Ctrl-C")?;
        }
        Ok(Stop(asked))
    }

    fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Waits until the server answers; false when we were asked to stop meanwhile.
fn wait_until_ready(server: &mut Part, stop: &Stop) -> Result<bool> {
    while !stop.asked() {
        if let Some(status) = server.ended()? {
            bail!("the server ended with {status}; see ./{LOG}");
        }
        if is_ready(address()) {
            return Ok(true);
        }
        std::thread::sleep(GLANCE);
    }
    Ok(false)
}

/// Waits until we are asked to stop. A part that ends by itself is an error.
fn watch(server: &mut Part, crowd: &mut Part, stop: &Stop) -> Result<()> {
    while !stop.asked() {
        for part in [&mut *server, &mut *crowd] {
            if let Some(status) = part.ended()?
                && !stop.asked()
            {
                bail!("{} ended by itself with {status} (log: ./{LOG})", part.name);
            }
        }
        std::thread::sleep(GLANCE);
    }
    Ok(())
}

/// Ends a part: waits for a while, then tells it, and kills it only when it does not hear.
fn end(part: &mut Part, patience: Duration) -> Result<()> {
    let mut ended = part.wait(patience)?;
    if ended.is_none() {
        part.tell_to_stop()?;
        ended = part.wait(STOP_PATIENCE)?;
    }
    match ended {
        Some(status) if status.success() => Ok(()),
        Some(status) => bail!("{} ended with {status} (log: ./{LOG})", part.name),
        None => {
            part.child.kill()?;
            part.child.wait()?;
            bail!("{} did not stop and was killed", part.name)
        }
    }
}

fn refuse_a_second_server() -> Result<()> {
    if TcpStream::connect_timeout(&address(), Duration::from_secs(1)).is_ok() {
        bail!("something already serves port {PORT}; stop it first");
    }
    Ok(())
}

fn address() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, PORT))
}

/// Whether `/readyz` at this address says yes.
fn is_ready(address: SocketAddr) -> bool {
    status(address).is_ok_and(|status| status == "200")
}

/// The status that `/readyz` answers with: what stands behind `HTTP/1.1 `.
fn status(address: SocketAddr) -> std::io::Result<String> {
    let patience = Duration::from_secs(2);
    let mut stream = TcpStream::connect_timeout(&address, patience)?;
    stream.set_read_timeout(Some(patience))?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut opening = [0; "HTTP/1.1 200".len()];
    stream.read_exact(&mut opening)?;
    Ok(String::from_utf8_lossy(&opening["HTTP/1.1 ".len()..]).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn answering(status: &'static str) -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 512];
            let _ = stream.read(&mut request).unwrap();
            stream.write_all(status.as_bytes()).unwrap();
        });
        address
    }

    fn shell(script: &str) -> Part {
        Part::start("the shell", Command::new("sh").args(["-c", script])).unwrap()
    }

    #[test]
    fn a_server_is_ready_only_when_it_says_so() {
        assert!(is_ready(answering("HTTP/1.1 200 OK\r\n\r\n")));
        assert!(!is_ready(answering(
            "HTTP/1.1 503 Service Unavailable\r\n\r\n"
        )));
    }

    #[test]
    fn a_part_that_ends_well_is_waited_for_and_one_that_fails_is_reported() {
        assert!(end(&mut shell("exit 0"), STOP_PATIENCE).is_ok());
        let fault = end(&mut shell("exit 3"), STOP_PATIENCE).unwrap_err();
        assert!(
            fault
                .to_string()
                .contains("the shell ended with exit status: 3")
        );
    }

    #[test]
    fn a_part_that_runs_on_is_told_to_stop() {
        let fault = end(&mut shell("exec sleep 600"), Duration::ZERO).unwrap_err();
        assert!(fault.to_string().contains("SIGTERM"), "{fault}");
    }

    #[test]
    fn a_part_that_ends_by_itself_ends_the_demo() {
        let stop = Stop(Arc::new(AtomicBool::new(false)));
        let mut steady = shell("exec sleep 600");
        let fault = watch(&mut steady, &mut shell("exit 0"), &stop).unwrap_err();
        assert!(fault.to_string().contains("by itself"), "{fault}");
        steady.child.kill().unwrap();
    }

    #[test]
    fn a_server_that_dies_before_it_is_ready_is_an_error() {
        let stop = Stop(Arc::new(AtomicBool::new(false)));
        let mut dead = shell("exit 1");
        dead.child.wait().unwrap();
        assert!(wait_until_ready(&mut dead, &stop).is_err());
    }
}
