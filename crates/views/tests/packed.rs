//! Events that were packed change the order tables as those that were not.

use model::stream::Stream;
use model::{Decider, Model};
use views::{OrdersFold, PackedEvents};
use vocabulary::{Outcome, Seq};

#[test]
fn packed_events_change_what_the_events_change() {
    let mut model = Model::fresh();
    let (mut plain, mut packed) = (OrdersFold::default(), OrdersFold::default());
    let (mut wanted, mut found, mut bytes, mut size, mut seq) = (vec![], vec![], 0, 0, Seq(0));
    for (at, request) in Stream::new(3).take(20_000) {
        let mut events = Vec::new();
        if let Outcome::Done(_) = model.apply(at, &request, &mut events) {
            seq = Seq(seq.0 + 1);
            for event in &events {
                plain.fold(at, seq, event, &mut wanted);
            }
            let few = PackedEvents::of(at, events.iter().map(|event| (seq, event)), seq);
            few.fold_into(&mut packed, &mut found);
            size += size_of_val(&events[..]);
            bytes += few.bytes();
        }
    }
    assert!(wanted.len() > 10_000, "{} changes", wanted.len());
    assert!(wanted == found, "a change is another");
    assert!(bytes * 3 < size, "{bytes} bytes of {size}");
}
