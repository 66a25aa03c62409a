//! What was told of late, for open pages: each hears what is theirs. Bounded: who hears later reads the records.

use records::StoredNotice;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard};
use tokio::sync::watch;
use vocabulary::PersonKey;

/// How many notices are kept, of all persons together; the oldest go first.
const KEPT_MAX: usize = 65_536;

/// The newest notices by person.
pub struct Bulletin {
    board: Mutex<Board>,
    newest: watch::Sender<i64>,
}

#[derive(Default)]
struct Board {
    persons: HashMap<PersonKey, Vec<StoredNotice>>,
    order: VecDeque<(PersonKey, i64)>,
}

impl Default for Bulletin {
    fn default() -> Self {
        Bulletin {
            board: Mutex::default(),
            newest: watch::Sender::new(0),
        }
    }
}

impl Bulletin {
    /// Puts notices up; whoever listens is woken.
    pub fn post(&self, notices: Vec<StoredNotice>) {
        let Some(newest) = notices.iter().map(|notice| notice.number).max() else {
            return;
        };
        let mut board = self.open();
        for notice in notices {
            board.put(notice);
        }
        drop(board);
        self.newest.send_replace(newest);
    }

    /// The notices of these persons with greater numbers than `heard`, oldest first.
    pub fn behind(
        &self,
        persons: impl Iterator<Item = PersonKey>,
        heard: i64,
    ) -> Vec<StoredNotice> {
        let board = self.open();
        let theirs = persons.filter_map(|person| board.persons.get(&person));
        let mut behind: Vec<StoredNotice> = theirs
            .flatten()
            .filter(|notice| notice.number > heard)
            .cloned()
            .collect();
        behind.sort_by_key(|notice| notice.number);
        behind
    }

    /// The number of the newest notice, as it rises.
    pub fn newest(&self) -> watch::Receiver<i64> {
        self.newest.subscribe()
    }

    fn open(&self) -> MutexGuard<'_, Board> {
        self.board.lock().expect("nobody panics at the bulletin")
    }
}

impl Board {
    fn put(&mut self, notice: StoredNotice) {
        if self.order.len() == KEPT_MAX
            && let Some((person, number)) = self.order.pop_front()
            && let Some(theirs) = self.persons.get_mut(&person)
        {
            theirs.retain(|kept| kept.number != number);
            if theirs.is_empty() {
                self.persons.remove(&person);
            }
        }
        self.order.push_back((notice.person, notice.number));
        self.persons.entry(notice.person).or_default().push(notice);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::Millis;

    fn notice(person: u128, number: i64) -> StoredNotice {
        StoredNotice {
            number,
            person: PersonKey(person),
            kind: "offered".to_owned(),
            subject: number.to_string(),
            details: serde_json::Value::Null,
            at: Millis(0),
            useful_until: Millis(1),
            read_at: None,
        }
    }

    #[test]
    fn each_hears_what_is_theirs_and_new_and_the_oldest_goes_first() {
        let bulletin = Bulletin::default();
        let newest = bulletin.newest();
        bulletin.post(vec![notice(1, 1), notice(2, 2), notice(1, 3)]);
        assert_eq!(*newest.borrow(), 3);
        let heard = |person, heard| {
            let behind = bulletin.behind([PersonKey(person)].into_iter(), heard);
            behind
                .iter()
                .map(|notice| notice.number)
                .collect::<Vec<_>>()
        };
        assert_eq!(heard(1, 0), [1, 3]);
        assert_eq!(heard(1, 1), [3]);
        assert_eq!(heard(3, 0), [0; 0]);
        let many = (4..=3 + KEPT_MAX as i64 - 2).map(|number| notice(9, number));
        bulletin.post(many.collect());
        assert_eq!((heard(1, 0), heard(2, 0)), (vec![3], vec![2]));
    }
}
