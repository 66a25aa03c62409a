//! What stands on the shelves: a coat in two sizes, another seller's hat, and the deals of a night.

use super::{BELL, House};
use intake::{Localized, ProductDraft, SkuDraft};
use money::{Amount, Currency};
use records::{Business, Deal, Seller, ShippingTerms};
use vocabulary::{Command, DealTerms, Deduct, Millis, PoolDraft, Receipt, SellerId, SkuId, Tax};

const TAX: Tax = Tax::Included {
    basis_points: 1_000,
};

/// The smallest GIF: one pixel.
pub const GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\xff\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// The seller and the SKUs of the coat, small and medium, as the ledger numbers them.
#[derive(Clone, Copy)]
pub struct Shelf {
    pub seller: SellerId,
    pub skus: [SkuId; 2],
}

impl House {
    /// 100 units of the coat in either size, all in free stock.
    pub(super) async fn fill_shelf(&self) -> Shelf {
        let seller = self.join("moa").await;
        let skus = [
            self.list("COAT-S", seller).await,
            self.list("COAT-M", seller).await,
        ];
        let sizes = &[("COAT-S", "S"), ("COAT-M", "M")];
        self.shelve(product("COAT", "moa", sizes), &skus).await;
        Shelf { seller, skus }
    }

    /// The coat as it came into the catalogue.
    pub fn coat(&self) -> ProductDraft {
        product("COAT", "moa", &[("COAT-S", "S"), ("COAT-M", "M")])
    }

    /// Another seller, `bora`, with 100 hats, of which ten are in the deal `HATS`, for anyone.
    pub async fn sell_hats(&self) {
        let seller = self.join("bora").await;
        let hat = self.list("HAT-1", seller).await;
        let hats = product("HAT", "bora", &[("HAT-1", "")]);
        self.shelve(hats, &[hat]).await;
        let pools = vec![(hat, 10)];
        self.put("HATS", "HAT", seller, Currency::KRW, pools, terms(0))
            .await;
    }

    /// A deal of one small coat, `LATER`, that opens an hour after the bell.
    pub async fn schedule_later(&self) {
        let opens = Millis(BELL + 3_600_000);
        let later = DealTerms {
            starts_at: opens,
            ends_at: opens.plus(3_600_000),
            ..terms(0)
        };
        self.schedule("LATER", &[1], later).await;
    }

    async fn join(&self, id: &str) -> SellerId {
        let reference = self.shop.secrets.seller_reference(id);
        let Receipt::Seller(number) = self.command(Command::OpenSeller { reference }).await else {
            panic!("a seller has a number");
        };
        let records = &self.shop.records;
        records.put_seller(&seller(id)).await.expect("stored");
        let bound = [(id.to_owned(), number)];
        records.bind_sellers(&bound).await.expect("bound");
        number
    }

    async fn list(&self, id: &str, seller: SellerId) -> SkuId {
        let reference = self.shop.secrets.sku_reference(id);
        let tax = TAX;
        let listed = Command::ListSku {
            reference,
            seller,
            tax,
        };
        let Receipt::Sku(sku) = self.command(listed).await else {
            panic!("a SKU has a number");
        };
        let units = 100;
        self.command(Command::ReceiveStock { sku, units }).await;
        sku
    }

    async fn shelve(&self, product: ProductDraft, numbers: &[SkuId]) {
        let ids = product.skus.iter().map(|sku| sku.id.clone());
        let numbers = ids.zip(numbers.iter().copied()).collect();
        let records = &self.shop.records;
        let stored = records.upsert_products(&[product], &numbers).await;
        stored.expect("stored");
    }

    /// Puts a deal at 41,000 won a unit on the schedule, with so many units of each size.
    pub async fn schedule(&self, id: &str, units: &[u32], terms: DealTerms) {
        self.schedule_in(Currency::KRW, id, units, terms).await;
    }

    /// The same in another currency.
    pub async fn schedule_in(&self, currency: Currency, id: &str, units: &[u32], terms: DealTerms) {
        let Shelf { seller, skus } = self.shelf;
        let pools = skus.into_iter().zip(units.iter().copied()).collect();
        self.put(id, "COAT", seller, currency, pools, terms).await;
    }

    async fn put(
        &self,
        id: &str,
        product: &str,
        seller: SellerId,
        currency: Currency,
        pools: Vec<(SkuId, u32)>,
        terms: DealTerms,
    ) {
        let price = Amount(41_000);
        let pool = |(sku, units)| PoolDraft { sku, units, price };
        let command = Command::ScheduleDeal {
            reference: self.shop.secrets.deal_reference(id),
            seller,
            currency,
            terms,
            pools: pools.into_iter().map(pool).collect(),
        };
        let Receipt::Deal(number) = self.command(command).await else {
            panic!("a deal has a number");
        };
        let deal = Deal {
            id: id.to_owned(),
            product: product.to_owned(),
            number: Some(number),
        };
        self.shop.records.put_deals(&[deal]).await.expect("bound");
    }
}

/// An hour from the bell, for so many units a person; a waitlist of five.
pub fn terms(limit: u16) -> DealTerms {
    DealTerms {
        starts_at: Millis(BELL),
        ends_at: Millis(BELL + 3_600_000),
        hold_ms: 900_000,
        payment_ms: 1_800_000,
        deposit_ms: 0,
        limit,
        members_only: false,
        verified_only: false,
        deduct: Deduct::OnOrder,
        waitlist_max: 5,
    }
}

fn seller(id: &str) -> Seller {
    Seller {
        id: id.to_owned(),
        name: match id {
            "moa" => Localized::from([
                ("ko", "모아서옷장"),
                ("zh", "集衣小橱"),
                ("en", "Moa Closet"),
            ]),
            _ => Localized::from([("ko", "보라모자"), ("zh", "紫帽"), ("en", "Bora Hats")]),
        },
        about: Localized::default(),
        shipping: Some(ShippingTerms {
            return_fee: Some(Amount(3_000)),
            ..ShippingTerms::default()
        }),
        business: Business {
            name: "주식회사 모아".to_owned(),
            mail_order_number: "2026-서울중구-0001".to_owned(),
            ..Business::default()
        },
        number: None,
    }
}

fn product(id: &str, seller: &str, sizes: &[(&str, &str)]) -> ProductDraft {
    let sku = |(id, size): &(&str, &str)| SkuDraft {
        id: (*id).to_owned(),
        option: Localized::from([("ko", *size), ("en", *size)]),
        stock: 100,
    };
    ProductDraft {
        id: id.to_owned(),
        seller: seller.to_owned(),
        name: Localized::from([("ko", "울 코트"), ("zh", "羊毛大衣"), ("en", "Wool coat")]),
        description: Localized::from([("ko", "<p>따뜻해요.</p>")]),
        category: vec![Localized::from([("ko", "여성복"), ("en", "Women")])],
        brand: None,
        price: Amount(59_000),
        list_price: Some(Amount(69_000)),
        currency: Currency::KRW,
        tax: TAX,
        colours: Vec::new(),
        pictures: Vec::new(),
        skus: sizes.iter().map(sku).collect(),
    }
}
