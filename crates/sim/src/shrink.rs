//! A failing run made short: fewer kinds of faults, then fewer acts, as long as the same promise is
//! found broken. What is left is a story that a person can read.

use crate::run::{Run, run};
use crate::script::{Act, Script};
use std::collections::BTreeSet;

/// How many runs are tried at most.
const TRIES_MAX: u32 = 1_000;

/// The shortest script found that breaks the same promise, and its run, told.
pub fn shrink(script: &Script, failed: &Run) -> (Script, Run) {
    let mut shrinking = Shrinking {
        promise: failed.broken.as_ref().map_or("", |broken| broken.promise),
        shortest: script.clone(),
        acts: failed.acts.clone(),
        tries: 0,
    };
    shrinking.take(Some(failed.acts.clone()));
    shrinking.drop_faults();
    shrinking.drop_acts();
    let told = run(&shrinking.shortest, true);
    (shrinking.shortest, told)
}

struct Shrinking {
    promise: &'static str,
    shortest: Script,
    /// The acts of the shortest run, in order.
    acts: Vec<Act>,
    tries: u32,
}

impl Shrinking {
    /// Takes the script with these acts, if it still fails in the same way.
    fn take(&mut self, acts: Option<Vec<Act>>) -> bool {
        let mut script = self.shortest.clone();
        if let Some(acts) = acts {
            script.acts = Some(acts.into_iter().collect::<BTreeSet<_>>());
        }
        self.try_out(script)
    }

    fn try_out(&mut self, script: Script) -> bool {
        self.tries += 1;
        let run = run(&script, false);
        let fails = run
            .broken
            .as_ref()
            .is_some_and(|broken| broken.promise == self.promise);
        if fails {
            self.shortest = script;
            self.acts = run.acts;
        }
        fails
    }

    fn drop_faults(&mut self) {
        for fault in self.shortest.faults.clone() {
            let mut script = self.shortest.clone();
            script.faults.remove(&fault);
            self.try_out(script);
        }
    }

    /// Drops acts in ever smaller stretches, and single ones until none can be spared.
    fn drop_acts(&mut self) {
        let mut stretch = self.acts.len().div_ceil(2);
        loop {
            let before = self.acts.len();
            self.drop_stretches(stretch);
            match stretch {
                0 | 1 if self.acts.len() == before || self.tries >= TRIES_MAX => return,
                0 | 1 => {}
                _ => stretch /= 2,
            }
        }
    }

    fn drop_stretches(&mut self, stretch: usize) {
        let mut start = 0;
        while start + stretch <= self.acts.len() && self.tries < TRIES_MAX {
            let mut fewer = self.acts.clone();
            fewer.drain(start..start + stretch);
            if !self.take(Some(fewer)) {
                start += stretch.max(1);
            }
        }
    }
}
