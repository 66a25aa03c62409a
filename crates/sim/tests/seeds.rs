//! Fifty worlds keep every promise, the same seed makes the same world, and a world whose disk lies
//! is found out and its story made short.

use sim::{Fault, Script, Tally, run, shrink};

#[test]
fn fifty_worlds_keep_every_promise() {
    let mut total = Tally::default();
    for seed in 1..=50 {
        let run = run(&Script::of(seed), false);
        if let Some(broken) = run.broken {
            panic!("{broken}\nreplay it with: cargo xtask sim --seed {seed} --story");
        }
        total.add(&run.tally);
    }
    println!("{total}");
    let rare: Vec<&str> = Fault::ALL
        .into_iter()
        .filter(|fault| total.faults.get(fault).is_none_or(|count| *count < 50))
        .map(Fault::name)
        .collect();
    assert!(rare.is_empty(), "fewer than fifty times: {rare:?}");
    for (count, what) in [
        (total.cuts, "torn batches"),
        (total.found, "batches found"),
        (total.from_snapshot, "starts from a snapshot"),
        (total.starts_cut_short, "crashes while starting"),
    ] {
        assert!(count > 5, "{what}: {count}");
    }
}

#[test]
fn the_same_seed_makes_the_same_world_call_by_call() {
    let (one, other) = (run(&Script::of(7), false), run(&Script::of(7), true));
    assert_eq!(one.trace, other.trace);
    assert_eq!((one.tally, one.acts), (other.tally, other.acts));
    assert_ne!(one.trace, run(&Script::of(8), false).trace);
}

#[test]
fn a_disk_that_lies_is_found_out_and_the_story_is_short() {
    let mut script = Script::of(3);
    script.faults.insert(Fault::SyncLied);
    let failed = run(&script, false);
    assert!(failed.broken.is_some(), "nobody noticed");
    let (shortest, told) = shrink(&script, &failed);
    let promise = |run: &sim::Run| run.broken.as_ref().map(|broken| broken.promise);
    assert_eq!(promise(&told), promise(&failed));
    assert!(told.acts.len() <= 10, "{} acts are left", told.acts.len());
    assert!(shortest.faults.contains(&Fault::SyncLied));
    assert!(told.story.len() <= 40, "{}", told.story.join("\n"));
}
