//! The rules a product must keep: text in, a draft or the problems of its row out.
//!
//! Rules that span rows (double ids) live in `import`; where the text comes from, in `gather`.

use crate::product_line::{ProductLine, SkuLine, Texts};
use crate::{
    Cause, Localized, Location, PictureSource, ProductDraft, RowProblem, SkuDraft, clean,
    is_reserved_id, percent,
};
use money::{Amount, Currency, DecimalError};
use vocabulary::{PRICE_MAX, Tax};

/// The longest id, in bytes.
const ID_BYTES_MAX: usize = 120;
/// The longest name of anything, in bytes.
const NAME_BYTES_MAX: usize = 1_000;
/// The longest description in one language, in bytes.
const DESCRIPTION_BYTES_MAX: usize = 200_000;

/// Judges one product. Without a refusing problem there is a draft; problems may stand beside it.
pub(crate) fn product(
    line: ProductLine,
    location: &Location,
) -> (Option<ProductDraft>, Vec<RowProblem>) {
    let mut judge = Judge::of(location);
    let draft = judge.product(line);
    let refused = judge.problems.iter().any(|problem| !problem.kept);
    (draft.filter(|_| !refused), judge.problems)
}

/// Collects what is wrong with one row while its fields are read.
pub(crate) struct Judge<'a> {
    location: &'a Location,
    /// What was found wrong so far.
    pub problems: Vec<RowProblem>,
}

impl<'a> Judge<'a> {
    /// A judge of the row at `location`.
    pub fn of(location: &'a Location) -> Judge<'a> {
        Judge {
            location,
            problems: Vec::new(),
        }
    }

    /// Notes a problem that keeps the row out; `None`, for the caller to pass on.
    pub fn refuse<T>(&mut self, cause: Cause, field: &str, value: &str) -> Option<T> {
        let problem = RowProblem::refusing(self.location, cause).of(field, value);
        self.problems.push(problem);
        None
    }

    /// Notes a problem and lets the row in.
    fn keep(&mut self, cause: Cause, field: &str, value: &str) {
        let problem = RowProblem::refusing(self.location, cause).of(field, value);
        self.problems.push(problem.but_kept());
    }

    /// The tidy text of a field that may not be blank.
    pub fn required(&mut self, field: &str, text: &str) -> Option<String> {
        let tidied = clean::tidy(text);
        if tidied.is_empty() {
            return self.refuse(Cause::MissingField, field, "");
        }
        self.not_longer(field, tidied, NAME_BYTES_MAX)
    }

    /// The tidy text of an id, which the pages of what is called so must have in their addresses.
    pub fn id(&mut self, field: &str, text: &str) -> Option<String> {
        let tidied = self.required(field, text)?;
        match is_reserved_id(&tidied) {
            true => self.refuse(Cause::ReservedId, field, &tidied),
            false => self.not_longer(field, tidied, ID_BYTES_MAX),
        }
    }

    /// The currency by its code.
    pub fn currency(&mut self, text: &str) -> Option<Currency> {
        if text.trim().is_empty() {
            return self.refuse(Cause::MissingField, "currency", "");
        }
        match text.parse() {
            Ok(currency) => Some(currency),
            Err(_) => self.refuse(Cause::UnknownCurrency, "currency", text),
        }
    }

    /// An amount above zero.
    pub fn price(&mut self, field: &str, text: &str, currency: Currency) -> Option<Amount> {
        if text.trim().is_empty() {
            return self.refuse(Cause::MissingField, field, "");
        }
        let cause = match money::parse(text, currency) {
            Ok(amount) if amount > PRICE_MAX => Cause::PriceTooLarge,
            Ok(amount) if amount.0 > 0 => return Some(amount),
            Ok(Amount::ZERO) => Cause::PriceZero,
            Ok(_) => Cause::PriceNegative,
            Err(DecimalError::NotANumber(_)) => Cause::NotANumber,
            Err(DecimalError::FractionTooFine { .. }) => Cause::PriceFraction,
            Err(DecimalError::TooLarge(_)) => Cause::PriceTooLarge,
        };
        self.refuse(cause, field, text)
    }

    /// A whole number of zero or more; `blank` where there is no text.
    pub fn whole<N: std::str::FromStr>(&mut self, field: &str, text: &str, blank: N) -> Option<N> {
        let digits = text.trim();
        if digits.is_empty() {
            return Some(blank);
        }
        match digits.parse() {
            Ok(number) if digits.bytes().all(|b| b.is_ascii_digit()) => Some(number),
            _ => self.refuse(Cause::NotAWholeNumber, field, text),
        }
    }

    fn product(&mut self, line: ProductLine) -> Option<ProductDraft> {
        let id = self.id("id", &line.id);
        let seller = self.required("seller", &line.seller);
        let name = self.name(line.name);
        let description = self.description(line.description);
        let category = self.category(line.category);
        let brand = self.short("brand", &line.brand);
        let currency = self.currency(&line.currency);
        let price = currency.and_then(|currency| self.price("price", &line.price, currency));
        let list_price = self.list_price(&line.list_price, price, currency);
        let tax = self.tax(&line.tax, currency);
        let skus = self.skus(line.skus);
        Some(ProductDraft {
            id: id?,
            seller: seller?,
            name: name?,
            description: description?,
            category: category?,
            brand: brand?,
            price: price?,
            list_price,
            currency: currency?,
            tax: tax?,
            colours: colours(&line.colours),
            pictures: self.pictures(line.pictures),
            skus: skus?,
        })
    }

    fn not_longer(&mut self, field: &str, text: String, bytes_max: usize) -> Option<String> {
        if text.len() > bytes_max {
            return self.refuse(Cause::FieldTooLong, field, &text);
        }
        Some(text)
    }

    /// The tidy text of a field that may be blank; the inner `None` is a blank.
    fn short(&mut self, field: &str, text: &str) -> Option<Option<String>> {
        let tidied = clean::tidy(text);
        if tidied.is_empty() {
            return Some(None);
        }
        self.not_longer(field, tidied, NAME_BYTES_MAX).map(Some)
    }

    fn name(&mut self, texts: Texts) -> Option<Localized> {
        let name = self.localized("name", texts, clean::tidy, NAME_BYTES_MAX)?;
        if name.is_empty() {
            return self.refuse(Cause::MissingField, "name", "");
        }
        Some(name)
    }

    fn description(&mut self, texts: Texts) -> Option<Localized> {
        self.localized("description", texts, clean::sanitise, DESCRIPTION_BYTES_MAX)
    }

    /// The texts after `cleaned`, without blank ones.
    fn localized(
        &mut self,
        field: &str,
        texts: Texts,
        cleaned: fn(&str) -> String,
        bytes_max: usize,
    ) -> Option<Localized> {
        let mut localized = Localized::default();
        for (language, text) in texts {
            if !is_language(&language) {
                return self.refuse(Cause::BadLanguage, field, &language);
            }
            let text = self.not_longer(field, cleaned(&text), bytes_max)?;
            if !text.is_empty() {
                localized.0.insert(language, text);
            }
        }
        Some(localized)
    }

    /// The path without levels that have no name in any language.
    fn category(&mut self, levels: Vec<Texts>) -> Option<Vec<Localized>> {
        let mut path = Vec::with_capacity(levels.len());
        for level in levels {
            let level = self.localized("category", level, clean::tidy, NAME_BYTES_MAX)?;
            if !level.is_empty() {
                path.push(level);
            }
        }
        Some(path)
    }

    /// The list price where it says more than the price does.
    fn list_price(
        &mut self,
        text: &str,
        price: Option<Amount>,
        currency: Option<Currency>,
    ) -> Option<Amount> {
        if text.trim().is_empty() {
            return None;
        }
        let (price, listed) = (price?, self.price("list_price", text, currency?)?);
        if listed < price {
            self.keep(Cause::ListPriceBelowPrice, "list_price", text);
        }
        (listed > price).then_some(listed)
    }

    /// The tax; where no rate is said, the one that prices in Korea and Japan contain.
    fn tax(&mut self, text: &str, currency: Option<Currency>) -> Option<Tax> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("exempt") {
            return Some(Tax::Exempt);
        }
        if text.is_empty() || text.eq_ignore_ascii_case("included") {
            return match currency? {
                Currency::KRW | Currency::JPY => Some(Tax::Included {
                    basis_points: 1_000,
                }),
                _ => self.refuse(Cause::MissingField, "tax", text),
            };
        }
        match percent::parse(text) {
            Some(basis_points) => Some(Tax::Included { basis_points }),
            None => self.refuse(Cause::UnknownTax, "tax", text),
        }
    }

    fn pictures(&mut self, paths: Vec<String>) -> Vec<PictureSource> {
        let mut sources = Vec::with_capacity(paths.len());
        for path in paths
            .iter()
            .map(|path| path.trim())
            .filter(|path| !path.is_empty())
        {
            let source = PictureSource(path.to_owned());
            if !lies_inside(path) {
                self.keep(Cause::PictureOutside, "pictures", path);
            } else if !sources.contains(&source) {
                sources.push(source);
            }
        }
        sources
    }

    fn skus(&mut self, lines: Vec<SkuLine>) -> Option<Vec<SkuDraft>> {
        if lines.is_empty() {
            return self.refuse(Cause::MissingField, "skus", "");
        }
        let skus: Vec<Option<SkuDraft>> = lines.into_iter().map(|line| self.sku(line)).collect();
        skus.into_iter().collect()
    }

    fn sku(&mut self, line: SkuLine) -> Option<SkuDraft> {
        let id = self.id("sku", &line.id);
        let option = self.localized("option", line.option, clean::tidy, NAME_BYTES_MAX);
        let stock = self.whole("stock", &line.stock, 0);
        Some(SkuDraft {
            id: id?,
            option: option?,
            stock: stock?,
        })
    }
}

/// The tidy names, each once.
fn colours(names: &[String]) -> Vec<String> {
    let mut colours: Vec<String> = Vec::with_capacity(names.len());
    for name in names.iter().map(|name| clean::tidy(name)) {
        if !name.is_empty() && !colours.contains(&name) {
            colours.push(name);
        }
    }
    colours
}

/// True for a path that cannot leave the imported folder.
fn lies_inside(path: &str) -> bool {
    let outside = path.starts_with('/') || path.contains([':', '\\', '\0']);
    !outside && path.split('/').all(|part| !part.is_empty() && part != "..")
}

/// True for a language tag: two or three letters, then parts of letters and digits after hyphens.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or_default();
    matches!(first.len(), 2 | 3)
        && first.bytes().all(|b| b.is_ascii_lowercase())
        && parts.all(|part| {
            matches!(part.len(), 1..=8) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> ProductLine {
        ProductLine {
            id: "7".into(),
            seller: "무센트".into(),
            name: Texts::from([("ko".into(), " 체크  머플러 ".into())]),
            price: "12,900".into(),
            currency: "KRW".into(),
            skus: vec![SkuLine {
                id: "7".into(),
                ..SkuLine::default()
            }],
            ..ProductLine::default()
        }
    }

    fn judged(change: impl FnOnce(&mut ProductLine)) -> (Option<ProductDraft>, Vec<&'static str>) {
        let location = Location {
            file: "a.csv".into(),
            line: 2,
        };
        let mut changed = line();
        change(&mut changed);
        let (draft, problems) = product(changed, &location);
        (draft, problems.iter().map(|p| p.cause.name()).collect())
    }

    #[test]
    fn a_good_line_is_tidied_and_taxed_by_default() {
        let (draft, problems) = judged(|_| {});
        let draft = draft.expect("a good line");
        assert_eq!(problems, [""; 0]);
        assert_eq!(draft.name, Localized::from([("ko", "체크 머플러")]));
        assert_eq!(draft.price, Amount(12_900));
        assert_eq!(draft.tax, TAX_OF_KOREA);
        let taxed = |text: &str| judged(|l| l.tax = text.into()).0.map(|draft| draft.tax);
        assert_eq!(taxed("included"), Some(TAX_OF_KOREA));
        assert_eq!(taxed("exempt"), Some(Tax::Exempt));
    }

    const TAX_OF_KOREA: Tax = Tax::Included {
        basis_points: 1_000,
    };

    type Change = fn(&mut ProductLine);

    #[test]
    fn each_broken_rule_has_its_own_cause() {
        let table: [(&str, Change); 17] = [
            ("missing_field", |l| l.id = " ".into()),
            ("missing_field", |l| l.seller.clear()),
            ("missing_field", |l| {
                l.name = Texts::from([("ko".into(), " ".into())])
            }),
            ("missing_field", |l| l.price.clear()),
            ("missing_field", |l| l.skus.clear()),
            ("missing_field", |l| l.currency.clear()),
            ("missing_field", |l| l.currency = "EUR".into()),
            ("price_zero", |l| l.price = "0".into()),
            ("price_zero", |l| l.price = "0.00".into()),
            ("price_negative", |l| l.price = "-5".into()),
            ("price_fraction", |l| l.price = "12900.5".into()),
            ("price_too_large", |l| l.price = "1000000000000001".into()),
            ("not_a_number", |l| l.price = "품절".into()),
            ("unknown_currency", |l| l.currency = "WON".into()),
            ("unknown_tax", |l| l.tax = "some".into()),
            ("not_a_whole_number", |l| l.skus[0].stock = "-1".into()),
            ("bad_language", |l| {
                l.name.insert("Korean!".into(), "x".into());
            }),
        ];
        for (cause, change) in table {
            let (draft, problems) = judged(change);
            assert_eq!((draft, problems), (None, vec![cause]));
        }
    }

    #[test]
    fn all_that_is_wrong_with_a_row_is_said_at_once() {
        let (draft, problems) = judged(|l| {
            l.price = "0".into();
            l.seller.clear();
        });
        assert_eq!(draft, None);
        assert_eq!(problems, ["missing_field", "price_zero"]);
    }

    #[test]
    fn a_list_price_at_or_below_the_price_is_left_out_and_the_product_goes_in() {
        let listed = |text: &str| judged(|l| l.list_price = text.into());
        assert_eq!(
            listed("15,000").0.and_then(|d| d.list_price),
            Some(Amount(15_000))
        );
        assert_eq!(listed("12900").1, [""; 0]);
        let (draft, problems) = listed("12,000");
        assert_eq!(draft.expect("kept").list_price, None);
        assert_eq!(problems, ["list_price_below_price"]);
    }

    #[test]
    fn pictures_may_not_lead_out_of_the_folder() {
        for outside in [
            "../a.jpg",
            "/etc/a.jpg",
            "http://x/a.jpg",
            "a//b.jpg",
            "C:\\a.jpg",
        ] {
            let (draft, problems) = judged(|l| l.pictures = vec![outside.into(), "b/c.jpg".into()]);
            assert_eq!(
                draft.expect("kept").pictures,
                [PictureSource("b/c.jpg".into())]
            );
            assert_eq!(problems, ["picture_outside"], "{outside}");
        }
    }
}
