//! A server that runs as long as it is needed.

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// Stopped when it is dropped.
pub struct Server {
    child: Child,
    stop: Signal,
}

impl Server {
    /// Starts it, and returns when `answers` says so.
    ///
    /// # Errors
    /// When it cannot be started, ends by itself, or does not answer.
    pub fn start(
        command: &mut Command,
        stop: Signal,
        answers: impl Fn() -> bool,
    ) -> anyhow::Result<Server> {
        let name = command.get_program().to_string_lossy().into_owned();
        let quiet = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let child = quiet
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let mut server = Server { child, stop };
        let begun = Instant::now();
        while !answers() {
            if let Some(status) = server.child.try_wait()? {
                bail!("{name} ended with {status}");
            }
            if begun.elapsed() > PATIENCE {
                bail!("{name} does not answer");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nobody to tell.
        let _ = kill_process(Pid::from_child(&self.child), self.stop);
        let _ = self.child.wait();
    }
}
