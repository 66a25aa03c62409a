//! What goes wrong with a disk, and at which call.

use std::collections::BTreeMap;
use std::io;

/// How a run of the program ends without its consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The process is killed: the system's cache lives on.
    Killed,
    /// The power goes: what was not synced may be gone.
    PowerLost,
}

/// When, relative to the call at which it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The call has done nothing yet.
    Before,
    /// It has done a part of its work.
    During,
    /// It has done its work, but nobody was told.
    After,
}

/// Something that goes wrong at a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The program ends here.
    End(Ending, Moment),
    /// The call fails, having done a part of its work.
    Fail,
    /// There is no more room from here on, until the program was started again.
    Full,
    /// The call takes this long, in ms.
    Stall(u64),
}

/// What a call has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Go,
    /// As `Go`, but nothing may grow.
    Full,
    /// Do a part, then fail.
    Fail,
    /// Do a part; the program ends.
    EndDuring,
    /// Do it; the program ends.
    EndAfter,
}

impl Verdict {
    /// How the call ends.
    pub fn conclude(self) -> io::Result<()> {
        match self {
            Self::Go | Self::Full => Ok(()),
            Self::Fail => Err(io::Error::other("an input/output error")),
            Self::EndDuring | Self::EndAfter => Err(io::Error::other("the program ends")),
        }
    }
}

/// What is planned, and what came of it.
#[derive(Debug, Default)]
pub(super) struct Troubles {
    calls: u64,
    planned: BTreeMap<u64, Trouble>,
    met: Vec<Trouble>,
    stalled_ms: u64,
    full: bool,
    ended: Option<Ending>,
}

impl Troubles {
    pub fn plan(&mut self, calls: u32, trouble: Trouble) {
        self.planned.insert(self.calls + u64::from(calls), trouble);
    }

    pub fn ended(&self) -> Option<Ending> {
        self.ended
    }

    pub fn end(&mut self, ending: Ending) {
        self.ended = Some(ending);
    }

    pub fn take_met(&mut self) -> Vec<Trouble> {
        std::mem::take(&mut self.met)
    }

    pub fn take_stalled_ms(&mut self) -> u64 {
        std::mem::take(&mut self.stalled_ms)
    }

    /// Forgets what was planned; there is room again.
    pub fn restart(&mut self) {
        self.planned.clear();
        self.full = false;
        self.ended = None;
    }

    /// No call does anything once the program has ended.
    pub fn must_run(&self) -> io::Result<()> {
        match self.ended {
            Some(_) => Err(io::Error::other("the program has ended")),
            None => Ok(()),
        }
    }

    /// A call that changes something begins.
    pub fn begin(&mut self) -> io::Result<Verdict> {
        self.must_run()?;
        self.calls += 1;
        let Some(trouble) = self.planned.remove(&self.calls) else {
            return Ok(self.undisturbed());
        };
        self.met.push(trouble);
        match trouble {
            Trouble::End(ending, moment) => {
                self.ended = Some(ending);
                match moment {
                    Moment::Before => Err(io::Error::other("the program ends")),
                    Moment::During => Ok(Verdict::EndDuring),
                    Moment::After => Ok(Verdict::EndAfter),
                }
            }
            Trouble::Fail => Ok(Verdict::Fail),
            Trouble::Full => {
                self.full = true;
                Ok(Verdict::Full)
            }
            Trouble::Stall(ms) => {
                self.stalled_ms += ms;
                Ok(self.undisturbed())
            }
        }
    }

    fn undisturbed(&self) -> Verdict {
        match self.full {
            true => Verdict::Full,
            false => Verdict::Go,
        }
    }
}
