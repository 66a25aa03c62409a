//! An allotment that is full of other people's units takes no late money, however much is free.

use crate::decider::Fast;
use model::{Decider, Model, scenario};
use vocabulary::{Digest, Event, Millis, Outcome, Request, Work};

/// As many holds of 65535 units as fill 32 bits to the last unit.
const HOLDS: usize = 65_537;

const BEFORE: &str = "
## A full allotment of a closed deal takes late money only when it has room again
  0    shop  opens seller S         ok
  0    shop  lists sku A of S, exempt  ok
  0    shop  receives 4294967295 of A  ok
  0    shop  schedules deal D of S in KRW: 4294967295 A at 1; to 2h; hold 3h; pay 30m  ok
  0    ann   holds 65535 A in D as h1  ok
  0    ann   orders h1 into c1: o1  ok
  0    ann   pays c1 by card as pay1  ok
  0    ann   pays c1 by card as pay2  ok
";
const HOLD: &str = "  1h  bob  holds 65535 A in D  ok\n";
const AFTER: &str = "
  1h   bob    holds 65535 A in D as last  ok
      ~ PoolChanged A in D, 0 available, 4294967295 held, 0 ordered, 0 sold
  2h   clock  passes                 ok
      > DealClosed D
  2h   shop   receives 65535 of A    ok
      > StockChanged A, 4295032830 stock, 65535 free
  2h   bank   authorises pay1        ok
      > PaymentAuthorised pay1
      > WorkDone Void pay1
      > WorkOrdered Void pay1
  2h   bob    releases last          ok
      ~ StockChanged A, 4295032830 stock, 131070 free
  2h   bank   authorises pay2        ok
      > PaymentAuthorised pay2
      > WorkDone Void pay2
      > OrderReinstated o1
      > StockChanged A, 4295032830 stock, 65535 free
      > PoolChanged A in D, 0 available, 4294901760 held, 0 ordered, 65535 sold
      > OrderConfirmed o1
      > WorkOrdered Capture pay2
";

#[test]
fn no_allotment_passes_32_bits_by_late_money() {
    let text = [BEFORE, &HOLD.repeat(HOLDS - 1), AFTER].concat();
    let ledger = scenario::run(&text, "the ledger", &mut Large(Fast::fresh()));
    let model = scenario::run(&text, "the model", &mut Large(Model::fresh()));
    for played in [ledger, model] {
        if let Err(failure) = played {
            panic!("{failure}");
        }
    }
}

/// A decider whose state is too large to be looked at after every row.
struct Large<D>(D);

impl<D: Decider> Decider for Large<D> {
    fn fresh() -> Self {
        Large(D::fresh())
    }

    fn apply(&mut self, at: Millis, request: &Request, events: &mut Vec<Event>) -> Outcome {
        self.0.apply(at, request, events)
    }

    fn next_due(&self) -> Option<Millis> {
        self.0.next_due()
    }

    fn digest(&self) -> Digest {
        self.0.digest()
    }

    fn outbox(&self) -> Vec<Work> {
        self.0.outbox()
    }

    fn state_digest(&self) -> Digest {
        self.0.digest()
    }
}
