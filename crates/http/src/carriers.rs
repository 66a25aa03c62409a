//! Carriers whose parcels can be followed in public: what they are called, and where one looks.
//!
//! A carrier that is not here is told by its name, and its parcels have no link.

use crate::pages::Language;

/// What stands for the number in a link.
const NUMBER: &str = "{number}";
/// The longest name of a carrier, in characters.
pub const CARRIER_CHARACTERS_MAX: usize = 40;
/// How long a tracking number may be, in characters.
pub const TRACKING_CHARACTERS_MAX: usize = 40;
/// How many letters and digits a tracking number has at least.
pub const TRACKING_DIGITS_MIN: usize = 4;

/// A carrier.
#[derive(Debug, PartialEq, Eq)]
pub struct Carrier {
    /// How it is called in the API, in files and in the records.
    pub code: &'static str,
    /// What it is called in Korean, Chinese and English.
    names: [&'static str; 3],
    /// What people call it, too.
    aliases: &'static [&'static str],
    /// Where a parcel is followed; a carrier whose page has no address for a number is asked there.
    link: &'static str,
}

const fn carrier(
    code: &'static str,
    names: [&'static str; 3],
    aliases: &'static [&'static str],
    link: &'static str,
) -> Carrier {
    Carrier {
        code,
        names,
        aliases,
        link,
    }
}

/// Every carrier that is known: those of Korea, of China, of the world.
#[rustfmt::skip]
pub static CARRIERS: [Carrier; 14] = [
    carrier("cj", ["CJ대한통운", "CJ大韩通运", "CJ Logistics"], &["대한통운", "CJ"], "https://trace.cjlogistics.com/next/tracking.html?wblNo={number}"),
    carrier("koreapost", ["우체국택배", "韩国邮政", "Korea Post"], &["우체국", "우체국소포", "epost"], "https://service.epost.go.kr/trace.RetrieveDomRigiTraceList.comm?displayHeader=N&sid1={number}"),
    carrier("hanjin", ["한진택배", "韩进快递", "Hanjin"], &["한진", "Hanjin Express"], "https://www.hanjin.com/kor/CMS/DeliveryMgr/WaybillResult.do?mCode=MN038&schLang=KR&wblnumText2={number}"),
    carrier("lotte", ["롯데택배", "乐天快递", "Lotte"], &["롯데", "롯데글로벌로지스", "Lotte Global Logistics"], "https://www.lotteglogis.com/home/reservation/tracking/linkView?InvNo={number}"),
    carrier("logen", ["로젠택배", "Logen快递", "Logen"], &["로젠"], "https://www.ilogen.com/web/personal/trace/{number}"),
    carrier("sf", ["SF Express(순펑)", "顺丰速运", "SF Express"], &["顺丰", "SF Express 顺丰", "SF익스프레스", "순펑"], "https://www.sf-express.com/we/ow/chn/sc/waybill/waybill-detail/{number}"),
    carrier("zto", ["ZTO(중퉁)", "中通快递", "ZTO Express"], &["中通", "ZTO Express", "중퉁"], "https://www.zto.com/express/expressCheck.html?txtBill={number}"),
    carrier("yto", ["YTO(위안퉁)", "圆通速递", "YTO Express"], &["圆通", "위안퉁"], "https://www.yto.net.cn/"),
    carrier("jd", ["JD 로지스틱스(징둥)", "京东物流", "JD Logistics"], &["京东", "京东快递", "JDL", "징둥"], "https://www.jdl.com/orderSearch/?waybillCodes={number}"),
    carrier("ups", ["UPS", "UPS", "UPS"], &[], "https://www.ups.com/track?tracknum={number}"),
    carrier("fedex", ["FedEx", "FedEx", "FedEx"], &["페덱스", "联邦快递"], "https://www.fedex.com/fedextrack/?trknbr={number}"),
    carrier("dhl", ["DHL", "DHL", "DHL"], &["DHL Express"], "https://www.dhl.com/global-en/home/tracking.html?submit=1&tracking-id={number}"),
    carrier("usps", ["USPS", "USPS", "USPS"], &["US Postal Service"], "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}"),
    carrier("ems", ["EMS(국제우편)", "EMS", "EMS"], &["국제우편"], "https://service.epost.go.kr/trace.RetrieveEmsRigiTraceList.comm?displayHeader=N&POST_CODE={number}"),
];

impl Carrier {
    /// The carrier of that code.
    pub fn of_code(code: &str) -> Option<&'static Carrier> {
        CARRIERS.iter().find(|carrier| carrier.code == code)
    }

    /// The carrier that people mean by this: its code, one of its names, or what they call it, too.
    fn meant(text: &str) -> Option<&'static Carrier> {
        let meant = folded(text);
        CARRIERS.iter().find(|carrier| {
            let mut calls = carrier.names.iter().chain(carrier.aliases);
            carrier.code == meant || calls.any(|call| folded(call) == meant)
        })
    }

    /// What it is called in a language.
    pub fn name(&self, language: Language) -> &'static str {
        let [ko, zh, en] = self.names;
        match language {
            Language::Ko => ko,
            Language::Zh => zh,
            Language::En => en,
        }
    }

    /// Where the parcel of that number is followed.
    fn follow(&self, number: &str) -> String {
        let bare: String = number.chars().filter(char::is_ascii_alphanumeric).collect();
        self.link.replace(NUMBER, &bare)
    }
}

/// What is wrong with how a carrier or its number was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaybillFault {
    /// A number of no carrier.
    CarrierMissing,
    /// A name that is too long, or has what no name has.
    Carrier,
    /// A number that is too short or too long, or has what no number has.
    TrackingNumber,
}

impl WaybillFault {
    /// The field that it is about.
    pub fn field(self) -> &'static str {
        match self {
            WaybillFault::CarrierMissing | WaybillFault::Carrier => "carrier",
            WaybillFault::TrackingNumber => "tracking_number",
        }
    }
}

/// A carrier and its number as the records keep them: the code of a known one, else the name; a number as
/// people write it. None where neither is told.
///
/// # Errors
/// What is wrong with them.
pub fn read_waybill(
    carrier: &str,
    tracking_number: &str,
) -> Result<Option<(String, String)>, WaybillFault> {
    let number = tracking_number.trim();
    let name = carrier.trim();
    match (name.is_empty(), number.is_empty()) {
        (true, true) => return Ok(None),
        (true, false) => return Err(WaybillFault::CarrierMissing),
        (false, true) => {}
        (false, false) if is_number(number) => {}
        (false, false) => return Err(WaybillFault::TrackingNumber),
    }
    let too_long = name.chars().count() > CARRIER_CHARACTERS_MAX;
    if too_long || name.chars().any(char::is_control) {
        return Err(WaybillFault::Carrier);
    }
    let known = Carrier::meant(name).map(|carrier| carrier.code);
    Ok(Some((known.unwrap_or(name).to_owned(), number.to_owned())))
}

/// What a carrier of the records is called, and where its parcel of that number is followed, if one can.
pub fn told(carrier: &str, number: &str, language: Language) -> (String, Option<String>) {
    match Carrier::of_code(carrier) {
        Some(known) => {
            let link = (!number.is_empty()).then(|| known.follow(number));
            (known.name(language).to_owned(), link)
        }
        None => (carrier.to_owned(), None),
    }
}

fn is_number(text: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | ' ');
    let digits = text.chars().filter(char::is_ascii_alphanumeric).count();
    text.len() <= TRACKING_CHARACTERS_MAX && digits >= TRACKING_DIGITS_MIN && text.chars().all(fits)
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(carrier: &str, number: &str) -> Result<Option<(String, String)>, WaybillFault> {
        read_waybill(carrier, number)
    }

    #[test]
    fn a_carrier_is_known_by_its_code_and_by_each_of_its_names() {
        for carrier in &CARRIERS {
            let calls = carrier.names.iter().chain(carrier.aliases);
            for call in calls.chain([&carrier.code]) {
                let meant = Carrier::meant(&call.to_uppercase());
                assert_eq!(meant.map(|it| it.code), Some(carrier.code), "{call}");
            }
        }
        assert_eq!(
            read(" cj 대한통운 ", " 6891-2345 6789 "),
            Ok(Some(("cj".to_owned(), "6891-2345 6789".to_owned())))
        );
        assert_eq!(
            read("동네 퀵", ""),
            Ok(Some(("동네 퀵".to_owned(), String::new())))
        );
        assert_eq!(read("", " "), Ok(None));
    }

    #[test]
    fn what_is_no_name_and_no_number_is_said_to_be_none() {
        assert_eq!(read("", "12345678"), Err(WaybillFault::CarrierMissing));
        for wrong in ["123", "-- --", "1234<b>", "송장1234", &"1".repeat(41)] {
            assert_eq!(
                read("cj", wrong),
                Err(WaybillFault::TrackingNumber),
                "{wrong}"
            );
        }
        for wrong in ["a\nb", &"가".repeat(41)] {
            assert_eq!(read(wrong, ""), Err(WaybillFault::Carrier), "{wrong}");
        }
    }

    #[test]
    fn a_known_carrier_is_followed_by_the_bare_number_and_a_free_one_nowhere() {
        let (name, link) = told("cj", "6891-2345-6789", Language::Ko);
        let expected = "https://trace.cjlogistics.com/next/tracking.html?wblNo=689123456789";
        assert_eq!(
            (name.as_str(), link.as_deref()),
            ("CJ대한통운", Some(expected))
        );
        assert_eq!(
            told("cj", "", Language::Zh),
            ("CJ大韩通运".to_owned(), None)
        );
        assert_eq!(
            told("동네 퀵", "1234", Language::En),
            ("동네 퀵".to_owned(), None)
        );
        for carrier in &CARRIERS {
            assert!(carrier.link.starts_with("https://"), "{}", carrier.code);
        }
    }
}
