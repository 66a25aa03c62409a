//! kill -9: a writer in a process of its own is killed again and again, wherever it is, and each time
//! what it was told is there.

use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use journal::{Access, DataFolder, FileJournal, Reader as _};

use crate::scene::{IDENTITY, Scene, append, options};

const ROOT: &str = "JOURNAL_OF_THE_WRITER_TO_KILL";
const SEGMENT_BYTES: u64 = 32 << 10;
const ROUNDS: u64 = 12;

#[test]
fn what_was_acknowledged_survives_every_kill() {
    let scene = Scene::new(SEGMENT_BYTES, Access::Direct);
    let mut acknowledged = 0;
    for round in 0..ROUNDS {
        let told = last_told(start_writer(scene.root()), 5 + 7 * round);
        assert!(told > acknowledged, "the journal went backwards");
        acknowledged = told;

        let journal = scene.open().unwrap().journal;
        assert!(journal.tail().next_seq > acknowledged);
        for (batch, seq) in journal.read(0).unwrap().zip(1..) {
            let batch = batch.unwrap();
            assert_eq!(batch.header.first_seq, seq);
            assert_eq!(batch.payload, payload(seq));
        }
    }
    assert!(
        scene.segments().len() > 3,
        "no kill came near a segment's end"
    );
    scene.verify().unwrap();
}

/// Kills the writer after so many acknowledgements; gives the last that it uttered before it died.
fn last_told(mut writer: Child, kill_after: u64) -> u64 {
    let output = BufReader::new(writer.stdout.take().unwrap());
    let mut told = 0;
    let lines = output.lines().map_while(Result::ok);
    for (nth, line) in lines.filter(|line| line.starts_with("told ")).enumerate() {
        // A line that was cut off by the kill has no closing word.
        if let Some(seq) = line
            .strip_prefix("told ")
            .and_then(|rest| rest.strip_suffix(" done"))
        {
            told = seq.parse().unwrap();
        }
        if nth as u64 == kill_after {
            writer.kill().unwrap();
        }
    }
    writer.wait().unwrap();
    told
}

fn start_writer(root: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "killed::the_writer", "--nocapture"])
        .env(ROOT, root)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn payload(seq: u64) -> Vec<u8> {
    vec![seq as u8; (seq * 811 % 9000) as usize]
}

/// What the killed process runs; idle where nobody means to kill it.
#[test]
fn the_writer() {
    let Some(root) = env::var_os(ROOT) else {
        return;
    };
    let folder = DataFolder::open(Path::new(&root)).unwrap();
    let options = options(SEGMENT_BYTES, Access::Direct);
    let opened = if FileJournal::exists(&folder) {
        FileJournal::open(folder, options)
    } else {
        FileJournal::create(folder, IDENTITY, options)
    };
    let mut journal = opened.unwrap().journal;
    let mut out = std::io::stdout();
    writeln!(out).unwrap();
    loop {
        let seq = journal.tail().next_seq;
        append(&mut journal, 1, &payload(seq)).unwrap();
        if seq.is_multiple_of(40) {
            journal.archive_before(seq - 20).unwrap();
        }
        if writeln!(out, "told {seq} done").is_err() {
            return;
        }
    }
}
