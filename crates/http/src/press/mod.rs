//! The press: pages that are the same for all visitors of a language are made once and shared until
//! something changes. What is a visitor's own is put into their gaps at the end.

mod gap;
mod print;

pub(crate) use gap::Gap;
pub(crate) use print::Print;

use crate::pages::Language;
use crate::problem::Problem;
use crate::shelves::Restraint;
use crate::shop::Shop;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use tokio::sync::Mutex;
use vocabulary::{Millis, Seq};

/// How long a print is shared at most though nothing has changed: clocks on it stand still without script.
const KEPT_MS: u64 = 1_000;
/// How old a print may be that something has changed since, when very many are asked for.
const LATE_MS: u64 = 250;
/// How many prints are kept.
const PRINTS_MAX: usize = 512;
const UNPOISONED: &str = "nobody panics while holding the prints";

/// Which page: in a language, at an address of which nothing is left that does not matter.
pub(crate) type Address = (Language, String);

/// All prints.
pub struct Press {
    plates: RwLock<HashMap<Address, Arc<Plate>>>,
    restraint: Restraint,
}

/// Where a page is printed, by one at a time.
#[derive(Default)]
struct Plate {
    print: RwLock<Option<(Seq, Arc<Print>)>>,
    printing: Mutex<()>,
}

impl Default for Press {
    fn default() -> Self {
        Press {
            plates: RwLock::default(),
            restraint: Restraint::of(50, 5),
        }
    }
}

impl Press {
    /// The print of an address, made by `make` unless there is one that still holds.
    ///
    /// # Errors
    /// Those of `make`.
    pub(crate) async fn print<F>(
        &self,
        shop: &Shop,
        address: &Address,
        make: impl FnOnce() -> F,
    ) -> Result<Arc<Print>, Problem>
    where
        F: Future<Output = Result<Print, Problem>>,
    {
        let plate = self.plate(address, shop.now());
        if let Some(print) = self.good(shop, &plate) {
            return Ok(print);
        }
        let _alone = match plate.printing.try_lock() {
            Ok(alone) => alone,
            // Nobody waits for the next print as long as the last one will do.
            Err(_) => match plate.last(shop.now()) {
                Some(print) => return Ok(print),
                None => plate.printing.lock().await,
            },
        };
        if let Some(print) = self.good(shop, &plate) {
            return Ok(print);
        }
        // What happens while it is made may be missing in it.
        let seq = *shop.reached.borrow();
        let print = Arc::new(make().await?);
        *plate.print.write().expect(UNPOISONED) = Some((seq, print.clone()));
        Ok(print)
    }

    fn good(&self, shop: &Shop, plate: &Plate) -> Option<Arc<Print>> {
        let (seq, print) = plate.print.read().expect(UNPOISONED).clone()?;
        let now = shop.now();
        let age = now.since(print.made_at);
        let holds = now < print.until && age < KEPT_MS;
        let unchanged = *shop.reached.borrow() == seq;
        let may_wait = || age < LATE_MS && !self.restraint.allows(now);
        (holds && (unchanged || may_wait())).then_some(print)
    }

    fn plate(&self, address: &Address, now: Millis) -> Arc<Plate> {
        if let Some(plate) = self.plates.read().expect(UNPOISONED).get(address) {
            return plate.clone();
        }
        let mut plates = self.plates.write().expect(UNPOISONED);
        if plates.len() >= PRINTS_MAX {
            plates.retain(|_, plate| plate.last(now).is_some());
        }
        if plates.len() >= PRINTS_MAX {
            plates.clear();
        }
        plates.entry(address.clone()).or_default().clone()
    }
}

impl Plate {
    /// The last print, unless it is old or shows what is no longer so.
    fn last(&self, now: Millis) -> Option<Arc<Print>> {
        let (_, print) = self.print.read().expect(UNPOISONED).clone()?;
        let will_do = now < print.until && now.since(print.made_at) < KEPT_MS;
        will_do.then_some(print)
    }
}
