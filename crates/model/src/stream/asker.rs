//! Somebody who asks of a world that another keeps: the same aim as a stream's, without its time.

use super::{Dice, Stream};
use crate::Model;
use vocabulary::{Command, CommandKind, Millis};

/// Composes commands for a world that it does not move.
#[derive(Debug)]
pub struct Asker(Stream);

impl Asker {
    /// An asker among the people of this seed.
    pub fn new(seed: u64) -> Asker {
        Asker(Stream::new(seed))
    }

    /// The rules that a festival of this kind begins with: short clocks.
    pub fn rules(&mut self, dice: Dice) -> Command {
        self.0.dice = dice;
        self.0.adopt_rules()
    }

    /// Something that might be asked at `now` by who knows the world as `model` has it, of one of
    /// the kinds that are `wanted`. Neither the model nor the time moves.
    pub fn ask(
        &mut self,
        model: &mut Model,
        now: Millis,
        dice: Dice,
        wanted: impl Fn(CommandKind) -> bool,
    ) -> Command {
        std::mem::swap(&mut self.0.model, model);
        (self.0.now, self.0.dice) = (now, dice);
        let command = self.0.compose_of(wanted);
        std::mem::swap(&mut self.0.model, model);
        command
    }
}

impl Stream {
    fn compose_of(&mut self, wanted: impl Fn(CommandKind) -> bool) -> Command {
        if let Some(again) = self.hammer() {
            return again;
        }
        loop {
            let kind = self.next_kind();
            if wanted(kind)
                && let Some(command) = self.command(kind)
            {
                return command;
            }
        }
    }
}
