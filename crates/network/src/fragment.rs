//! The presentation data values of a PDU: pieces of a command or of a data set.

use std::collections::VecDeque;
use std::ops::Range;

use crate::Fault;

/// Length, presentation context and message control header.
const HEADER: usize = 6;
/// What precedes the first value of a PDU that we write.
const PDU_HEADER: usize = 6;
const DATA_PDU: u8 = 4;
const COMMAND: u8 = 1;
const LAST: u8 = 2;

/// One piece, by where it stands in the body of its PDU.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fragment {
    /// Presentation context.
    pub(crate) context: u8,
    /// Whether it belongs to a command.
    pub(crate) is_command: bool,
    /// Whether it is the last piece of its command or data set.
    pub(crate) is_last: bool,
    /// Where its bytes are.
    pub(crate) at: Range<usize>,
}

/// Takes the body of a PDU apart.
pub(crate) fn fragments(body: &[u8], at_most: usize) -> Result<VecDeque<Fragment>, Fault> {
    let mut found = VecDeque::new();
    let mut at = 0;
    while at < body.len() {
        if found.len() == at_most {
            return Err(Fault::Malformed("too many values in a PDU"));
        }
        let (fragment, end) = fragment(body, at).ok_or(Fault::Malformed("values that do not fit their PDU"))?;
        found.push_back(fragment);
        at = end;
    }
    if found.is_empty() { Err(Fault::Malformed("a PDU without values")) } else { Ok(found) }
}

fn fragment(body: &[u8], at: usize) -> Option<(Fragment, usize)> {
    let header = body.get(at..at + HEADER)?;
    let length = u32::from_be_bytes([header[0], header[1], header[2], header[3]]) as usize;
    let end = at.checked_add(4)?.checked_add(length)?;
    let begin = at + HEADER;
    if end < begin || end > body.len() {
        return None;
    }
    let (is_command, is_last) = (header[5] & COMMAND != 0, header[5] & LAST != 0);
    Some((Fragment { context: header[4], is_command, is_last, at: begin..end }, end))
}

/// The most bytes of one piece, so that its PDU is no longer than what the peer takes; an even number, as all lengths are.
pub(crate) fn capacity(max_pdu: u32) -> usize {
    (max_pdu as usize).saturating_sub(HEADER).max(2) & !1
}

/// Writes a PDU with one piece.
pub(crate) fn write(into: &mut Vec<u8>, context: u8, is_command: bool, is_last: bool, piece: &[u8]) {
    into.reserve(PDU_HEADER + HEADER + piece.len());
    into.extend([DATA_PDU, 0]);
    into.extend(((piece.len() + HEADER) as u32).to_be_bytes());
    into.extend(((piece.len() + 2) as u32).to_be_bytes());
    into.extend([context, if is_command { COMMAND } else { 0 } | if is_last { LAST } else { 0 }]);
    into.extend(piece);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut pdu = Vec::new();
        write(&mut pdu, 3, true, true, b"abc");
        let found = fragments(&pdu[PDU_HEADER..], 8).expect("own fragment");
        assert_eq!(found, [Fragment { context: 3, is_command: true, is_last: true, at: 6..9 }]);
    }

    #[test]
    fn nonsense_is_refused() {
        let long = [0, 0, 0, 9, 1, 2, 7];
        let short = [0, 0, 0, 1, 1, 2];
        let huge = [0xFF, 0xFF, 0xFF, 0xFF, 1, 2];
        for body in [&long[..], &short, &huge, &[0, 0], &[]] {
            assert!(fragments(body, 8).is_err(), "{body:?}");
        }
        let empty_ones = [0, 0, 0, 2, 1, 0].repeat(9);
        assert!(fragments(&empty_ones, 8).is_err(), "more values than allowed");
        assert!(fragments(&empty_ones, 9).is_ok());
    }
}
