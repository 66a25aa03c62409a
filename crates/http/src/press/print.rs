//! A print: a page that is the same for all, made and compressed once. What is a visitor's own is put
//! into its gaps without compressing the rest again: the parts between the gaps are deflated each for
//! itself up to a byte's end, and what comes between them goes in as it is (RFC 1951, section 3.2.4).

use super::gap::Gap;
use bytes::Bytes;
use flate2::{Compress, Compression, Crc, FlushCompress};
use vocabulary::Millis;

/// The head of a gzip member without a name or time (RFC 1952, section 2.3).
const GZIP_HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
/// An empty last block.
const DEFLATE_END: [u8; 2] = [3, 0];
/// The longest block that is not compressed.
const STORED_MAX: usize = 65_535;
/// Pages are made often and read once: more effort shrinks them little.
const EFFORT: Compression = Compression::new(5);

/// A printed page.
#[derive(Debug)]
pub struct Print {
    /// When it was made.
    pub made_at: Millis,
    /// From when on something else is to be seen, though nothing happened.
    pub until: Millis,
    parts: Vec<Part>,
    /// As strangers get it.
    plain: Bytes,
    /// The same, as gzip.
    gzip: Bytes,
}

#[derive(Debug)]
struct Part {
    text: Bytes,
    deflated: Vec<u8>,
    crc: Crc,
    gap: Option<Gap>,
}

impl Print {
    /// Of a page with gaps, which `stranger` fills for who has no session.
    pub fn of(
        page: &str,
        made_at: Millis,
        until: Millis,
        stranger: impl Fn(&Gap) -> String,
    ) -> Print {
        let parts = Gap::cut(page)
            .into_iter()
            .map(|(text, gap)| Part::of(text, gap));
        let mut print = Print {
            made_at,
            until,
            parts: parts.collect(),
            plain: Bytes::new(),
            gzip: Bytes::new(),
        };
        let plain = print.filled(&stranger);
        let mut crc = Crc::new();
        crc.update(&plain);
        let deflated = deflated(&plain, FlushCompress::Finish);
        print.gzip = Bytes::from([&GZIP_HEAD, &deflated[..], &tail(&crc)].concat());
        print.plain = plain;
        print
    }

    /// True where it has such a gap.
    pub fn has(&self, such: impl Fn(&Gap) -> bool) -> bool {
        self.parts
            .iter()
            .filter_map(|part| part.gap.as_ref())
            .any(such)
    }

    /// As strangers get it, as gzip or as it is.
    pub fn shared(&self, gzip: bool) -> Bytes {
        match gzip {
            true => self.gzip.clone(),
            false => self.plain.clone(),
        }
    }

    /// With its gaps filled.
    pub fn filled(&self, own: impl Fn(&Gap) -> String) -> Bytes {
        let mut page = Vec::with_capacity(self.plain.len() + 1_024);
        for part in &self.parts {
            page.extend_from_slice(&part.text);
            if let Some(gap) = &part.gap {
                page.extend_from_slice(own(gap).as_bytes());
            }
        }
        Bytes::from(page)
    }

    /// The same, as gzip.
    pub fn filled_gzip(&self, own: impl Fn(&Gap) -> String) -> Bytes {
        let mut page = Vec::with_capacity(self.gzip.len() + 4_096);
        page.extend_from_slice(&GZIP_HEAD);
        let mut whole = Crc::new();
        for part in &self.parts {
            page.extend_from_slice(&part.deflated);
            whole.combine(&part.crc);
            if let Some(gap) = &part.gap {
                let own = own(gap);
                let mut crc = Crc::new();
                crc.update(own.as_bytes());
                whole.combine(&crc);
                store(own.as_bytes(), &mut page);
            }
        }
        page.extend_from_slice(&DEFLATE_END);
        page.extend_from_slice(&tail(&whole));
        Bytes::from(page)
    }
}

impl Part {
    fn of(text: &str, gap: Option<Gap>) -> Part {
        let mut crc = Crc::new();
        crc.update(text.as_bytes());
        Part {
            deflated: deflated(text.as_bytes(), FlushCompress::Full),
            text: Bytes::from(text.to_owned()),
            crc,
            gap,
        }
    }
}

/// Deflates a text, up to a byte's end and without looking back beyond its beginning.
fn deflated(text: &[u8], flush: FlushCompress) -> Vec<u8> {
    let mut compress = Compress::new(EFFORT, false);
    let mut out = Vec::with_capacity(text.len() / 3 + 64);
    loop {
        let taken = usize::try_from(compress.total_in()).expect("a page fits in memory");
        let room = out.capacity() - out.len();
        compress
            .compress_vec(&text[taken..], &mut out, flush)
            .expect("any bytes can be deflated");
        let all_in = compress.total_in() == text.len() as u64;
        if all_in && out.len() < out.capacity() {
            return out;
        }
        out.reserve(room.max(1_024));
    }
}

/// Blocks that are not compressed, none of them the last.
fn store(text: &[u8], out: &mut Vec<u8>) {
    for block in text.chunks(STORED_MAX) {
        let length = u16::try_from(block.len()).expect("a block has at most that length");
        out.push(0);
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
}

fn tail(crc: &Crc) -> [u8; 8] {
    let mut tail = [0; 8];
    tail[..4].copy_from_slice(&crc.sum().to_le_bytes());
    tail[4..].copy_from_slice(&crc.amount().to_le_bytes());
    tail
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use std::io::Read;

    fn unpacked(gzip: &[u8]) -> String {
        let mut text = String::new();
        let mut decoder = GzDecoder::new(gzip);
        decoder.read_to_string(&mut text).expect("whole gzip");
        text
    }

    #[test]
    fn what_is_put_in_at_the_end_is_what_is_unpacked() {
        let noise: String = (0..40_000_u32)
            .map(|n| char::from(33 + (n * n % 89) as u8))
            .collect();
        for own in ["", "나", &"long ".repeat(40_000)] {
            let page = format!("<p>{noise}{}</p>{}", Gap::Mine.open().0, Gap::Key.open().0);
            let print = Print::of(&page, Millis(0), Millis(1), |_| "stranger".to_owned());
            let fill = |gap: &Gap| format!("{gap:?} {own}");
            let filled = print.filled(fill);
            assert_eq!(filled, format!("<p>{noise}Mine {own}</p>Key {own}"));
            assert_eq!(unpacked(&print.filled_gzip(fill)).as_bytes(), filled);
            assert_eq!(
                unpacked(&print.shared(true)).as_bytes(),
                print.shared(false)
            );
            assert!(unpacked(&print.shared(true)).ends_with("</p>stranger"));
        }
    }
}
