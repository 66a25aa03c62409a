//! Standings: what sells best, where it goes, what became of deals. Names come from the catalogue, places from the
//! records; they are made once a second for all.

use super::Board;
use super::figures::Sum;
use super::origins::Origin;
use crate::moment::Moment;
use crate::problem::Problem;
use crate::shop::Shop;
use intake::Localized;
use money::Currency;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use utoipa::ToSchema;
use views::{BoardView, DealSales, Gallery, Happened, Happening, Rate, Tally};
use vocabulary::{DealId, Millis, SellerId};

/// What was paid, by name.
type Named = Vec<(Arc<str>, i128)>;

/// Entries of each list.
const LISTED_MAX: usize = 10;
/// Things told of deals.
const HAPPENINGS_MAX: usize = 12;
/// Seconds of the small curves of orders and payments.
const RECENT_SECONDS: u64 = 60;
/// How long the categories of deals are believed.
const SHELVES_BELIEVED_MS: u64 = 300_000;
const UNPOISONED: &str = "nobody panics while holding the shelves";

/// What sells best, where it goes, what became of deals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Standings {
    /// The first bell of the present festival, or of the last one while there is none; marks and curves count from there.
    pub bell: Option<Moment>,
    /// When the next deals open.
    pub next_bell: Option<Moment>,
    /// How many open then.
    pub next_deals: usize,
    /// How many are open now.
    pub open_deals: usize,
    /// Round sums of the festival's own currency that it passed since its first bell, smallest first.
    pub marks: Vec<Passed>,
    /// The round sum that is passed next.
    #[schema(value_type = i64)]
    pub next_mark: i128,
    /// Orders in each of the last 60 seconds, the last whole one at the end.
    pub orders_recent: Vec<u32>,
    /// Payments likewise.
    pub payments_recent: Vec<u32>,
    /// The deals that brought in most, most first.
    pub top_deals: Vec<TopDeal>,
    /// The products.
    pub top_products: Vec<Ranked>,
    /// The categories at the root.
    pub top_categories: Vec<Ranked>,
    /// The sellers, shipping included.
    pub top_sellers: Vec<Ranked>,
    /// What became of deals, latest first.
    pub happenings: Vec<Told>,
    /// Paid orders by country, most first; without a country what is not known.
    pub countries: Vec<PlaceSum>,
    /// Paid orders to Korea by province, most first.
    pub provinces: Vec<PlaceSum>,
    /// Paid orders by the kind of device, most first.
    pub devices: Vec<PlaceSum>,
}

/// A round sum that was passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Passed {
    /// The sum in minor units.
    #[schema(value_type = i64)]
    pub amount: i128,
    /// How many milliseconds after the first bell.
    pub after_ms: u64,
}

/// A deal and what it brought in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct TopDeal {
    /// The shop's own id.
    pub deal: String,
    /// What its product is called, by language.
    pub name: BTreeMap<String, String>,
    /// Units in paid orders.
    pub units: u64,
    /// Their price, in minor units.
    #[schema(value_type = i64)]
    pub amount: i128,
    /// Units held, ordered and sold, in percent of the allotment.
    pub claimed_percent: u8,
}

/// Something with what it brought in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Ranked {
    /// The shop's own id.
    pub id: String,
    /// What it is called, by language.
    pub name: BTreeMap<String, String>,
    /// In minor units of the festival's own currency.
    #[schema(value_type = i64)]
    pub amount: i128,
}

/// What became of a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum What {
    /// The bell has rung.
    Opened,
    /// Nothing of it is available any more.
    SoldOut,
    /// It is over.
    Closed,
}

/// Something that became of a deal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DealHappening)]
pub(crate) struct Told {
    /// When.
    pub at: Moment,
    /// What.
    pub what: What,
    /// The shop's own id of the deal.
    pub deal: String,
    /// What its product is called, by language.
    pub name: BTreeMap<String, String>,
}

/// Paid orders of one place or kind, in the festival's own currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct PlaceSum {
    /// ISO 3166, ISO 3166-2, or the kind of device; empty where it is not known.
    pub place: String,
    /// How many, and what they came to.
    #[serde(flatten)]
    pub sum: Sum,
}

/// The standings at this moment.
///
/// # Errors
/// Those of the records.
pub(super) async fn standings(shop: &Shop, board: &Board) -> Result<Standings, Problem> {
    let now = shop.now();
    let own = shop.settings.currency;
    let shelved = board.shelves.known(shop, now).await?;
    let (mut made, seen) = {
        let views = shop.views();
        (plain(&views, own, now), Seen::of(&views, own, &shelved))
    };
    for (deal, sales, claimed_percent) in &seen.deals {
        let (id, name) = deal_name(shop, *deal).await?;
        made.top_deals.push(TopDeal {
            deal: id,
            name,
            units: sales.units,
            amount: sales.amount,
            claimed_percent: *claimed_percent,
        });
    }
    made.top_products = products(shop, &seen.products, now).await?;
    made.top_categories = categories(shop, &seen.categories).await?;
    made.top_sellers = sellers(shop, &seen.sellers, now).await?;
    for happening in seen.happenings {
        made.happenings.push(told(shop, happening).await?);
    }
    let known = board.origins.known(&shop.records, now).await;
    place(&mut made, &known, own, seen.paid);
    Ok(made)
}

/// What the views say by themselves.
fn plain(views: &Gallery, own: Currency, now: Millis) -> Standings {
    let board = &views.board;
    let next = views
        .deals
        .upcoming(now)
        .next()
        .map(|card| card.terms.starts_at);
    let opens_then = |at: Millis| {
        let upcoming = views.deals.upcoming(now);
        upcoming
            .take_while(|card| card.terms.starts_at == at)
            .count()
    };
    Standings {
        bell: board.bell().map(Moment::from),
        next_bell: next.map(Moment::from),
        next_deals: next.map_or(0, opens_then),
        open_deals: views.deals.open(now).count(),
        marks: marks(board, own),
        next_mark: board.next_mark(own),
        orders_recent: recent(board.orders(), now),
        payments_recent: recent(board.payments(), now),
        top_deals: Vec::new(),
        top_products: Vec::new(),
        top_categories: Vec::new(),
        top_sellers: Vec::new(),
        happenings: Vec::new(),
        countries: Vec::new(),
        provinces: Vec::new(),
        devices: Vec::new(),
    }
}

fn marks(board: &BoardView, own: Currency) -> Vec<Passed> {
    let bell = board.bell().unwrap_or_default();
    let passed = board.marks(own).iter().map(|mark| Passed {
        amount: mark.amount,
        after_ms: mark.at.since(bell),
    });
    passed.collect()
}

/// The last minute, second by second, those without anything too.
fn recent(rate: &Rate, now: Millis) -> Vec<u32> {
    let end = now.0 / 1_000;
    let first = end.saturating_sub(RECENT_SECONDS);
    let mut seconds = vec![0; RECENT_SECONDS as usize];
    for (at, count) in rate.recent() {
        let second = at.0 / 1_000;
        if (first..end).contains(&second) {
            seconds[(second - first) as usize] = count;
        }
    }
    seconds
}

/// What is to be named, as the views have it.
struct Seen {
    deals: Vec<(DealId, DealSales, u8)>,
    products: Vec<(Arc<str>, i128)>,
    categories: Vec<(Arc<str>, i128)>,
    sellers: Vec<(SellerId, i128)>,
    happenings: Vec<Happening>,
    /// All that was paid in the festival's own currency.
    paid: Tally,
}

impl Seen {
    fn of(views: &Gallery, own: Currency, shelved: &Shelved) -> Seen {
        let board = &views.board;
        let claimed = |deal| views.deals.claimed_percent(deal).unwrap_or(0);
        let deals = board.top_deals(own, LISTED_MAX).into_iter();
        let paid = board.totals().find(|(currency, _)| *currency == own);
        let (products, categories) = shelved.sums(board, own);
        Seen {
            deals: deals
                .map(|(deal, sales)| (deal, sales, claimed(deal)))
                .collect(),
            products,
            categories,
            sellers: board.top_sellers(own, LISTED_MAX),
            happenings: views.deals.happenings().take(HAPPENINGS_MAX).collect(),
            paid: paid.map_or(Tally::default(), |(_, totals)| totals.paid),
        }
    }
}

/// Under which product and which category at the root deals are counted, read again now and then.
#[derive(Default)]
pub(super) struct Shelves(Mutex<Arc<Shelved>>);

#[derive(Clone, Default)]
struct Shelved {
    read_at: Millis,
    /// Deal n lies at n - 1.
    deals: Vec<Option<(Arc<str>, Arc<str>)>>,
}

impl Shelves {
    /// What there is; read again when it is no longer believed, and when there are more deals.
    async fn known(&self, shop: &Shop, now: Millis) -> Result<Arc<Shelved>, Problem> {
        let known = Arc::clone(&self.0.lock().expect(UNPOISONED));
        let deals = shop.views().deals.all().count();
        let is_old = now.since(known.read_at) >= SHELVES_BELIEVED_MS;
        if !is_old && known.deals.len() >= deals {
            return Ok(known);
        }
        let mut shelved = if is_old {
            Shelved::default()
        } else {
            (*known).clone()
        };
        shelved.read_at = now;
        let after = DealId(u32::try_from(shelved.deals.len()).unwrap_or(u32::MAX));
        for deal in shop.records.shelved_deals(after).await? {
            shelved.put(&deal);
        }
        let shelved = Arc::new(shelved);
        *self.0.lock().expect(UNPOISONED) = Arc::clone(&shelved);
        Ok(shelved)
    }
}

impl Shelved {
    fn put(&mut self, deal: &records::ShelvedDeal) {
        let place = deal.number.0 as usize - 1;
        if place >= self.deals.len() {
            self.deals.resize(place + 1, None);
        }
        // The id of a category is its path.
        let root = deal.category.split(" > ").next().unwrap_or_default();
        self.deals[place] = Some((Arc::from(&*deal.product), Arc::from(root)));
    }

    /// What products and categories brought in, most first.
    fn sums(&self, board: &BoardView, own: Currency) -> (Named, Named) {
        let (mut products, mut categories) = (HashMap::new(), HashMap::new());
        for (deal, sales) in board.top_deals(own, usize::MAX) {
            let shelf = self.deals.get(deal.0 as usize - 1);
            let Some(Some((product, category))) = shelf else {
                continue;
            };
            *products.entry(Arc::clone(product)).or_insert(0) += sales.amount;
            *categories.entry(Arc::clone(category)).or_insert(0) += sales.amount;
        }
        (most(products), most(categories))
    }
}

fn most(sums: HashMap<Arc<str>, i128>) -> Vec<(Arc<str>, i128)> {
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by(|one, other| (other.1, &one.0).cmp(&(one.1, &other.0)));
    sums.truncate(LISTED_MAX);
    sums
}

async fn products(
    shop: &Shop,
    sums: &[(Arc<str>, i128)],
    now: Millis,
) -> Result<Vec<Ranked>, Problem> {
    let mut ranked = Vec::with_capacity(sums.len());
    for (id, amount) in sums {
        let showcase = shop.directory.product(id, now).await.ok();
        let name = showcase.map(|showcase| showcase.product.name.0.clone());
        ranked.push(Ranked {
            id: id.to_string(),
            name: name.unwrap_or_default(),
            amount: *amount,
        });
    }
    Ok(ranked)
}

async fn categories(shop: &Shop, sums: &[(Arc<str>, i128)]) -> Result<Vec<Ranked>, Problem> {
    let roots = shop.records.categories(None).await?;
    let name = |id: &str| {
        let root = roots.iter().find(|root| root.id == id);
        root.map(|root| root.name.clone()).unwrap_or_default()
    };
    let ranked = sums.iter().map(|(id, amount)| Ranked {
        id: id.to_string(),
        name: name(id).0,
        amount: *amount,
    });
    Ok(ranked.collect())
}

async fn sellers(
    shop: &Shop,
    sums: &[(SellerId, i128)],
    now: Millis,
) -> Result<Vec<Ranked>, Problem> {
    let mut ranked = Vec::with_capacity(sums.len());
    for (seller, amount) in sums {
        let known = shop.directory.seller_numbered(*seller, now).await?;
        ranked.push(Ranked {
            id: known
                .as_ref()
                .map_or_else(|| format!("#{seller}"), |known| known.id.clone()),
            name: known.map(|known| known.name.0.clone()).unwrap_or_default(),
            amount: *amount,
        });
    }
    Ok(ranked)
}

async fn told(shop: &Shop, happening: Happening) -> Result<Told, Problem> {
    let (deal, name) = deal_name(shop, happening.deal).await?;
    let what = match happening.what {
        Happened::Opened => What::Opened,
        Happened::SoldOut => What::SoldOut,
        Happened::Closed => What::Closed,
    };
    Ok(Told {
        at: happening.at.into(),
        what,
        deal,
        name,
    })
}

/// The shop's id of a deal, and what its product is called.
async fn deal_name(
    shop: &Shop,
    deal: DealId,
) -> Result<(String, BTreeMap<String, String>), Problem> {
    let Some(known) = shop.directory.deal_numbered(deal).await? else {
        return Ok((format!("#{deal}"), BTreeMap::new()));
    };
    let showcase = shop
        .directory
        .product(&known.product, shop.now())
        .await
        .ok();
    let name = showcase.map_or_else(Localized::default, |it| it.product.name.clone());
    Ok((known.id.clone(), name.0))
}

/// Puts in where paid orders come from.
fn place(made: &mut Standings, known: &[(Origin, Tally)], own: Currency, paid: Tally) {
    let own = known.iter().filter(|((.., currency), _)| *currency == own);
    let (mut countries, mut provinces, mut devices) =
        (Sums::default(), Sums::default(), Sums::default());
    for ((country, province, device, _), tally) in own {
        countries.add(country, *tally);
        devices.add(device, *tally);
        if country == "KR" {
            provinces.add(province, *tally);
        }
    }
    made.countries = countries.all_of(paid);
    made.devices = devices.all_of(paid);
    made.provinces = provinces.most_first();
}

#[derive(Default)]
struct Sums<'a>(HashMap<&'a str, Sum>);

impl<'a> Sums<'a> {
    fn add(&mut self, place: &'a str, tally: Tally) {
        let sum = self.0.entry(place).or_default();
        sum.count += tally.count;
        sum.amount += tally.amount;
    }

    /// The places. Where some of what was paid has none, what the others lack to the whole is told as unknown; else the
    /// places add up to the whole as soon as the tables, which may be a moment behind the view or ahead of it, stand where
    /// it does. A line of what is not known for that moment alone would come and go with every payment.
    fn all_of(mut self, paid: Tally) -> Vec<PlaceSum> {
        let Some(unknown) = self.0.remove("").filter(|sum| sum.count > 0) else {
            return self.most_first();
        };
        let known = self.0.values().fold(Sum::default(), |sum, more| Sum {
            count: sum.count + more.count,
            amount: sum.amount + more.amount,
        });
        let rest = Sum {
            count: paid.count.saturating_sub(known.count).max(unknown.count),
            amount: (paid.amount - known.amount).max(unknown.amount),
        };
        self.0.insert("", rest);
        self.most_first()
    }

    fn most_first(self) -> Vec<PlaceSum> {
        let places = self.0.into_iter().map(|(place, sum)| PlaceSum {
            place: place.to_owned(),
            sum,
        });
        let mut places: Vec<PlaceSum> = places.collect();
        places.sort_by(|one, other| {
            let rank = |it: &PlaceSum| (it.place.is_empty(), -it.sum.amount);
            rank(one)
                .cmp(&rank(other))
                .then_with(|| one.place.cmp(&other.place))
        });
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_what_is_unknown_add_up_to_what_was_paid() {
        let tally = |count, amount| Tally { count, amount };
        let mut sums = Sums::default();
        for (place, count, amount) in [("KR", 2, 50), ("US", 1, 70), ("", 1, 5), ("KR", 1, 10)] {
            sums.add(place, tally(count, amount));
        }
        let told = sums.all_of(tally(7, 200));
        let places: Vec<_> = told
            .iter()
            .map(|it| (&*it.place, it.sum.count, it.sum.amount))
            .collect();
        assert_eq!(places, [("US", 1, 70), ("KR", 3, 60), ("", 3, 70)]);
    }

    #[test]
    fn what_the_tables_have_yet_to_hear_of_is_not_unknown() {
        for paid in [1, 2] {
            let mut whole = Sums::default();
            whole.add(
                "KR",
                Tally {
                    count: 1,
                    amount: 9,
                },
            );
            let told = whole.all_of(Tally {
                count: paid,
                amount: i128::from(paid) * 9,
            });
            assert_eq!((told.len(), &*told[0].place), (1, "KR"));
        }
    }

    #[test]
    fn the_last_minute_has_its_quiet_seconds_too() {
        let mut board = BoardView::default();
        for at in [10_000, 69_900, 70_500] {
            views::View::fold(&mut board, Millis(at), vocabulary::Seq(1), &captured());
        }
        let seconds = recent(board.payments(), Millis(70_600));
        assert_eq!((seconds.len(), seconds[0], seconds[59]), (60, 1, 1));
        assert_eq!(seconds.iter().sum::<u32>(), 2);
    }

    fn captured() -> vocabulary::Event {
        vocabulary::Event::PaymentCaptured {
            payment: vocabulary::PaymentId {
                checkout: vocabulary::CheckoutId(1),
                attempt: 1,
            },
            amount: money::Amount(1),
            currency: Currency::KRW,
        }
    }
}
