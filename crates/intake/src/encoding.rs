//! Which encoding a file is in, and reading it as UTF-8 while it streams.
//!
//! Told encodings are taken at their word, except that a byte order mark wins. Detection goes:
//! byte order mark, UTF-16 by its zero bytes, valid UTF-8, then chardetng over the head of the file.

use crate::Fault;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::io::{self, BufRead, Read};

/// How much of a file detection looks at, in bytes.
pub(crate) const HEAD_BYTES: usize = 1 << 20;

/// How much of it shows whether characters are two bytes wide.
const WIDTH_BYTES: usize = 1 << 12;

/// The encodings that messages offer.
const OFFERED: [&str; 9] = [
    "utf-8",
    "utf-16le",
    "utf-16be",
    "latin-1",
    "windows-1252",
    "euc-kr",
    "gbk",
    "gb18030",
    "shift_jis",
];

/// The encoding of that label (WHATWG, and `latin-1`, `cp949`, `uhc` besides).
pub(crate) fn by_label(label: &str) -> Result<&'static Encoding, Fault> {
    let known = match label.trim().to_ascii_lowercase().as_str() {
        "latin-1" | "latin_1" => "latin1".to_owned(),
        "cp949" | "uhc" | "ms949" => "euc-kr".to_owned(),
        "cp936" => "gbk".to_owned(),
        other => other.to_owned(),
    };
    Encoding::for_label_no_replacement(known.as_bytes()).ok_or_else(|| Fault::UnknownEncoding {
        label: label.to_owned(),
        nearest: nearest_offered(&known),
    })
}

/// Text as UTF-8 bytes.
pub(crate) struct Utf8Text<'a> {
    pub input: Box<dyn Read + 'a>,
    /// It was in another encoding, and what could not be decoded is U+FFFD now. Where it was UTF-8 all
    /// along, wrong bytes are still there, to be found in their row.
    pub decoded: bool,
}

/// The encoding in which [`as_utf8`] reads this content.
pub(crate) fn found(content: &[u8], told: Option<&'static Encoding>) -> &'static Encoding {
    let head = &content[..content.len().min(HEAD_BYTES)];
    match Encoding::for_bom(head) {
        Some((encoding, _)) => encoding,
        None => told.unwrap_or_else(|| detect(head)),
    }
}

/// The text of `input` in the told encoding, or in the detected one.
pub(crate) fn as_utf8<'a>(
    mut input: Box<dyn Read + 'a>,
    told: Option<&'static Encoding>,
) -> io::Result<Utf8Text<'a>> {
    let mut head = Vec::new();
    input
        .by_ref()
        .take(HEAD_BYTES as u64)
        .read_to_end(&mut head)?;
    let (encoding, mark_bytes) = match Encoding::for_bom(&head) {
        Some((encoding, mark_bytes)) => (encoding, mark_bytes),
        None => (told.unwrap_or_else(|| detect(&head)), 0),
    };
    head.drain(..mark_bytes);
    let whole = io::Cursor::new(head).chain(input);
    if encoding == UTF_8 {
        return Ok(Utf8Text {
            input: Box::new(whole),
            decoded: false,
        });
    }
    let decoding = Decoded {
        input: io::BufReader::with_capacity(1 << 16, whole),
        decoder: encoding.new_decoder_without_bom_handling(),
        pending: Vec::new(),
        at: 0,
        ended: false,
    };
    Ok(Utf8Text {
        input: Box::new(decoding),
        decoded: true,
    })
}

/// The encoding that the head of a file without a byte order mark seems to be in.
fn detect(head: &[u8]) -> &'static Encoding {
    if let Some(encoding) = wide(&head[..head.len().min(WIDTH_BYTES)]) {
        return encoding;
    }
    if is_utf8_so_far(head) {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, head.len() < HEAD_BYTES);
    detector.guess(None, Utf8Detection::Deny)
}

/// UTF-16 when a good part of every other byte is zero, as in any table with digits and commas.
fn wide(head: &[u8]) -> Option<&'static Encoding> {
    let pairs = head.len() / 2;
    let zeros = |offset: usize| {
        head.iter()
            .skip(offset)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    match pairs {
        0 => None,
        _ if odd * 8 > pairs && even * 8 < odd => Some(UTF_16LE),
        _ if even * 8 > pairs && odd * 8 < even => Some(UTF_16BE),
        _ => None,
    }
}

/// True when the bytes are UTF-8, the last character perhaps cut, or break only in a few places: other
/// encodings hit upon whole characters by chance far more seldom than they miss them.
fn is_utf8_so_far(head: &[u8]) -> bool {
    if std::str::from_utf8(head).is_ok() {
        return true;
    }
    let mut rest = head;
    let (mut wrong, mut right) = (0usize, 0usize);
    loop {
        let (valid, after) = match std::str::from_utf8(rest) {
            Ok(text) => (text.as_bytes(), None),
            Err(e) => (
                &rest[..e.valid_up_to()],
                Some((e.valid_up_to(), e.error_len())),
            ),
        };
        right += valid.iter().filter(|b| **b >= 0xC2).count();
        match after {
            Some((at, Some(length))) => {
                wrong += 1;
                rest = &rest[at + length..];
            }
            _ => return wrong == 0 || (right >= 2 && right >= 4 * wrong),
        }
    }
}

fn nearest_offered(label: &str) -> &'static str {
    OFFERED
        .into_iter()
        .max_by(|a, b| strsim::jaro_winkler(label, a).total_cmp(&strsim::jaro_winkler(label, b)))
        .expect("some encodings are offered")
}

/// A reader that decodes as it goes.
struct Decoded<R> {
    input: io::BufReader<R>,
    decoder: Decoder,
    pending: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    /// Decodes one more buffer of input.
    fn refill(&mut self) -> io::Result<()> {
        self.at = 0;
        let input = self.input.fill_buf()?;
        let last = input.is_empty();
        let room = self.decoder.max_utf8_buffer_length(input.len());
        self.pending
            .resize(room.expect("a buffer's length does not overflow"), 0);
        let (result, read, written, _) =
            self.decoder.decode_to_utf8(input, &mut self.pending, last);
        assert_eq!(
            result,
            CoderResult::InputEmpty,
            "the output was sized to take all"
        );
        self.pending.truncate(written);
        self.input.consume(read);
        self.ended = last;
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.pending.len() && !self.ended {
            self.refill()?;
        }
        let ready = &self.pending[self.at..];
        let length = ready.len().min(out.len());
        out[..length].copy_from_slice(&ready[..length]);
        self.at += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{EUC_KR, GBK, WINDOWS_1252};

    const KOREAN: &str = "번호,이름\n1,가을 체크 머플러\n2,겨울 양말 세 켤레와 장갑\n";
    const CHINESE: &str = "编号,名称\n1,秋季格子围巾\n2,冬季袜子三双和手套，包邮\n";
    const FRENCH: &str =
        "num\u{e9}ro,nom\n1,\u{e9}charpe \u{e0} carreaux\n2,b\u{e9}ret tr\u{e8}s l\u{e9}ger\n";

    fn read(bytes: Vec<u8>, told: Option<&'static Encoding>) -> String {
        let mut text = String::new();
        let input: Box<dyn Read> = Box::new(io::Cursor::new(bytes));
        as_utf8(input, told)
            .and_then(|mut utf8| utf8.input.read_to_string(&mut text))
            .expect("it decodes");
        text
    }

    fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
        let units = mark
            .then_some(0xFEFF)
            .into_iter()
            .chain(text.encode_utf16());
        units
            .flat_map(|u| {
                if little {
                    u.to_le_bytes()
                } else {
                    u.to_be_bytes()
                }
            })
            .collect()
    }

    #[test]
    fn each_encoding_is_detected() {
        assert_eq!(read(KOREAN.into(), None), KOREAN);
        assert_eq!(read(format!("\u{feff}{KOREAN}").into(), None), KOREAN);
        for (little, mark) in [(true, true), (true, false), (false, true), (false, false)] {
            assert_eq!(read(utf16(KOREAN, little, mark), None), KOREAN);
        }
        assert_eq!(read(EUC_KR.encode(KOREAN).0.into_owned(), None), KOREAN);
        assert_eq!(read(GBK.encode(CHINESE).0.into_owned(), None), CHINESE);
        assert_eq!(
            read(WINDOWS_1252.encode(FRENCH).0.into_owned(), None),
            FRENCH
        );
    }

    #[test]
    fn each_encoding_is_read_when_told() {
        for (label, text) in [
            ("EUC-KR", KOREAN),
            ("cp949", KOREAN),
            ("gbk", CHINESE),
            ("gb18030", CHINESE),
            ("latin-1", FRENCH),
            ("utf-8", KOREAN),
        ] {
            let encoding = by_label(label).expect("a known label");
            assert_eq!(
                read(encoding.encode(text).0.into_owned(), Some(encoding)),
                text,
                "{label}"
            );
        }
        let told = by_label("utf-16le").expect("a known label");
        assert_eq!(read(utf16(KOREAN, true, false), Some(told)), KOREAN);
    }

    #[test]
    fn one_wrong_byte_does_not_make_utf8_something_else() {
        let mut bytes = KOREAN.repeat(20).into_bytes();
        bytes[40] = 0xFF;
        assert_eq!(detect(&bytes), UTF_8);
    }

    #[test]
    fn a_name_that_is_cut_within_a_character_does_not_make_a_short_file_something_else() {
        for cut in [1, 2] {
            for name in ["가을 머플러", "冬季袜子三双", "양말 세 켤레와 장갑"] {
                let mut bytes = b"id,name\n1,".to_vec();
                bytes.extend_from_slice(&name.as_bytes()[..name.len() - cut]);
                bytes.extend_from_slice(b",100\n");
                assert_eq!(detect(&bytes), UTF_8, "{name} less {cut}");
            }
        }
    }

    #[test]
    fn one_line_in_another_encoding_is_not_taken_for_broken_utf8() {
        for text in KOREAN.lines() {
            assert_ne!(detect(&EUC_KR.encode(text).0), UTF_8, "{text}");
        }
        for text in CHINESE.lines() {
            assert_ne!(detect(&GBK.encode(text).0), UTF_8, "{text}");
        }
        for text in FRENCH.lines() {
            assert_ne!(detect(&WINDOWS_1252.encode(text).0), UTF_8, "{text}");
        }
    }

    #[test]
    fn characters_cut_between_buffers_are_whole_again() {
        let long = "가나다".repeat(100_000);
        assert_eq!(
            read(EUC_KR.encode(&long).0.into_owned(), Some(EUC_KR)),
            long
        );
        assert_eq!(read(utf16(&long, true, true), None), long);
    }

    #[test]
    fn an_unknown_label_names_the_nearest() {
        let fault = by_label("euckrr").expect_err("no such label").to_string();
        assert_eq!(fault, "unknown encoding `euckrr`; did you mean `euc-kr`?");
    }
}
