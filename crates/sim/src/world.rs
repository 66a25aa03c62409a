//! The world: one thread, one agenda, and everybody in it. Here it begins, goes on and comes to
//! rest; what the people do, the shop, the payments and the weather has a file each.

mod payments;
mod people;
mod shop;
mod storms;

use crate::agenda::{Agenda, Deed};
use crate::broken::{Breaks as _, Broken, insist};
use crate::clock::Clock;
use crate::disk::{Ending, SimDisk};
use crate::house::{House, Settings};
use crate::provider::{Provider, Recorded};
use crate::script::{Act, COMMANDS_MIN, FAULTS_MIN, Script};
use crate::story::Story;
use crate::tally::Tally;
use crate::weather::Fault;
use crate::witness::Witness;
use clerks::PaymentClerk;
use journal::{Access, Layout, verify_at};
use ledger::Ledger;
use model::stream::{Asker, Dice};
use people::Client;
use std::path::{Path, PathBuf};
use vocabulary::{DealId, Millis, Seq};

const REST: &str = "everything comes to rest and agrees";
/// How many deeds a world has at most: one that needs more never comes to rest.
const DEEDS_MAX: u64 = 2_000_000;
/// The chain of acts that is the weather's.
const WEATHER: u32 = u32::MAX;

/// Everything there is.
pub struct World<'a> {
    script: &'a Script,
    clock: Clock,
    /// Of the deed at hand.
    dice: Dice,
    agenda: Agenda,
    deeds: u64,
    disk: SimDisk,
    settings: Settings,
    house: Option<House<crate::agenda::Asked>>,
    /// A call to the disk failed since the program was started: then it may stop.
    excused: bool,
    /// The flips that were left where they are.
    damaged: Vec<(PathBuf, u64, u8)>,
    tick_at: Option<u64>,
    /// Of the program that ran last.
    epoch: u64,
    witness: Witness,
    /// The newest stamp that could be had.
    stamp: Millis,
    /// The last sequence that anybody was told of.
    heard: Seq,
    asker: Asker,
    /// The moments at which most clients look up are multiples of this, in ms.
    beat: u64,
    /// How long a write takes at most, in ms; what comes meanwhile is decided together.
    write_ms: u64,
    clients: Vec<Client>,
    storms: u32,
    clerk: PaymentClerk,
    clerk_at: Option<u64>,
    generation: u32,
    clerk_dies: bool,
    provider: Provider,
    recorded: Recorded,
    /// No more faults, no new wishes: the world is being healed.
    calm: bool,
    /// What it went through.
    pub tally: Tally,
    /// What happened.
    pub story: Story,
    /// The acts that took place.
    pub acts: Vec<Act>,
}

impl<'a> World<'a> {
    /// The world of a script, before anything has happened.
    pub fn new(script: &'a Script, story: Story) -> Self {
        let mut dice = Dice::new(script.seed);
        let disk = SimDisk::new(
            Dice::new(dice.roll()),
            script.faults.contains(&Fault::SyncLied),
        );
        let layout = Layout::on(std::sync::Arc::new(disk.clone()), Path::new("/shop"));
        let settings = Settings {
            layout,
            segment_bytes: dice.one_of([64 << 10, 128 << 10, 256 << 10]),
            access: dice.one_of([Access::Direct, Access::Direct, Access::Buffered]),
            snapshots_every: dice.between(15, 150),
            snapshots_keep: dice.between(1, 3) as usize,
        };
        let clients = dice.between(8, 24) as usize;
        World {
            script,
            clock: Clock::default(),
            agenda: Agenda::default(),
            deeds: 0,
            disk,
            settings,
            house: None,
            excused: false,
            damaged: Vec::new(),
            tick_at: None,
            epoch: 0,
            witness: Witness::default(),
            stamp: Millis(Clock::default().now()),
            heard: Seq(0),
            asker: Asker::new(dice.roll()),
            beat: dice.one_of([1, 60, 150]),
            write_ms: dice.one_of([3, 15, 60]),
            clients: (0..clients).map(|_| Client::default()).collect(),
            storms: 0,
            clerk: PaymentClerk::default(),
            clerk_at: None,
            generation: 0,
            clerk_dies: false,
            provider: Provider::default(),
            recorded: Recorded::default(),
            calm: false,
            tally: Tally::default(),
            story,
            acts: Vec::new(),
            dice,
        }
    }

    /// Lives until there was enough, then is healed and must come to rest.
    ///
    /// # Errors
    /// The first promise that is found broken.
    pub fn live(&mut self) -> Result<(), Broken> {
        let now = self.clock.now();
        self.agenda.note(now, Deed::Start, &mut self.dice);
        self.agenda.note(now + 500, Deed::Storm, &mut self.dice);
        for client in 0..self.clients.len() {
            let moment = now + self.dice.below(100);
            self.agenda.note(moment, Deed::Wake(client), &mut self.dice);
        }
        while !self.has_had_enough() {
            self.next()?;
        }
        self.heal();
        while self.next()? {}
        self.must_rest()
    }

    fn has_had_enough(&self) -> bool {
        match &self.script.acts {
            Some(acts) => self.acts.len() >= acts.len(),
            None => self.tally.commands() >= COMMANDS_MIN && self.tally.rare_faults() >= FAULTS_MIN,
        }
    }

    /// Does the next deed; false when there is none.
    fn next(&mut self) -> Result<bool, Broken> {
        let Some((moment, deed, dice)) = self.agenda.take() else {
            return Ok(false);
        };
        self.deeds += 1;
        insist(self.deeds < DEEDS_MAX, REST, || "it goes on and on".into())?;
        self.clock.go_on_to(moment);
        self.dice = dice;
        match deed {
            Deed::Wake(client) => self.wake(client),
            Deed::Arrive(asked) => self.arrive(*asked)?,
            Deed::Tick => self.tick()?,
            Deed::Hear(client, call, reply) => self.hear(client, call, &reply),
            Deed::Pay(opening) => self.pay(&opening),
            Deed::Clerk => self.clerk_looks_up()?,
            Deed::Land(generation, landed) => self.land(generation, *landed),
            Deed::Storm => self.storm()?,
            Deed::Start => self.start()?,
        }
        Ok(true)
    }

    /// Whether an act takes place; then its own dice are at hand.
    fn takes_place(&mut self, act: Act) -> bool {
        let allowed = !self.calm && self.script.allows(act);
        if allowed {
            self.dice = self.script.dice(act);
            self.acts.push(act);
        }
        allowed
    }

    /// Whether a fault happens that comes `percent` times out of a hundred.
    fn strikes(&mut self, fault: Fault, percent: u64) -> bool {
        let strikes =
            self.dice.chance(percent) && !self.calm && self.script.faults.contains(&fault);
        if strikes {
            self.tally.fault(fault);
        }
        strikes
    }

    /// The stamp that a turn would get now; the last one where nobody could give any.
    fn now(&mut self) -> Millis {
        if let Some(house) = &self.house {
            self.stamp = self.stamp.max(house.till.now(self.clock.read()));
        }
        self.stamp
    }

    fn note(&mut self, in_ms: u64, deed: Deed) {
        let moment = self.clock.now() + in_ms;
        self.agenda.note(moment, deed, &mut self.dice);
    }

    /// The power goes once more; then no more faults, and nobody wishes anything new.
    fn heal(&mut self) {
        self.calm = true;
        self.clock.mend_wall();
        self.agenda
            .keep(|deed| !matches!(deed, Deed::Wake(_) | Deed::Storm | Deed::Start));
        self.end_program(Ending::PowerLost);
        for (path, byte, bit) in std::mem::take(&mut self.damaged) {
            self.disk.flip(&path, byte, bit);
        }
    }

    /// Nothing is left to do, nothing is under way, and all that was kept twice is the same twice.
    fn must_rest(&mut self) -> Result<(), Broken> {
        let house = self.house.take();
        let house = house.ok_or_else(|| Broken::new(REST, "the program does not run"))?;
        let ledger = house.settled_ledger();
        let ledger = ledger.ok_or_else(|| Broken::new(REST, "a write is under way"))?;
        let open = ledger.outbox().count();
        insist(open == 0, REST, || {
            format!("{open} works are left in the outbox")
        })?;
        insist(ledger.next_due().is_none(), REST, || {
            "a timer is left".into()
        })?;
        must_be_free(ledger)?;
        self.recorded.must_equal(&self.provider, ledger)?;
        self.witness.agrees_with(ledger)?;
        self.witness.check()?;
        let unknown = self.witness.compare(house.journal(), 0)?;
        insist(unknown.is_empty(), REST, || {
            "a batch that nobody saw".into()
        })?;
        drop(house);
        verify_at(&self.settings.layout, self.settings.access).breaks(REST)?;
        let (house, found) = House::<()>::start(&self.settings, Seq(0)).breaks(REST)?;
        insist(found.cut.is_none(), REST, || {
            "a closed journal is cut".into()
        })?;
        self.witness.agrees_with(house.till.ledger())
    }
}

/// No unit is in a hold or an order that waits.
fn must_be_free(ledger: &Ledger) -> Result<(), Broken> {
    let deals = (1..).map_while(|deal| ledger.deal(DealId(deal)));
    for pool in deals.flat_map(|deal| deal.pools) {
        let under_way = pool.counts.held + pool.counts.ordered + pool.waiting;
        insist(under_way == 0, REST, || format!("{pool:?} is not at rest"))?;
    }
    Ok(())
}
