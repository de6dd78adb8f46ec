//! The acceptance of an association that we asked for (PS3.8 9.3.3).
//!
//! The codec of `dicom-ul` refuses all of it when a refused context names no transfer syntax, which means nothing there and is
//! left out by some systems. Read here is what is used: the contexts and the longest PDU.

use crate::service;

const CONTEXT: u8 = 0x21;
const TRANSFER_SYNTAX: u8 = 0x40;
const USER_INFORMATION: u8 = 0x50;
const MAX_LENGTH: u8 = 0x51;
const ACCEPTED: u8 = 0;
/// Protocol version, two titles and what is reserved.
const FIXED: usize = 68;

/// What a peer agrees to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Acceptance {
    /// Accepted contexts, each with its transfer syntax.
    pub(crate) contexts: Vec<(u8, String)>,
    /// The longest PDU that the peer takes; 0 when it takes any.
    pub(crate) max_pdu: u32,
}

impl Acceptance {
    /// Reads the body of the PDU; nothing when an item does not fit.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let mut acceptance = Self::default();
        for (kind, item) in items(body.get(FIXED..)?)? {
            match kind {
                CONTEXT => acceptance.contexts.extend(context(item)?),
                USER_INFORMATION => acceptance.max_pdu = max_pdu(item)?,
                _ => {}
            }
        }
        Some(acceptance)
    }
}

/// A context where it was accepted; outer nothing when it cannot be read.
fn context(item: &[u8]) -> Option<Option<(u8, String)>> {
    let ([id, _, result, _], rest) = item.split_first_chunk()?;
    if *result != ACCEPTED {
        return Some(None);
    }
    let (_, syntax) = items(rest)?.into_iter().find(|(kind, _)| *kind == TRANSFER_SYNTAX)?;
    let syntax = service::trimmed(std::str::from_utf8(syntax).ok()?).to_owned();
    Some(Some((*id, syntax)))
}

fn max_pdu(item: &[u8]) -> Option<u32> {
    match items(item)?.into_iter().find(|(kind, _)| *kind == MAX_LENGTH) {
        Some((_, length)) => Some(u32::from_be_bytes(length.try_into().ok()?)),
        None => Some(0),
    }
}

/// Items of a kind, a reserved byte, a length and as many bytes.
fn items(mut bytes: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let ([kind, _, high, low], rest) = bytes.split_first_chunk()?;
        let (item, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes([*high, *low])))?;
        found.push((*kind, item));
        bytes = rest;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(kind: u8, content: &[u8]) -> Vec<u8> {
        let mut item = vec![kind, 0];
        item.extend((content.len() as u16).to_be_bytes());
        item.extend(content);
        item
    }

    fn body() -> Vec<u8> {
        let accepted = [&[1, 0, 0, 0][..], &item(TRANSFER_SYNTAX, b"1.2.840.10008.1.2\0")].concat();
        [
            vec![0; FIXED],
            item(0x10, b"1.2.840.10008.3.1.1.1"),
            item(CONTEXT, &accepted),
            item(CONTEXT, &[3, 0, 3, 0]),
            item(USER_INFORMATION, &item(MAX_LENGTH, &[0, 0, 0x40, 0])),
        ]
        .concat()
    }

    #[test]
    fn a_refused_context_needs_no_transfer_syntax() {
        let contexts = vec![(1, "1.2.840.10008.1.2".to_owned())];
        assert_eq!(Acceptance::read(&body()), Some(Acceptance { contexts, max_pdu: 0x4000 }));
    }

    #[test]
    fn damaged_acceptances_are_refused_or_read() {
        let body = body();
        for n in 0..body.len() {
            let _ = Acceptance::read(&body[..n]);
        }
        assert_eq!(Acceptance::read(&body[..FIXED - 1]), None);
        assert_eq!(Acceptance::read(&body[..body.len() - 1]), None);
    }
}
