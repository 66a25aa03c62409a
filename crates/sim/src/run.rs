//! One run of a script: a world that lives to its end, and what came of it.

use crate::broken::Broken;
use crate::script::{Act, COMMANDS_MIN, FAULTS_MIN, Script};
use crate::story::Story;
use crate::tally::Tally;
use crate::world::World;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What came of a run.
#[derive(Debug)]
pub struct Run {
    /// What it went through.
    pub tally: Tally,
    /// The acts that took place, in order.
    pub acts: Vec<Act>,
    /// A hash over everything that happened.
    pub trace: u64,
    /// What happened, a line each, where it was asked for.
    pub story: Vec<String>,
    /// The promise that was found broken.
    pub broken: Option<Broken>,
}

/// Runs a script; a run that is `told` keeps its story.
pub fn run(script: &Script, told: bool) -> Run {
    let story = if told {
        Story::told()
    } else {
        Story::default()
    };
    let mut world = World::new(script, story);
    let lived = catch_unwind(AssertUnwindSafe(|| world.live()));
    let broken = match lived {
        Ok(Ok(())) => too_little(script, &world.tally),
        Ok(Err(broken)) => Some(broken),
        Err(panic) => Some(Broken::new("nothing panics", said(&*panic))),
    };
    Run {
        tally: world.tally.clone(),
        trace: world.story.trace(),
        story: world.story.lines().to_vec(),
        acts: std::mem::take(&mut world.acts),
        broken,
    }
}

/// A whole run that went through too little proves nothing.
fn too_little(script: &Script, tally: &Tally) -> Option<Broken> {
    let (commands, faults) = (tally.commands(), tally.rare_faults());
    let enough = commands >= COMMANDS_MIN && faults >= FAULTS_MIN;
    let what = || format!("only {commands} commands and {faults} faults");
    (script.acts.is_none() && !enough).then(|| Broken::new("a seed goes through much", what()))
}

fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    text.or(owned).unwrap_or("a panic without a word")
}
