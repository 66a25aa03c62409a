//! The books as the board shows them: what every seller's accounts stand at, and what their paid orders came to.

use hashbrown::HashMap;
use money::{Amount, Currency};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use vocabulary::{Account, SellerId};

/// One seller's accounts in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Book {
    pub(crate) currency: Currency,
    pub(crate) seller: SellerId,
    /// In the order of [`Account::ALL`]; debits are positive.
    balances: [i128; Account::ALL.len()],
    /// What buyers paid; none before the first did.
    pub(crate) paid: Option<i128>,
}

impl Book {
    /// What an account stands at; debits are positive.
    pub(crate) fn balance(&self, account: Account) -> i128 {
        self.balances[column(account)]
    }

    /// Debits one account and credits another.
    pub(crate) fn post(&mut self, debit: Account, credit: Account, amount: Amount) {
        self.balances[column(debit)] += i128::from(amount.0);
        self.balances[column(credit)] -= i128::from(amount.0);
    }
}

/// All books, in the order in which they were opened.
#[derive(Clone, Debug, Default)]
pub(crate) struct Books {
    books: Vec<Book>,
    places: HashMap<(Currency, SellerId), usize>,
    /// Where was posted last: the postings of an order are one seller's.
    last: usize,
}

impl Books {
    /// All of them, by currency, then by seller.
    pub(crate) fn sorted(&self) -> Vec<&Book> {
        let mut books: Vec<&Book> = self.books.iter().collect();
        books.sort_unstable_by_key(|book| (book.currency, book.seller));
        books
    }

    /// Those in one currency, in no promised order.
    pub(crate) fn of(&self, currency: Currency) -> impl Iterator<Item = &Book> {
        let books = self.books.iter();
        books.filter(move |book| book.currency == currency)
    }

    /// The seller's, opened if there is none yet.
    pub(crate) fn book_mut(&mut self, currency: Currency, seller: SellerId) -> &mut Book {
        let last = self.books.get(self.last);
        if last.is_none_or(|book| (book.currency, book.seller) != (currency, seller)) {
            self.last = self.place(currency, seller);
        }
        &mut self.books[self.last]
    }

    fn place(&mut self, currency: Currency, seller: SellerId) -> usize {
        let end = self.books.len();
        let place = *self.places.entry((currency, seller)).or_insert(end);
        if place == end {
            self.books.push(Book {
                currency,
                seller,
                balances: [0; Account::ALL.len()],
                paid: None,
            });
        }
        place
    }
}

/// Books that were opened in another order are others; folding opens them in the order of the events.
impl PartialEq for Books {
    fn eq(&self, other: &Self) -> bool {
        self.books == other.books
    }
}

impl Eq for Books {}

/// As a sequence of books.
impl Serialize for Books {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.books.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Books {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let books: Vec<Book> = Vec::deserialize(deserializer)?;
        let keys = books.iter().map(|book| (book.currency, book.seller));
        let places = keys.zip(0..).collect();
        Ok(Books {
            books,
            places,
            last: 0,
        })
    }
}

fn column(account: Account) -> usize {
    let found = Account::ALL.iter().position(|other| *other == account);
    found.expect("every account is in the chart")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seller_has_a_book_in_every_currency_and_books_read_back() {
        let mut books = Books::default();
        let (debit, credit) = (Account::ProviderClearing, Account::Shipping);
        for (n, seller) in (1..).zip([2, 2, 1, 2, 3, 1].map(SellerId)) {
            for currency in [Currency::USD, Currency::KRW] {
                let book = books.book_mut(currency, seller);
                book.post(debit, credit, Amount(n));
            }
        }
        let balances = |books: &Books| -> Vec<(Currency, u32, i128)> {
            let sorted = books.sorted().into_iter();
            sorted
                .map(|book| (book.currency, book.seller.0, book.balance(debit)))
                .collect()
        };
        let expected = [(1, 9), (2, 7), (3, 5)];
        let in_both = [Currency::KRW, Currency::USD]
            .map(|currency| expected.map(|(seller, balance)| (currency, seller, balance)));
        assert_eq!(balances(&books), in_both.concat());
        let bytes = postcard::to_allocvec(&books).expect("they are written");
        let mut back: Books = postcard::from_bytes(&bytes).expect("they are read");
        assert_eq!(back, books);
        for books in [&mut back, &mut books] {
            let book = books.book_mut(Currency::KRW, SellerId(3));
            book.post(debit, credit, Amount(1));
        }
        assert_eq!(back, books);
        assert_eq!(back.of(Currency::KRW).count(), 3);
    }
}
