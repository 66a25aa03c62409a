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
    postcard::serialize_with_flavor(request, Appending(payload))
        .expect("requests are always encodable into memory");
}

/// Postcard's own writers take a byte at a time through a trait of files.
struct Appending<'a>(&'a mut Vec<u8>);

impl Flavor for Appending<'_> {
    type Output = ();

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
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
    use crate::{Command, HoldId, PersonKey, RequestKey};

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
