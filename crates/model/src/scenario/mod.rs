//! The specification as tables: text that a merchandiser reads and a decider must obey, a line a
//! deed and its outcome at the end. The language is described in `tests/scenarios/README.md`.
//!
//! Here live the reader and the runner. The tables themselves, and which decider plays them, live
//! with the tests.

mod bank;
mod check;
mod deed;
mod expectation;
mod facts;
mod fault;
mod moment;
mod names;
mod play;
mod report;
mod rows;
mod seen;
mod shop;
mod shopper;
mod terms;
mod words;

pub use fault::{Failure, Fault};
pub use report::Report;

use crate::Decider;

/// Plays every scenario in `text` on `decider`, each on a fresh one, and reports what they showed.
///
/// # Errors
/// The first fault of every scenario that went wrong. `file` is what the text is called in them.
pub fn run<D: Decider>(text: &str, file: &str, decider: &mut D) -> Result<Report, Failure> {
    let failure = |faults| Failure {
        file: file.to_owned(),
        faults,
    };
    let scenarios =
        rows::scenarios(text).map_err(|fault| failure(vec![("(none yet)".to_owned(), fault)]))?;
    let mut report = Report::default();
    let mut faults = Vec::new();
    for scenario in &scenarios {
        if let Err(fault) = play::play(scenario, decider, &mut report) {
            faults.push((scenario.title.to_owned(), fault));
        }
    }
    match faults.is_empty() {
        true => Ok(report),
        false => Err(failure(faults)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::{
        Command, CommandKind, Digest, Event, EventKind, Millis, Outcome, Receipt, Refusal, Request,
        SellerId, Work,
    };

    /// Opens every seller as number 1 and refuses all else.
    #[derive(Default)]
    struct Doorkeeper(Digest);

    impl Decider for Doorkeeper {
        fn fresh() -> Self {
            Doorkeeper::default()
        }

        fn apply(&mut self, at: Millis, request: &Request, events: &mut Vec<Event>) -> Outcome {
            let Command::OpenSeller { reference } = request.command else {
                return Outcome::Refused(Refusal::SkuUnknown);
            };
            let seller = SellerId(1);
            let receipt = Receipt::Seller(seller);
            let opened = [Event::SellerOpened { seller, reference }];
            self.0 = self.0.after(at, request, receipt, &opened);
            events.extend(opened);
            Outcome::Done(receipt)
        }

        fn next_due(&self) -> Option<Millis> {
            None
        }

        fn digest(&self) -> Digest {
            self.0
        }

        fn outbox(&self) -> Vec<Work> {
            Vec::new()
        }

        fn state_digest(&self) -> Digest {
            self.0
        }
    }

    fn play(rows: &str) -> Result<Report, Failure> {
        run(
            &format!("## a shop\n{rows}"),
            "shop.txt",
            &mut Doorkeeper::fresh(),
        )
    }

    fn fault(rows: &str) -> Fault {
        play(rows).expect_err("a fault").faults.remove(0).1
    }

    #[test]
    fn a_table_that_is_obeyed_tells_what_it_showed() {
        let report = play(
            " 0  shop   opens seller S   ok\n   > SellerOpened S\n\
             1  shop   receives 1 of #1  31 sku_unknown\n\
             2  clock  passes            nothing\n\
             2  check  outbox            nothing\n",
        )
        .expect("an obeyed table");
        assert_eq!((report.scenarios, report.rows), (1, 4));
        assert!(report.commands.contains(&CommandKind::OpenSeller));
        assert!(report.events.contains(&EventKind::SellerOpened));
        assert!(report.refusals.contains(&Refusal::SkuUnknown));
        assert!(report.unshown().contains(&"PlaceHold"));
    }

    #[test]
    fn what_is_not_obeyed_is_told_with_file_line_and_column() {
        let failure = play(" 0  shop  opens seller S  sku_exists\n").expect_err("a failure");
        assert_eq!(
            failure.to_string(),
            "shop.txt:2:27: expected `sku_exists`: the answer was `ok`\n    in the scenario: a shop\n"
        );
    }

    #[test]
    fn a_wrong_word_is_found_where_it_stands() {
        let wrong = [
            (
                " 0  shop  opens shop S     ok",
                11,
                "something that the shop does",
            ),
            (" 0  shop  opens seller S   fine", 28, "name of a refusal"),
            (" 0  shop  opens seller S x  ok", 26, "nothing more"),
            (" 0  shop  receives 1 of A  ok", 25, "nothing is called `A`"),
            (" 0  shop  receives x of A  ok", 20, "a number of units"),
            (" x  shop  opens seller S   ok", 2, "expected a time"),
            (" 0  ann old  releases #1   ok", 9, "nothing more"),
        ];
        for (row, column, message) in wrong {
            let fault = fault(row);
            assert_eq!((fault.line, fault.column), (2, column), "{row}: {fault}");
            assert!(fault.message.contains(message), "{row}: {fault}");
        }
    }

    #[test]
    fn events_must_be_all_or_among_as_the_row_says() {
        let opened = " 0  shop  opens seller S  ok\n";
        assert!(play(&format!("{opened} ~ SellerOpened S")).is_ok());
        assert_eq!(fault(&format!("{opened} > SellerOpened T")).line, 3);
        assert_eq!(
            fault(&format!("{opened} > SellerOpened S\n > DealOpened D")).line,
            4
        );
        assert_eq!(fault(&format!("{opened} ~ DealOpened D")).line, 3);
    }

    #[test]
    fn time_does_not_run_backwards() {
        let fault = fault(" 5  clock  passes  nothing\n 4  clock  passes  nothing\n");
        assert_eq!((fault.line, fault.column), (3, 2));
    }
}
