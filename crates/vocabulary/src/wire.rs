//! How requests lie in the journal: postcard, one behind the other, no framing of their own.

use crate::Request;
use postcard::ser_flavors::Flavor;

/// The bytes are not a request of this language.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a request at byte {offset} of the batch: {cause}")]
pub struct WireError {
    /// Where in the batch's payload.
    pub offset: usize,
    /// What postcard says.
    pub cause: postcard::Error,
}

/// Appends `request` to `payload`.
pub fn encode_request(request: &Request, payload: &mut Vec<u8>) {
    let staged = Staged {
        bytes: [0; STAGE],
        filled: 0,
        payload,
    };
    postcard::serialize_with_flavor(request, staged)
        .expect("requests are always encodable into memory");
}

const STAGE: usize = 256;

/// Gathers a request before it goes to the payload in one piece: most of what is written is a byte or
/// two, for which a vector's growing and the copying of slices cost more than the bytes.
struct Staged<'a> {
    bytes: [u8; STAGE],
    filled: usize,
    payload: &'a mut Vec<u8>,
}

impl Staged<'_> {
    fn make_room(&mut self, for_bytes: usize) {
        if self.filled + for_bytes > STAGE {
            self.payload.extend_from_slice(&self.bytes[..self.filled]);
            self.filled = 0;
        }
    }
}

/// Copies to the front of `to`; what is short without a call, as two pieces of fixed length that may overlap.
fn copy(bytes: &[u8], to: &mut [u8]) {
    fn ends<const N: usize>(bytes: &[u8], to: &mut [u8]) {
        let last = bytes.len() - N;
        to[..N].copy_from_slice(&bytes[..N]);
        to[last..][..N].copy_from_slice(&bytes[last..]);
    }
    match bytes.len() {
        0 => {}
        1 => to[0] = bytes[0],
        2..4 => ends::<2>(bytes, to),
        4..8 => ends::<4>(bytes, to),
        8..=16 => ends::<8>(bytes, to),
        length => to[..length].copy_from_slice(bytes),
    }
}

impl Flavor for Staged<'_> {
    type Output = ();

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.make_room(bytes.len());
        if bytes.len() > STAGE {
            self.payload.extend_from_slice(bytes);
            return Ok(());
        }
        copy(bytes, &mut self.bytes[self.filled..]);
        self.filled += bytes.len();
        Ok(())
    }

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.make_room(1);
        self.bytes[self.filled] = byte;
        self.filled += 1;
        Ok(())
    }

    fn finalize(mut self) -> postcard::Result<()> {
        self.make_room(STAGE + 1);
        Ok(())
    }
}

/// Reads the request at `offset` of `payload`; also returns where the next one begins.
pub fn decode_request(payload: &[u8], offset: usize) -> Result<(Request, usize), WireError> {
    let rest = payload.get(offset..).unwrap_or_default();
    let (request, left) =
        postcard::take_from_bytes(rest).map_err(|cause| WireError { offset, cause })?;
    Ok((request, payload.len() - left.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Command, DealTerms, Deduct, HoldId, Millis, PersonKey, PoolDraft, Reference, RequestKey,
        SellerId, SkuId,
    };
    use money::{Amount, Currency};

    #[test]
    fn what_is_written_is_what_postcard_writes_however_long_it_is() {
        for pools in [0, 1, 20, 21, 22, 1_000] {
            let request = Request::from(scheduled(pools));
            let mut payload = vec![7];
            encode_request(&request, &mut payload);
            let plain = postcard::to_allocvec(&request).expect("it is encodable");
            assert_eq!(payload[1..], plain, "{pools} pools");
        }
    }

    #[test]
    fn what_is_short_is_copied_whole() {
        let bytes: Vec<u8> = (1..=40).collect();
        for length in 0..=bytes.len() {
            let mut to = [0; 50];
            copy(&bytes[..length], &mut to);
            assert_eq!(to[..length], bytes[..length]);
            assert!(to[length..].iter().all(|byte| *byte == 0), "{length}");
        }
    }

    fn scheduled(pools: u32) -> Command {
        let pool = |sku| PoolDraft {
            sku: SkuId(sku),
            units: u32::MAX - sku,
            price: Amount(i64::MAX),
        };
        Command::ScheduleDeal {
            reference: Reference(u128::MAX),
            seller: SellerId(7),
            currency: Currency::KRW,
            terms: terms(),
            pools: (0..pools).map(pool).collect(),
        }
    }

    fn terms() -> DealTerms {
        DealTerms {
            starts_at: Millis(1_764_547_200_000),
            ends_at: Millis(u64::MAX),
            hold_ms: 900_000,
            payment_ms: 1_800_000,
            deposit_ms: 0,
            limit: 1,
            members_only: true,
            verified_only: false,
            deduct: Deduct::OnPayment,
            waitlist_max: 1_000,
        }
    }

    #[test]
    fn requests_read_back_one_behind_the_other() {
        let release = Request {
            key: Some(RequestKey { key: 7, body: 9 }),
            command: Command::ReleaseHold {
                hold: HoldId(3),
                person: PersonKey(u128::MAX),
            },
        };
        let advance = Request::from(Command::AdvanceTo { limit: 5 });
        let mut payload = Vec::new();
        encode_request(&release, &mut payload);
        encode_request(&advance, &mut payload);
        let (first, next) = decode_request(&payload, 0).expect("the first request");
        let (second, end) = decode_request(&payload, next).expect("the second request");
        assert_eq!((first, second, end), (release, advance, payload.len()));
        assert!(decode_request(&payload[..next - 1], 0).is_err());
        assert!(decode_request(&payload, payload.len()).is_err());
    }
}
