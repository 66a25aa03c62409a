//! Steps of a task: run one after the other, timed, the first failure ending it; and their table.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// What has been run so far, with how long each took.
#[derive(Default)]
pub struct Steps {
    done: Vec<(&'static str, Duration)>,
}

impl Steps {
    /// Runs a program as the step of this name, its output passing through.
    ///
    /// # Errors
    /// Names the step when the program cannot be started or says that it failed.
    pub fn command(&mut self, name: &'static str, command: &mut Command) -> Result<()> {
        self.step(name, &shown(command), || succeed(command))
    }

    /// Runs a function as the step of this name; `does` says in a few words what it does.
    ///
    /// # Errors
    /// Names the step when the function fails.
    pub fn step<T>(
        &mut self,
        name: &'static str,
        does: &str,
        act: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        println!("\n=== {name}: {does}");
        let started = Instant::now();
        let value = act().with_context(|| format!("step `{name}` failed"))?;
        self.done.push((name, started.elapsed()));
        Ok(value)
    }

    /// The table of the steps done, a line each, and their sum.
    pub fn table(&self) -> String {
        let mut lines = vec![row("step", "seconds", "")];
        for (name, took) in &self.done {
            lines.push(row(name, &format!("{:.1}", took.as_secs_f64()), "passed"));
        }
        let whole: Duration = self.done.iter().map(|(_, took)| *took).sum();
        lines.push(row("so far", &format!("{:.1}", whole.as_secs_f64()), ""));
        lines.join("\n")
    }
}

/// Runs a program to its end.
///
/// # Errors
/// When it cannot be started, or when it ends with anything but success.
pub fn succeed(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", shown(command));
    }
    Ok(())
}

fn row(name: &str, took: &str, verdict: &str) -> String {
    format!("  {name:<14}{took:>9}  {verdict}")
        .trim_end()
        .to_owned()
}

fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_fails_its_step_by_name() {
        let mut steps = Steps::default();
        let fault = steps.command("format", &mut Command::new("false"));
        assert!(fault.unwrap_err().to_string().contains("`format`"));
    }

    #[test]
    fn a_program_that_is_not_there_fails_its_step() {
        let mut steps = Steps::default();
        let absent = &mut Command::new("no-such-program-anywhere");
        assert!(steps.command("clippy", absent).is_err());
    }

    #[test]
    fn the_table_lists_what_passed_and_nothing_else() {
        let mut steps = Steps::default();
        steps.command("format", &mut Command::new("true")).unwrap();
        let _ = steps.command("clippy", &mut Command::new("false"));
        assert!(steps.table().contains("format"));
        assert!(!steps.table().contains("clippy"));
    }
}
