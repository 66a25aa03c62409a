//! Runs of the binary: what one said, what one is still doing. None outlives the test that began it.

use super::size::size;
use rustix::process::{Pid, Signal, kill_process};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How often a condition is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// What a run that ended had to say.
pub struct Said {
    /// How it ended.
    pub status: ExitStatus,
    /// Its standard output.
    pub out: String,
    /// Its standard error.
    pub err: String,
}

/// A run that may still be under way; dropping it kills it.
pub struct Running {
    child: Child,
    heard: TempDir,
}

/// Runs the binary to its end.
pub fn doorbuster<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Said {
    Running::start(args).end(size().patience)
}

/// Looks until there is something; `what` is what was waited for.
pub fn until<T>(patience: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "in {patience:?} not: {what}");
        std::thread::sleep(LOOK_EVERY);
    }
}

impl Said {
    /// The run, which must have succeeded.
    #[track_caller]
    pub fn done(self) -> Said {
        let (out, err) = (&self.out, &self.err);
        assert!(self.status.success(), "{}: {err}{out}", self.status);
        self
    }

    /// The import, which must have left rows out and taken others in.
    #[track_caller]
    pub fn in_part(self) -> Said {
        assert_eq!(self.status.code(), Some(3), "{}{}", self.out, self.err);
        self
    }

    /// Standard error of the run, which must have ended with 1.
    #[track_caller]
    pub fn refused(self) -> String {
        assert_eq!(self.status.code(), Some(1), "{}{}", self.out, self.err);
        self.err
    }

    /// The number that the table on standard output has beside `name`.
    #[track_caller]
    pub fn count(&self, name: &str) -> u64 {
        let mut rows = self.out.lines().map(str::trim);
        let row = rows.find_map(|row| row.strip_prefix(name));
        let number = row.and_then(|rest| rest.trim().parse().ok());
        number.unwrap_or_else(|| panic!("no `{name}` in {}", self.out))
    }
}

impl Running {
    /// Starts the binary; nothing of this process's own settings reaches it.
    pub fn start<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Running {
        let heard = tempfile::tempdir().expect("a temporary folder");
        let mut command = Command::new(env!("CARGO_BIN_EXE_doorbuster"));
        command.args(args).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("DOORBUSTER_") {
                command.env_remove(name);
            }
        }
        command.stdout(File::create(heard.path().join("out")).expect("a file"));
        command.stderr(File::create(heard.path().join("err")).expect("a file"));
        let child = command.spawn().expect("the binary is built");
        Running { child, heard }
    }

    /// Waits for its own end.
    #[track_caller]
    pub fn end(mut self, patience: Duration) -> Said {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(status) = self.child.try_wait().expect("it is our child") {
                let (out, err) = (self.hear("out"), self.hear("err"));
                return Said { status, out, err };
            }
            let late = Instant::now() > deadline;
            assert!(
                !late,
                "still running after {patience:?}: {}",
                self.hear("err")
            );
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("it is our child")
    }

    /// The memory that it takes, in KiB, as the system counts it.
    pub fn memory_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("it is still running");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        kib.expect("resident memory is told")
    }

    /// What it wrote to standard error so far.
    pub fn complaints(&self) -> String {
        self.hear("err")
    }

    /// Kills it with signal 9.
    pub fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it is our child");
    }

    /// Asks it to end, with SIGTERM, and waits until it has.
    pub fn terminate(self, patience: Duration) -> Said {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::TERM).expect("it is still running");
        self.end(patience)
    }

    fn hear(&self, name: &str) -> String {
        let bytes = fs::read(self.heard.path().join(name)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Whoever has ended cannot be killed, and need not be.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where the repository lies.
pub fn repository() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors()
        .nth(2)
        .expect("a crate of the repository")
        .to_owned()
}
