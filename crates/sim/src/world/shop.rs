//! The shop in the world: requests come to the counter, the till's loop looks up, what is durable is
//! shown; the program is started, stops, and is ended.

use super::World;
use crate::agenda::{Asked, Deed, Sender};
use crate::broken::{Broken, insist};
use crate::disk::{Ending, Trouble};
use crate::house::{Found, House, NotStarted};
use crate::weather::{Fault, trouble};
use journal::Reader as _;
use till::{Reply, Turn, Wish};
use vocabulary::{Event, Millis, Outcome, Request, Rules, Seq};

const SOUND: &str = "a sound disk gives back what was written";
const FENCED: &str = "no two writers have the same epoch";
const IN_ORDER: &str = "an answer comes behind all that was told before it was asked";

impl World<'_> {
    pub(super) fn arrive(&mut self, asked: Asked) -> Result<(), Broken> {
        if let Some(house) = &mut self.house {
            let now = self.clock.read().wall;
            for request in &asked.requests {
                let wish = Wish::of(request);
                let refused = wish.and_then(|wish| house.shutters.turns_away(&wish, now));
                if let Some(refusal) = refused {
                    self.tally.turned_away += 1;
                    self.witness.is_hopeless(request, refusal)?;
                }
            }
            let requests = asked.requests.clone();
            house.waiting.push_back((asked, requests));
            let soon = self.dice.between(1, self.write_ms);
            self.tick_in(soon);
        }
        Ok(())
    }

    /// How long until the till's next timer, in ms, where it stands at `now`.
    pub(super) fn until_due(&self, now: Millis) -> u64 {
        let due = self
            .house
            .as_ref()
            .and_then(|house| house.till.ledger().next_due());
        due.map_or(0, |due| due.since(now))
    }

    /// The till's loop looks up in so many milliseconds, or before.
    pub(super) fn tick_in(&mut self, ms: u64) {
        let moment = self.clock.now() + ms;
        if self.tick_at.is_none_or(|at| moment < at) {
            self.tick_at = Some(moment);
            self.note(ms, Deed::Tick);
        }
    }

    /// As the loop of `till::run`: a turn when there is something to do, overlapping with the write
    /// before it or not; else that write is finished.
    pub(super) fn tick(&mut self) -> Result<(), Broken> {
        if self.tick_at != Some(self.clock.now()) {
            return Ok(());
        }
        self.tick_at = None;
        let overlaps = self.dice.chance(40);
        let reading = self.clock.read();
        let Some(house) = &mut self.house else {
            return Ok(());
        };
        let idle = house.waiting.is_empty() && !house.till.is_due(reading);
        let done = match idle || (house.is_writing() && !overlaps) {
            true => house.settle(),
            false => house.turn(reading),
        };
        self.meet_troubles();
        match done {
            _ if self.has_fallen() => return Ok(()),
            Ok(turns) => self.show_all(turns)?,
            Err(fault) => return self.stop(&fault),
        }
        self.look_around()
    }

    /// What the loop does between turns, and when it looks up again.
    fn look_around(&mut self) -> Result<(), Broken> {
        let Some(house) = &mut self.house else {
            return Ok(());
        };
        let kept = house.between_turns();
        self.meet_troubles();
        match kept {
            _ if self.has_fallen() => return Ok(()),
            Ok(kept) => self.tally.snapshots += u64::from(kept),
            Err(fault) => return self.stop(&fault),
        }
        self.perhaps_replace_clerk();
        self.perhaps_compare()?;
        let now = self.now();
        let Some(house) = &self.house else {
            return Ok(());
        };
        if house.is_writing() || !house.waiting.is_empty() {
            let soon = self.dice.between(1, self.write_ms);
            self.tick_in(soon);
        } else if house.till.ledger().next_due().is_some() {
            let wait = self.until_due(now).max(1);
            // Where the wall clock was set back, stamps stand still until it is where they are.
            let behind = now.since(self.clock.read().wall).min(200);
            self.tick_in(wait.max(behind));
        }
        Ok(())
    }

    /// Now and then, and not only when the program starts, the ledger is held against the model.
    fn perhaps_compare(&mut self) -> Result<(), Broken> {
        let wanted = self.dice.chance(1);
        let ledger = self.house.as_ref().and_then(House::settled_ledger);
        match ledger.filter(|_| wanted) {
            Some(ledger) => self.witness.agrees_with(ledger),
            None => Ok(()),
        }
    }

    fn show_all(&mut self, turns: Vec<Turn<Asked>>) -> Result<(), Broken> {
        for turn in turns {
            self.show(turn)?;
        }
        Ok(())
    }

    /// A turn is durable: the witness lives through it, then its answers and events go out.
    fn show(&mut self, turn: Turn<Asked>) -> Result<(), Broken> {
        let house = self
            .house
            .as_ref()
            .expect("only a running program shows anything");
        let checksum = house.journal().tail().checksum;
        let sealed = turn.sealed.as_ref().map(|sealed| (sealed, checksum));
        self.tally.batches += u64::from(sealed.is_some());
        let each = turn.answers.iter();
        let asked: Vec<(&Request, Reply)> = each
            .flat_map(|(asked, replies)| asked.requests.iter().zip(replies.iter().copied()))
            .collect();
        house.shutters.learn(&turn.vain, turn.published.as_ref());
        let events = self.witness.see(sealed, &asked, turn.published.as_ref())?;
        if let Some(sealed) = &turn.sealed {
            let (moment, digest) = (self.clock.now(), self.witness.digest_bits());
            self.story
                .note(moment, &[2, sealed.first_seq.0, digest], || {
                    let first = sealed.first_seq;
                    format!(
                        "the till journals {} commands from {first} on, at {}",
                        sealed.count, sealed.at
                    )
                });
        }
        for (asked, replies) in turn.answers {
            for reply in replies {
                self.answer(&asked, reply)?;
            }
        }
        let at = (turn.published.as_ref()).map_or(Millis(0), |published| published.at);
        if let Some(house) = &mut self.house {
            house.reuse(turn.sealed, turn.published);
        }
        self.happen(at, &events)
    }

    fn answer(&mut self, asked: &Asked, reply: Reply) -> Result<(), Broken> {
        self.tally.answer(&reply.outcome);
        let moment = self.clock.now();
        self.story.note(moment, &[3, reply.seq.0, reply.at.0], || {
            format!(
                "{:?} is told {:?} at {}",
                asked.sender, reply.outcome, reply.seq
            )
        });
        let behind = match reply.outcome {
            Outcome::Done(_) => reply.seq > asked.after,
            Outcome::Repeated(_) | Outcome::Refused(_) => reply.seq >= asked.after,
        };
        insist(behind, IN_ORDER, || {
            format!("{reply:?} to what was asked behind {}", asked.after)
        })?;
        match &asked.sender {
            Sender::Client(client, call) => {
                if !self.strikes(Fault::NetworkFailed, 2) {
                    let delay = self.dice.below(20);
                    self.note(delay, Deed::Hear(*client, *call, reply));
                }
            }
            Sender::Clerk(generation, errand) => self.clerk_is_told(*generation, errand, reply),
            Sender::Passerby | Sender::Callback | Sender::Shop => {}
        }
        Ok(())
    }

    /// Events went out: whoever acts on them hears of them.
    fn happen(&mut self, at: Millis, events: &[Event]) -> Result<(), Broken> {
        for event in events {
            self.recorded.note(event)?;
            self.clerk_hears(at, event);
        }
        Ok(())
    }

    /// Somebody starts the program. It may end again before it runs.
    pub(super) fn start(&mut self) -> Result<(), Broken> {
        self.clock.start();
        self.excused = false;
        self.plan_for_start();
        let views_at = match self.dice.below(100) {
            0..60 => Seq(u64::MAX),
            60..85 => self.witness.some_seq(self.dice.roll()),
            _ => Seq(0),
        };
        let started = House::start(&self.settings, views_at);
        self.meet_troubles();
        self.tally.starts += 1;
        match started {
            _ if self.has_fallen() => {
                self.tally.starts_cut_short += 1;
                Ok(())
            }
            Ok((house, found)) => self.open_doors(house, &found, views_at),
            Err(NotStarted::Journal(fault)) => {
                self.tally.starts_cut_short += 1;
                self.stop(&fault)
            }
            Err(NotStarted::Recovery(fault)) => Err(Broken::new(SOUND, fault.to_string())),
        }
    }

    fn plan_for_start(&mut self) {
        let faults = [
            (15, Fault::Killed, 90),
            (20, Fault::PowerLost, 90),
            (6, Fault::CallFailed, 60),
            (4, Fault::DiskFull, 20),
        ];
        for (percent, fault, calls) in faults {
            let comes = self.dice.chance(percent) && !self.calm;
            if comes && self.script.faults.contains(&fault) {
                let calls = self.dice.clock(1, calls);
                let trouble = trouble(fault, &mut self.dice).expect("these are the disk's");
                self.disk.plan(calls, trouble);
            }
        }
    }

    /// The program runs: what it found must be what the witness knows, or one batch more.
    fn open_doors(
        &mut self,
        house: House<Asked>,
        found: &Found,
        views_at: Seq,
    ) -> Result<(), Broken> {
        self.tally.cuts += u64::from(found.cut.is_some());
        self.tally.from_snapshot += u64::from(found.snapshot.is_some());
        self.judge_snapshots(found, views_at)?;
        let (epoch, before) = (found.epoch, self.epoch);
        insist(epoch > before, FENCED, || {
            format!("epoch {epoch} after {before}")
        })?;
        self.epoch = epoch;
        let from = match self.dice.chance(30) {
            true => 0,
            false => self.witness.some_seq(self.dice.roll()).0,
        };
        let unknown = self.witness.compare(house.journal(), from)?;
        insist(unknown.len() <= 1, SOUND, || {
            format!("{} batches nobody saw", unknown.len())
        })?;
        for batch in &unknown {
            self.tally.found += 1;
            let events = self.witness.find(batch)?;
            self.happen(Millis(batch.header.stamped_at_ms), &events)?;
        }
        self.witness.agrees_with(house.till.ledger())?;
        self.witness.check()?;
        let (moment, next) = (self.clock.now(), house.till.next_seq().0);
        self.story.note(moment, &[4, next, self.disk.trace()], || {
            format!("the program starts before {next}: {found:?}")
        });
        self.house = Some(house);
        self.replace_clerk();
        self.set_up()?;
        self.tick_in(0);
        Ok(())
    }

    /// A shop begins with its rules.
    fn set_up(&mut self) -> Result<(), Broken> {
        if self.witness.model.rules() != Rules::default() {
            return Ok(());
        }
        let command = self.asker.rules(self.dice.clone());
        self.arrive(Asked {
            sender: Sender::Shop,
            requests: vec![command.into()],
            after: self.heard,
        })
    }

    /// Counts what the disk met, and lets the time pass that it took.
    fn meet_troubles(&mut self) {
        for trouble in self.disk.take_troubles() {
            self.tally.fault(Fault::of(trouble));
            self.excused |= matches!(trouble, Trouble::Fail | Trouble::Full);
            let moment = self.clock.now();
            self.story
                .note(moment, &[5, Fault::of(trouble) as u64], || {
                    format!("{trouble:?}")
                });
        }
        let stalled = self.disk.take_stalled_ms();
        self.clock.go_on_to(self.clock.now() + stalled);
    }

    /// Whether the program ended at a call to the disk; then it is gone.
    fn has_fallen(&mut self) -> bool {
        let ending = self.disk.ended();
        if let Some(ending) = ending {
            self.end_program(ending);
        }
        ending.is_some()
    }

    /// The program stops because of the disk, and will be started again.
    fn stop(&mut self, fault: &journal::Fault) -> Result<(), Broken> {
        insist(self.excused, SOUND, || fault.to_string())?;
        self.house = None;
        self.end_program(Ending::Killed);
        Ok(())
    }

    /// The program is gone, and all that was in memory with it.
    pub(super) fn end_program(&mut self, ending: Ending) {
        self.disk.end(ending);
        self.house = None;
        self.generation += 1;
        self.tick_at = None;
        self.disk.restart(ending);
        let moment = self.clock.now();
        self.story.note(moment, &[6, ending as u64], || {
            format!("the program is gone: {ending:?}")
        });
        let pause = self.dice.between(10, 300);
        self.note(pause, Deed::Start);
    }
}
