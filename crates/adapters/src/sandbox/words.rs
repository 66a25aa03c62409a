//! What the payment page says, in Korean, Chinese and English, and which of them a shopper reads.

use super::cards::WrongField;
use money::{Amount, Currency, format_plain};

/// The page's words in one language.
pub(super) struct Words {
    pub(super) tag: &'static str,
    pub(super) title: &'static str,
    pub(super) sandbox: &'static str,
    pub(super) due: &'static str,
    pub(super) months: &'static str,
    pub(super) number: &'static str,
    pub(super) expiry: &'static str,
    pub(super) cvc: &'static str,
    pub(super) pay: &'static str,
    pub(super) cancel: &'static str,
    pub(super) test_cards: &'static str,
    pub(super) approves: &'static str,
    pub(super) declines: &'static str,
    pub(super) to_wallet: &'static str,
    pub(super) wallet: &'static str,
    pub(super) wallet_asks: &'static str,
    pub(super) approve: &'static str,
    pub(super) account: &'static str,
    pub(super) bank: &'static str,
    pub(super) holder: &'static str,
    pub(super) time_left: &'static str,
    pub(super) deposit_now: &'static str,
    pub(super) deposit_later: &'static str,
    pub(super) on_its_way: &'static str,
    pub(super) over: &'static str,
    pub(super) back: &'static str,
    pub(super) not_found: &'static str,
    pub(super) failed: &'static str,
    wrong_number: &'static str,
    wrong_expiry: &'static str,
    wrong_cvc: &'static str,
}

impl Words {
    pub(super) fn wrong(&self, field: WrongField) -> &'static str {
        match field {
            WrongField::Number => self.wrong_number,
            WrongField::Expiry => self.wrong_expiry,
            WrongField::Cvc => self.wrong_cvc,
        }
    }
}

const KO: Words = Words {
    tag: "ko",
    title: "결제",
    sandbox: "연습용 결제창 · 실제 돈은 오가지 않습니다",
    due: "결제 금액",
    months: "개월 할부",
    number: "카드 번호",
    expiry: "유효기간 (MM/YY)",
    cvc: "CVC",
    pay: "결제하기",
    cancel: "취소",
    test_cards: "시험용 카드",
    approves: "승인",
    declines: "거절",
    to_wallet: "간편결제 앱으로 이동",
    wallet: "연습용 간편결제",
    wallet_asks: "상점에서 결제를 요청했습니다.",
    approve: "승인하기",
    account: "입금 계좌",
    bank: "연습은행",
    holder: "예금주: 연습용 결제",
    time_left: "입금까지 남은 시간",
    deposit_now: "지금 입금하기",
    deposit_later: "나중에 입금하기",
    on_its_way: "입금이 확인되는 중입니다.",
    over: "이 결제는 이미 끝났습니다.",
    back: "상점으로 돌아가기",
    not_found: "결제를 찾을 수 없습니다.",
    failed: "지금은 결제할 수 없습니다. 잠시 후 다시 시도해 주세요.",
    wrong_number: "카드 번호를 확인해 주세요.",
    wrong_expiry: "유효기간을 확인해 주세요.",
    wrong_cvc: "CVC를 확인해 주세요.",
};

const ZH: Words = Words {
    tag: "zh",
    title: "付款",
    sandbox: "演练用收银台 · 不会产生真实扣款",
    due: "应付金额",
    months: "期分期",
    number: "卡号",
    expiry: "有效期 (MM/YY)",
    cvc: "安全码",
    pay: "确认付款",
    cancel: "取消",
    test_cards: "测试卡",
    approves: "批准",
    declines: "拒绝",
    to_wallet: "前往钱包应用",
    wallet: "演练钱包",
    wallet_asks: "商店请求您付款。",
    approve: "同意付款",
    account: "转账账户",
    bank: "演练银行",
    holder: "户名：演练收银台",
    time_left: "剩余转账时间",
    deposit_now: "立即转账",
    deposit_later: "稍后转账",
    on_its_way: "正在确认您的转账。",
    over: "该笔付款已结束。",
    back: "返回商店",
    not_found: "找不到该笔付款。",
    failed: "暂时无法付款，请稍后再试。",
    wrong_number: "请检查卡号。",
    wrong_expiry: "请检查有效期。",
    wrong_cvc: "请检查安全码。",
};

const EN: Words = Words {
    tag: "en",
    title: "Payment",
    sandbox: "Rehearsal checkout · no real money moves",
    due: "Amount due",
    months: "monthly instalments",
    number: "Card number",
    expiry: "Expiry (MM/YY)",
    cvc: "Security code",
    pay: "Pay",
    cancel: "Cancel",
    test_cards: "Test cards",
    approves: "approves",
    declines: "declines",
    to_wallet: "Continue to the wallet",
    wallet: "Rehearsal Wallet",
    wallet_asks: "A shop asks you to pay.",
    approve: "Approve",
    account: "Transfer to this account",
    bank: "Rehearsal Bank",
    holder: "Holder: Rehearsal checkout",
    time_left: "Time left",
    deposit_now: "Transfer now",
    deposit_later: "Transfer later",
    on_its_way: "Your transfer is being confirmed.",
    over: "This payment is over.",
    back: "Back to the shop",
    not_found: "There is no such payment.",
    failed: "Payment is not possible right now. Please try again shortly.",
    wrong_number: "Please check the card number.",
    wrong_expiry: "Please check the expiry date.",
    wrong_cvc: "Please check the security code.",
};

/// The language asked for, else the first one the browser prefers, else English.
pub(super) fn words_for(asked: Option<&str>, accepted: Option<&str>) -> &'static Words {
    let accepted = accepted.unwrap_or_default();
    let preferred = accepted
        .split(',')
        .map(|each| each.split(';').next().unwrap_or_default());
    let mut tags = asked.into_iter().chain(preferred);
    tags.find_map(of_tag).unwrap_or(&EN)
}

fn of_tag(tag: &str) -> Option<&'static Words> {
    let language = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
    [&KO, &ZH, &EN]
        .into_iter()
        .find(|words| words.tag == language)
}

/// The amount with its sign and its thousands apart: `₩39,900`, `$1,290.05`.
pub(super) fn show_amount(amount: Amount, currency: Currency) -> String {
    let sign = match currency {
        Currency::KRW => "₩",
        Currency::CNY | Currency::JPY => "¥",
        Currency::USD => "$",
        Currency::EUR => "€",
        Currency::INR => "₹",
        Currency::GBP => "£",
    };
    let plain = format_plain(amount, currency);
    let whole = plain.find('.').unwrap_or(plain.len());
    let mut shown = String::from(sign);
    for (place, digit) in plain.char_indices() {
        if place > 0 && place < whole && (whole - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_asked_for_then_the_one_preferred() {
        for (asked, accepted, tag) in [
            (Some("zh"), Some("ko"), "zh"),
            (None, Some("ko-KR,ko;q=0.9,en;q=0.8"), "ko"),
            (None, Some("fr, zh-CN;q=0.5"), "zh"),
            (Some("fr"), None, "en"),
            (None, None, "en"),
        ] {
            assert_eq!(
                words_for(asked, accepted).tag,
                tag,
                "{asked:?} {accepted:?}"
            );
        }
    }

    #[test]
    fn amounts_have_their_sign_and_their_thousands_apart() {
        for (amount, currency, shown) in [
            (39_900, Currency::KRW, "₩39,900"),
            (900, Currency::KRW, "₩900"),
            (129_005, Currency::USD, "$1,290.05"),
            (100_000_000, Currency::CNY, "¥1,000,000.00"),
        ] {
            assert_eq!(show_amount(Amount(amount), currency), shown);
        }
    }
}
