//! A disk that fills up, and one that fails when it is written to: the shop turns people away and says why, loses nothing
//! that it acknowledged, and goes on where there is room again. Both take mounts of their own; where the machine allows
//! none, that is said and nothing is tested.

use super::festival::{CATALOGUE, Festival};
use super::journal::Journal;
use super::process::until;
use super::web::Web;
use reqwest::Method;
use rustix::fs::{FallocateFlags, fallocate};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// More than fits on either disk.
const HOLDS_MAX: usize = 20_000;
/// A deal that one shopper can hold again and again.
const DEALS: &str = "\
deal,sku,price,allotment,start,end,limit,hold,payment,waitlist
night-1,mug,5000,50000,+1s,+2h,50000,1h,1h,0
";
/// Small segments, so that the next one is soon needed; nobody is asked to slow down.
const SETTINGS: &str = "\
[journal]
segment_bytes = 1048576
[limits]
requests_per_second = 1000000
address_requests_per_second = 10000000
";

#[test]
fn a_disk_that_fills_up_costs_nothing_acknowledged_and_the_shop_goes_on_when_there_is_room() {
    let mut festival = nowhere();
    let Some(_disk) = Mount::tmpfs(&festival.data(), "96m") else {
        return;
    };
    let ballast = festival.data().join("ballast");
    let mut night = Night::begin(&mut festival);
    night.hold(300);
    fill(&ballast);
    night.hold_until_turned_away();
    night.festival.kill();
    fs::remove_file(&ballast).expect("room is made");
    night.goes_on();
}

#[test]
fn a_disk_that_fails_on_write_costs_nothing_acknowledged_and_the_shop_goes_on_when_it_is_mended() {
    let mut festival = nowhere();
    let thin = festival.beside("thin");
    let Some(_pool) = Mount::tmpfs(&thin, "96m") else {
        return;
    };
    // The disk believes that it has more room than there is beneath it: a write into the lack of it fails.
    let image = thin.join("disk");
    let file = File::create(&image).expect("an image");
    file.set_len(1 << 30).expect("it is sparse");
    run("mkfs.ext4", &["-q", text(&image)]);
    let Some(disk) = Mount::image(&image, &festival.data()) else {
        return;
    };
    let ballast = thin.join("ballast");
    let mut night = Night::begin(&mut festival);
    night.hold(300);
    fill(&ballast);
    night.hold_until_turned_away();
    night.festival.kill();
    drop(disk);
    fs::remove_file(&ballast).expect("room is made");
    // Mends what the file system could not write either; 1 says that it did.
    let mended = Command::new("e2fsck").arg("-fy").arg(&image).output();
    let mended = mended.expect("mkfs.ext4 is here, so is e2fsck").status;
    assert!(matches!(mended.code(), Some(0 | 1)), "{mended}");
    let _disk = Mount::image(&image, &night.festival.data()).expect("it was mounted before");
    night.goes_on();
}

/// An empty festival with small segments from the first one on.
fn nowhere() -> Festival {
    Festival::nowhere().set(&["--journal-segment-bytes", "1048576"])
}

/// A shopper on a served festival, and what was acknowledged.
struct Night<'a> {
    festival: &'a mut Festival,
    web: Web,
    session: String,
    held: BTreeSet<String>,
}

impl<'a> Night<'a> {
    fn begin(festival: &'a mut Festival) -> Night<'a> {
        festival.start();
        festival.stop();
        fs::write(festival.data().join("doorbuster.toml"), SETTINGS).expect("there is room");
        for (what, rows) in [("catalogue", CATALOGUE), ("deals", DEALS)] {
            let file = festival.write("rows.csv", rows);
            let said = festival.import(what, &file).done();
            assert_eq!(said.count("rows left out"), 0, "{}", said.err);
        }
        festival.start();
        let web = Web::open();
        let begun = web.post(&format!("{}/v1/sessions", festival.shop()), "", &json!({}));
        let session = begun["session"].as_str().expect("a session").to_owned();
        let night = Night {
            festival,
            web,
            session,
            held: BTreeSet::new(),
        };
        until(PATIENCE, "the deal is open", || {
            (night.ask().0 == 201).then_some(())
        });
        night
    }

    fn ask(&self) -> (u16, Value) {
        let url = format!("{}/v1/holds", self.festival.shop());
        let wanted = json!({"deal": "night-1", "sku": "mug"});
        self.web.ask(Method::POST, &url, &self.session, &wanted)
    }

    /// Another hold; what was said instead of it, if it was not given.
    fn hold_one(&mut self) -> Result<(), (u16, Value)> {
        let (status, said) = self.ask();
        let hold = said["hold"].as_str().map(str::to_owned);
        match hold {
            Some(hold) if status == 201 => {
                assert!(self.held.insert(hold), "a hold was given twice: {said}");
                Ok(())
            }
            _ => Err((status, said)),
        }
    }

    fn hold(&mut self, count: usize) {
        for _ in 0..count {
            self.hold_one().expect("there is room");
        }
    }

    /// Holds until there is no room for another. Then the server is there and says so.
    fn hold_until_turned_away(&mut self) {
        let turned = (0..HOLDS_MAX).find_map(|_| self.hold_one().err());
        let (status, said) = turned.expect("the disk ends");
        eprintln!("{} holds, then {status} {said}", self.held.len());
        assert_eq!(status, 503, "{said}");
        // The one whose batch failed may or may not be done; from then on nothing is.
        let (status, said) = self.hold_one().expect_err("it stays that way");
        assert_eq!(status, 503, "{said}");
        assert!(said.to_string().contains("till_closed"), "{said}");
        let ready = format!("{}/readyz", self.festival.shop());
        until(PATIENCE, "it is not ready", || {
            (self.web.status(&ready) == Some(503)).then_some(())
        });
        eprintln!("{}", self.web.body(self.web.get(&ready)));
    }

    /// After a restart everything acknowledged is there, and another hold can be had.
    fn goes_on(mut self) {
        self.festival.start();
        // The old connections ended with the old server.
        self.web = Web::open();
        self.hold(1);
        self.festival.stop();
        self.festival.run(&["verify", "--model"]).done();
        let kept = Journal::of(&self.festival.data()).ids("HoldPlaced", "hold");
        let lost: Vec<_> = self.held.difference(&kept).collect();
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    }
}

/// Takes all the room that is left.
fn fill(ballast: &Path) {
    let file = File::create(ballast).expect("a file");
    let mut end = 0;
    for step in [1 << 20, 1 << 12] {
        while fallocate(&file, FallocateFlags::empty(), end, step).is_ok() {
            end += step;
        }
    }
}

/// A file system that is mounted for a test.
struct Mount(PathBuf);

impl Mount {
    /// Memory as a disk of this size.
    fn tmpfs(at: &Path, size: &str) -> Option<Mount> {
        let size = format!("size={size},mode=0700");
        Mount::with(&["-t", "tmpfs", "-o", &size, "small"], at)
    }

    /// A file as a disk.
    fn image(file: &Path, at: &Path) -> Option<Mount> {
        let mount = Mount::with(&["-o", "loop", text(file)], at)?;
        // A data folder is empty at first.
        let _ = fs::remove_dir(at.join("lost+found"));
        Some(mount)
    }

    fn with(words: &[&str], at: &Path) -> Option<Mount> {
        fs::create_dir_all(at).expect("a folder");
        let mounted = Command::new("mount").args(words).arg(at).output();
        if mounted
            .as_ref()
            .is_ok_and(|mounted| mounted.status.success())
        {
            return Some(Mount(at.to_owned()));
        }
        eprintln!("skipped, since this machine mounts nothing: {mounted:?}");
        None
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // A test that failed must not fail once more: what stays mounted is detached when it is free.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

fn run(program: &str, words: &[&str]) {
    let output = Command::new(program).args(words).output();
    let output = output.unwrap_or_else(|fault| panic!("{program}: {fault}"));
    assert!(output.status.success(), "{program}: {output:?}");
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a readable path")
}
