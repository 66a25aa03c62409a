//! From numbers that only count up (holds, places) to rows. Pages that have emptied are used again,
//! so memory follows what is open, not what has ever been; nothing is ever rehashed.

use crate::raw;
use crate::slab::{NONE, Row};
use prefetch_index::prefetch_index;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

const PAGE: u64 = 512;

/// A map from ascending numbers to rows.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Directory {
    first_page: u64,
    pages: VecDeque<Page>,
    #[serde(skip)]
    spare: Vec<Vec<Row>>,
}

/// `rows` is empty, or one for each number of the page.
#[derive(Default, Serialize, Deserialize)]
struct Page {
    used: u32,
    #[serde(with = "raw")]
    rows: Vec<Row>,
}

impl Directory {
    /// Notes where `number` lies. Numbers come in ascending order.
    pub(crate) fn insert(&mut self, number: u64, row: Row) {
        let page = number / PAGE;
        if self.pages.is_empty() {
            self.first_page = page;
        }
        while self.first_page + self.pages.len() as u64 <= page {
            self.add_page();
        }
        let page = &mut self.pages[(page - self.first_page) as usize];
        page.rows[(number % PAGE) as usize] = row;
        page.used += 1;
    }

    /// Where `number` lies, if it is known.
    pub(crate) fn row(&self, number: u64) -> Option<Row> {
        let page = (number / PAGE).checked_sub(self.first_page)?;
        let rows = &self.pages.get(usize::try_from(page).ok()?)?.rows;
        rows.get((number % PAGE) as usize)
            .copied()
            .filter(|row| *row != NONE)
    }

    /// Brings near where `number` is noted.
    pub(crate) fn foresee(&self, number: u64) {
        let page = (number / PAGE).checked_sub(self.first_page);
        let page = page.and_then(|page| self.pages.get(usize::try_from(page).ok()?));
        if let Some(page) = page.filter(|page| !page.rows.is_empty()) {
            prefetch_index(&page.rows, (number % PAGE) as usize);
        }
    }

    /// Forgets `number`, which must be known.
    pub(crate) fn remove(&mut self, number: u64) {
        let last = self.pages.len() - 1;
        let at = (number / PAGE - self.first_page) as usize;
        let page = &mut self.pages[at];
        let row = &mut page.rows[(number % PAGE) as usize];
        assert!(*row != NONE, "only what is known is forgotten");
        *row = NONE;
        page.used -= 1;
        if at != last {
            self.spare_if_unused(at);
        }
    }

    /// Everything known, in the order of the numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, Row)> + '_ {
        let pages = (self.first_page..).zip(&self.pages);
        pages.flat_map(|(page, Page { rows, .. })| {
            let numbered = (page * PAGE..).zip(rows.iter().copied());
            numbered.filter(|(_, row)| *row != NONE)
        })
    }

    fn add_page(&mut self) {
        if let Some(last) = self.pages.len().checked_sub(1) {
            self.spare_if_unused(last);
        }
        let rows = self
            .spare
            .pop()
            .unwrap_or_else(|| vec![NONE; PAGE as usize]);
        self.pages.push_back(Page { used: 0, rows });
    }

    /// A page without a known number gives its rows to the next one; empty pages leave the front.
    fn spare_if_unused(&mut self, at: usize) {
        let page = &mut self.pages[at];
        if page.used > 0 || page.rows.is_empty() {
            return;
        }
        self.spare.push(std::mem::take(&mut page.rows));
        while self.pages.front().is_some_and(|page| page.rows.is_empty()) {
            self.pages.pop_front();
            self.first_page += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_until_removed_and_pages_are_used_again() {
        let mut directory = Directory::default();
        for number in 1..=5_000 {
            directory.insert(number, number as Row + 7);
            if number > 600 && number % 10 != 0 {
                directory.remove(number - 600);
            }
        }
        assert_eq!(directory.row(0), None);
        assert_eq!(directory.row(1), None);
        assert_eq!(directory.row(4_999), Some(5_006));
        assert_eq!(directory.row(5_001), None);
        assert_eq!(directory.row(u64::MAX), None);
        let known: Vec<u64> = directory.iter().map(|(number, _)| number).collect();
        assert!(known.is_sorted());
        for number in known {
            directory.remove(number);
        }
        assert_eq!(directory.pages.len(), 1, "only the page being filled stays");
    }
}
