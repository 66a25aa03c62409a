//! The requests in a batch of the journal.

use vocabulary::{decode_request, encode_request};

/// Reads requests until there is no other. Each must be written and read again as the same.
pub(crate) fn read(bytes: &[u8]) {
    let mut offset = 0;
    while let Ok((request, next)) = decode_request(bytes, offset) {
        assert!(
            next > offset && next <= bytes.len(),
            "a request has a length"
        );
        let mut written = Vec::new();
        encode_request(&request, &mut written);
        let again = decode_request(&written, 0);
        assert_eq!(again, Ok((request, written.len())));
        offset = next;
    }
}
