//! `doorbuster replay`: what was done, command by command, and what came of it.

use anyhow::Context;
use clap::Parser;
use jiff::Timestamp;
use journal::{Access, FileReader, Layout, SnapshotStore};
use serde::Serialize;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::PathBuf;
use till::Replayed;
use vocabulary::{Command, Event, Request, Seq, Shard};

/// Show the commands of the journal, and the events that replaying them makes.
#[derive(Debug, Parser)]
#[command(after_help = "\
Examples:
  doorbuster replay --from 1000 --to 1010 --events
      Eleven commands with what came of them.
  doorbuster replay --json | jq 'select(.command.PlaceHold)'
      All holds that were ever placed, as JSON lines.
  doorbuster replay --from 1 --to 0
      Replays everything and prints nothing but the digest at the end.")]
pub struct Args {
    /// The data folder.
    #[arg(long, value_name = "FOLDER", default_value = "doorbuster-data")]
    data: PathBuf,
    /// The first sequence to show.
    #[arg(long, value_name = "SEQUENCE", default_value_t = 1)]
    from: u64,
    /// The last sequence to show; all by default.
    #[arg(long, value_name = "SEQUENCE", default_value_t = u64::MAX)]
    to: u64,
    /// Show the events too.
    #[arg(long)]
    events: bool,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// Damage, or a replay that comes to something else than the journal says.
pub fn run(args: &Args) -> anyhow::Result<()> {
    crate::house::must_be_in(&args.data)?;
    let reader = FileReader::open(&args.data, Access::Direct)?;
    let store = SnapshotStore::at(&Layout::of(&args.data).snapshots);
    let before = Seq(args.from.saturating_sub(1));
    let mut out = BufWriter::new(io::stdout().lock());
    let mut broken = None;
    let recovered = till::recover(Shard(0), &reader, Some(&store), before, |replayed| {
        if broken.is_none() {
            broken = args.show(&replayed, &mut out).err();
        }
    })?;
    match broken {
        Some(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
        Some(error) => return Err(error).context("the output cannot be written"),
        None => {}
    }
    out.flush()?;
    if !args.json {
        let last = recovered.next_seq.0 - 1;
        eprintln!("digest {} after sequence {last}", recovered.ledger.digest());
    }
    Ok(())
}

impl Args {
    fn show(&self, replayed: &Replayed, out: &mut impl Write) -> io::Result<()> {
        let published = &replayed.published;
        let first = published.last_seq.0 + 1 - replayed.requests.len() as u64;
        let mut events = published.events.iter().peekable();
        for (seq, request) in (first..).map(Seq).zip(&replayed.requests) {
            let mine = std::iter::from_fn(|| events.next_if(|(of, _)| *of <= seq));
            let mine: Vec<&Event> = mine.map(|(_, event)| event).collect();
            if (self.from..=self.to).contains(&seq.0) {
                let mine = mine.into_iter().filter(|_| self.events || self.json);
                let shown = Shown {
                    seq,
                    at: published.at.0,
                    request,
                    events: mine.collect(),
                };
                if self.json {
                    shown.json(out)?
                } else {
                    shown.text(out)?
                }
            }
        }
        Ok(())
    }
}

struct Shown<'a> {
    seq: Seq,
    at: u64,
    request: &'a Request,
    events: Vec<&'a Event>,
}

#[derive(Serialize)]
struct Line<'a> {
    seq: Seq,
    at: String,
    command: &'a Command,
    events: &'a [&'a Event],
}

impl Shown<'_> {
    fn text(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(
            out,
            "{:>10}  {}  {:?}",
            self.seq.0,
            self.time(),
            self.request.command
        )?;
        for event in &self.events {
            writeln!(out, "{:>10}  {:24}  -> {event:?}", "", "")?;
        }
        Ok(())
    }

    fn json(&self, out: &mut impl Write) -> io::Result<()> {
        let (command, events) = (&self.request.command, self.events.as_slice());
        let line = Line {
            seq: self.seq,
            at: self.time(),
            command,
            events,
        };
        serde_json::to_writer(&mut *out, &line)?;
        writeln!(out)
    }

    fn time(&self) -> String {
        let ms = i64::try_from(self.at).unwrap_or(i64::MAX);
        Timestamp::from_millisecond(ms).map_or_else(|_| self.at.to_string(), |t| format!("{t:.3}"))
    }
}
