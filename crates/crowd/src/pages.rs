//! A shopper who comes through the pages as people without script do: looks at a deal, presses its button, waits
//! where they are told to wait, loads again what loads itself again, and sees in the cart what they got. Answers in, deeds
//! out; no socket. They forgive nothing: no answer, a page without words and a bare refusal are each the end.

use crate::{Random, escaped};

/// What a browser asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visit {
    /// Loads an address.
    See(String),
    /// Sends a form to an address: its body.
    Send(String, String),
    /// Waits, in milliseconds.
    Think(u64),
    /// Goes away.
    Leave(Outcome),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Has it in the cart.
    Held,
    /// Has a place in the waitlist.
    Waitlisted,
    /// There was nothing left, and they were told so.
    SoldOut,
    /// A rule said no: its name.
    Refused(String),
    /// Waited as long as they would.
    GaveUp,
    /// Got no answer: why.
    Lost(String),
    /// Saw what nobody should see: a page without words, or an order that was not kept.
    Wronged(String),
}

/// A page as a browser gets it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The status; 0 where no answer came, and `text` says why.
    pub status: u16,
    /// Where it leads, if it leads on.
    pub location: Option<String>,
    /// After how many seconds it loads itself again, and where, by its head.
    pub refresh: Option<String>,
    /// Its text.
    pub text: String,
}

/// Somebody who wants something of one deal.
#[derive(Debug)]
pub struct PageShopper {
    random: Random,
    deal: String,
    /// The address that was loaded last.
    here: String,
    /// How many stood before them when they looked last.
    ahead: Option<u64>,
    left_ms: u64,
    waited_in_room: bool,
    set_back: bool,
    turned_away: u64,
    gives_back: bool,
    gave_back: bool,
    /// What they are told they have, until they have seen it.
    got: Option<Outcome>,
}

impl Outcome {
    /// The shop served them to an end, good or bad.
    pub fn is_served(&self) -> bool {
        use Outcome::{Held, Refused, SoldOut, Waitlisted};
        matches!(self, Held | Waitlisted | SoldOut | Refused(_))
    }
}

impl Page {
    /// It says something: a heading, within what the page is about.
    pub fn has_words(&self) -> bool {
        self.text.contains("<main") && self.text.contains("<h1")
    }
}

impl PageShopper {
    /// Wants a unit of this deal, and waits for it so long at most.
    pub fn wanting(deal: &str, patience_ms: u64, random: Random) -> PageShopper {
        let here = format!("/deals/{}", escaped(deal));
        PageShopper {
            random,
            deal: here.clone(),
            here,
            ahead: None,
            left_ms: patience_ms,
            waited_in_room: false,
            set_back: false,
            turned_away: 0,
            gives_back: false,
            gave_back: false,
            got: None,
        }
    }

    /// The same, who gives back what they got as soon as they have seen it.
    #[must_use]
    pub fn giving_back(self) -> PageShopper {
        let gives_back = true;
        PageShopper { gives_back, ..self }
    }

    /// What they do first.
    pub fn arrive(&self) -> Visit {
        Visit::See(self.here.clone())
    }

    /// True when they were sent into the waiting room.
    pub fn waited_in_room(&self) -> bool {
        self.waited_in_room
    }

    /// How often they were asked, in words, to come again later.
    pub fn turned_away(&self) -> u64 {
        self.turned_away
    }

    /// True when more stood before them than when they had looked before: somebody came back who had been away.
    pub fn was_set_back(&self) -> bool {
        self.set_back
    }

    /// What they do after a wait.
    pub fn again(&self) -> Visit {
        Visit::See(self.here.clone())
    }

    /// What they do when this came.
    pub fn next(&mut self, page: &Page) -> Visit {
        if let Some(location) = page.location.as_deref().filter(|_| page.status == 303) {
            return self.follow(location);
        }
        match page.status {
            0 => Visit::Leave(Outcome::Lost(page.text.clone())),
            200 if page.has_words() => self.read(page),
            200 => Visit::Leave(Outcome::Wronged("a page without words".to_owned())),
            429 | 503 => self.come_again(page),
            other => Visit::Leave(Outcome::Wronged(format!("status {other}"))),
        }
    }

    fn follow(&mut self, location: &str) -> Visit {
        if location.starts_with("/cart") {
            let got = match location.contains("said=held") {
                true => Outcome::Held,
                false => Outcome::Waitlisted,
            };
            self.got.get_or_insert(got);
        }
        if let Some((_, refusal)) = location.split_once("refused=") {
            return Visit::Leave(match refusal {
                "stock_exhausted" | "waitlist_full" | "deal_over" => Outcome::SoldOut,
                other => Outcome::Refused(other.to_owned()),
            });
        }
        self.here = location.to_owned();
        Visit::See(self.here.clone())
    }

    fn read(&mut self, page: &Page) -> Visit {
        if let Some(got) = self.got.clone() {
            return self.see_what_they_got(page, got);
        }
        match attribute(&page.text, "data-state") {
            None => self.press(page),
            Some("doorway") => self.send(page, &format!("{}/waiting", self.deal)),
            Some("turn") => self.send(page, &format!("{}/hold", self.deal)),
            Some("early") => self.wait_in_room(page),
            Some("waiting") => self.wait_in_turn(page),
            Some(other) => Visit::Leave(Outcome::Wronged(format!("state {other}"))),
        }
    }

    /// In the cart.
    fn see_what_they_got(&mut self, page: &Page, got: Outcome) -> Visit {
        match release_form(&page.text) {
            None if got == Outcome::Held && !self.gave_back => Visit::Leave(Outcome::Wronged(
                "a hold that is not in the cart".to_owned(),
            )),
            Some(form) if self.gives_back && !self.gave_back => {
                self.gave_back = true;
                form
            }
            _ => Visit::Leave(got),
        }
    }

    /// On the page of a deal: its one button.
    fn press(&mut self, page: &Page) -> Visit {
        if page
            .text
            .contains(&format!("action=\"{}/hold\"", self.deal))
        {
            return self.send(page, &format!("{}/hold", self.deal));
        }
        if page
            .text
            .contains(&format!("href=\"{}/waiting\"", self.deal))
        {
            self.here = format!("{}/waiting", self.deal);
            return Visit::See(self.here.clone());
        }
        Visit::Leave(Outcome::SoldOut)
    }

    fn send(&mut self, page: &Page, address: &str) -> Visit {
        let fields = ["key", "sku", "units", "or_wait"];
        let filled = fields.iter().filter_map(|name| {
            let value = match *name {
                "sku" => self.choice(&page.text)?,
                name => field(&page.text, name)?,
            };
            Some(format!("{name}={}", escaped(&value)))
        });
        let mut body: Vec<String> = filled.collect();
        if !body.iter().any(|pair| pair.starts_with("units=")) {
            body.push("units=1".to_owned());
        }
        Visit::Send(address.to_owned(), body.join("&"))
    }

    /// Any size that there is.
    fn choice(&mut self, text: &str) -> Option<String> {
        let inputs = text.split("<input").skip(1);
        let inputs = inputs.filter_map(|rest| rest.split('>').next());
        let skus =
            inputs.filter(|input| input.contains("name=\"sku\"") && !input.contains("disabled"));
        let skus: Vec<&str> = skus.filter_map(|input| attribute(input, "value")).collect();
        self.random.one_of(&skus).map(|sku| unescaped(sku))
    }

    fn wait_in_turn(&mut self, page: &Page) -> Visit {
        let ahead = attribute(&page.text, "data-ahead").and_then(|ahead| ahead.parse::<u64>().ok());
        let Some(ahead) = ahead else {
            return Visit::Leave(Outcome::Wronged("no count of who is ahead".to_owned()));
        };
        self.set_back |= self.ahead.is_some_and(|before| before < ahead);
        self.ahead = Some(ahead);
        if attribute(&page.text, "data-prospect") == Some("gone") {
            return Visit::Leave(Outcome::SoldOut);
        }
        self.wait_in_room(page)
    }

    fn wait_in_room(&mut self, page: &Page) -> Visit {
        self.waited_in_room = true;
        let seconds = page.text.split("http-equiv=\"refresh\" content=\"").nth(1);
        let seconds = seconds.and_then(|rest| rest.split('"').next()?.parse().ok());
        match seconds {
            Some(seconds) => self.think(seconds),
            None => Visit::Leave(Outcome::Wronged("a page that does not go on".to_owned())),
        }
    }

    /// Turned away: with words, and back by itself; all else is a bare refusal.
    fn come_again(&mut self, page: &Page) -> Visit {
        let Some(refresh) = page.refresh.as_deref().filter(|_| page.has_words()) else {
            return Visit::Leave(Outcome::Wronged(format!("bare {}", page.status)));
        };
        self.turned_away += 1;
        let (seconds, to) = refresh.split_once("; url=").unwrap_or((refresh, ""));
        if !to.is_empty() {
            self.here = to.to_owned();
        }
        self.think(seconds.parse().unwrap_or(1))
    }

    fn think(&mut self, seconds: u64) -> Visit {
        let ms = (seconds * 1_000).max(200);
        if ms > self.left_ms {
            return Visit::Leave(Outcome::GaveUp);
        }
        self.left_ms -= ms;
        Visit::Think(ms)
    }
}

/// What sends the form that gives back the first hold of a cart, if there is one.
fn release_form(cart: &str) -> Option<Visit> {
    let mut forms = cart.split("action=\"").skip(1);
    let form = forms.find(|form| {
        let action = form.split('"').next().unwrap_or_default();
        action.starts_with("/cart/holds/") && action.ends_with("/release")
    })?;
    let (action, rest) = form.split_once('"')?;
    let key = field(rest, "key")?;
    Some(Visit::Send(
        action.to_owned(),
        format!("key={}", escaped(&key)),
    ))
}

/// The value of the first hidden field of this name.
fn field(text: &str, name: &str) -> Option<String> {
    let rest = text.split(&format!("name=\"{name}\" value=\"")).nth(1)?;
    rest.split('"').next().map(unescaped)
}

/// The value of the first attribute of this name.
fn attribute<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let rest = text.split_once(&format!(" {name}=\""))?.1;
    rest.split('"').next()
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&quot;", "\"").replace("&lt;", "<");
    text.replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shopper() -> PageShopper {
        PageShopper::wanting("D 1", 60_000, Random::seeded(1))
    }

    fn page(text: &str) -> Page {
        Page {
            status: 200,
            text: format!("<main><h1>{text}"),
            ..Page::default()
        }
    }

    fn leads(location: &str) -> Page {
        Page {
            status: 303,
            location: Some(location.to_owned()),
            ..Page::default()
        }
    }

    fn waiting(ahead: u64) -> Page {
        let refresh = r#"<meta http-equiv="refresh" content="3">"#;
        let wait = format!(r#"<div class="wait" data-state="waiting" data-ahead="{ahead}">"#);
        page(&format!("{refresh}{wait}"))
    }

    #[test]
    fn somebody_presses_waits_goes_on_and_holds() {
        let mut shopper = shopper();
        assert_eq!(shopper.arrive(), Visit::See("/deals/D%201".to_owned()));
        let form = r#"<form action="/deals/D%201/hold"><input type="hidden" name="key" value="k">
            <input type="radio" name="sku" value="A&amp;1"><input type="radio" name="sku" value="B" disabled></form>"#;
        let sent = "key=k&sku=A%261&units=1".to_owned();
        let hold = "/deals/D%201/hold".to_owned();
        assert_eq!(shopper.next(&page(form)), Visit::Send(hold.clone(), sent));
        let room = shopper.next(&leads("/deals/D%201/waiting"));
        assert_eq!(room, Visit::See("/deals/D%201/waiting".to_owned()));
        assert_eq!(shopper.next(&waiting(5)), Visit::Think(3_000));
        assert_eq!(shopper.again(), room);
        assert!(shopper.waited_in_room());
        let turn =
            r#"<div class="wait" data-state="turn"><input type="hidden" name="sku" value="B">"#;
        let sent = "sku=B&units=1".to_owned();
        assert_eq!(shopper.next(&page(turn)), Visit::Send(hold, sent));
        let cart = shopper.next(&leads("/cart?said=held"));
        assert_eq!(cart, Visit::See("/cart?said=held".to_owned()));
        let held = shopper.next(&page(CART));
        assert_eq!(held, Visit::Leave(Outcome::Held));
    }

    const CART: &str = r#"<form action="/cart/holds/7/extend"></form><form action="/cart/holds/7/release">
        <input type="hidden" name="key" value="k">"#;

    #[test]
    fn who_gives_back_sends_the_form_of_the_cart_once_and_a_hold_that_is_not_there_is_a_wrong() {
        let (mut shopper, mut other) = (shopper().giving_back(), shopper());
        shopper.next(&leads("/cart?said=held"));
        let release = "/cart/holds/7/release".to_owned();
        assert_eq!(
            shopper.next(&page(CART)),
            Visit::Send(release, "key=k".to_owned())
        );
        shopper.next(&leads("/cart?said=released"));
        assert_eq!(shopper.next(&page("")), Visit::Leave(Outcome::Held));
        other.next(&leads("/cart?said=held"));
        assert!(is_wrong(&other.next(&page(""))));
    }

    fn is_wrong(visit: &Visit) -> bool {
        matches!(visit, Visit::Leave(Outcome::Wronged(_)))
    }

    #[test]
    fn no_answer_and_a_page_without_words_are_forgiven_to_nobody() {
        let lost = Page {
            text: "reset".to_owned(),
            ..Page::default()
        };
        let outcome = Outcome::Lost("reset".to_owned());
        assert_eq!(shopper().next(&lost), Visit::Leave(outcome));
        let blank = Page {
            status: 200,
            ..Page::default()
        };
        assert!(is_wrong(&shopper().next(&blank)));
    }

    #[test]
    fn a_bare_refusal_is_a_wrong_and_one_with_words_is_waited_for() {
        let bare = Page {
            status: 429,
            text: "{}".to_owned(),
            ..Page::default()
        };
        assert!(is_wrong(&shopper().next(&bare)));
        let told = Page {
            refresh: Some("4; url=/deals/D%201".to_owned()),
            text: "<main><h1>".to_owned(),
            ..bare
        };
        let mut turned = shopper();
        assert_eq!(turned.next(&told), Visit::Think(4_000));
        assert_eq!(turned.turned_away(), 1);
        let mut set_back = shopper();
        set_back.next(&waiting(5));
        assert_eq!(set_back.next(&waiting(5)), Visit::Think(3_000));
        assert!(!set_back.was_set_back());
        set_back.next(&waiting(6));
        assert!(set_back.was_set_back());
    }
}
