//! Takes a body of many parts apart while it arrives.
//!
//! It is given the bytes in the pieces in which the network brings them, and holds back no more than a boundary or the headers of
//! one part. Where the pieces begin and end makes no difference to what is found.

use bytes::{Bytes, BytesMut};

use super::{Boundary, Limits, MultipartError, PartHeaders};

/// Spaces that may follow a boundary on its line.
const PADDING: usize = 64;
const LINE_END: &[u8] = b"\r\n";

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A part begins.
    Begin(PartHeaders),
    /// More of it.
    Bytes(Bytes),
    /// It is whole.
    End,
}

/// Where the reader is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// Before the first boundary.
    Beginning,
    /// Behind a boundary, on its line.
    Line,
    /// In the headers of a part.
    Headers,
    /// In a part.
    Part,
    /// Behind the closing boundary.
    Closed,
}

/// Takes a body apart.
#[derive(Debug)]
pub struct Reader {
    /// The end of a line with the boundary that follows it.
    delimiter: Vec<u8>,
    limits: Limits,
    at: At,
    held: BytesMut,
    n_bytes: u64,
    n_part_bytes: u64,
    /// Parts that have begun.
    n_parts: u64,
}

impl Reader {
    /// Before the first byte.
    pub fn new(boundary: &Boundary, limits: Limits) -> Self {
        let delimiter = format!("\r\n--{boundary}").into_bytes();
        Self {
            delimiter,
            limits,
            at: At::Beginning,
            held: BytesMut::new(),
            n_bytes: 0,
            n_part_bytes: 0,
            n_parts: 0,
        }
    }

    /// Takes the next bytes, and adds what is found in them.
    ///
    /// # Errors
    /// When they cannot be those of such a body, or are more than is taken. What was found before that is added all the same, and
    /// nothing more is to be given.
    pub fn push(&mut self, bytes: &[u8], found: &mut Vec<Piece>) -> Result<(), MultipartError> {
        self.n_bytes += bytes.len() as u64;
        if self.n_bytes > self.limits.total_bytes {
            return Err(MultipartError::TooMuch { what: "bytes", most: self.limits.total_bytes });
        }
        self.held.extend_from_slice(bytes);
        while self.step(found)? {}
        Ok(())
    }

    /// Says that there are no more bytes.
    ///
    /// # Errors
    /// When the closing boundary has not come.
    pub fn finish(self) -> Result<(), MultipartError> {
        match self.at {
            At::Closed => Ok(()),
            At::Line => Err(MultipartError::BrokenOff(self.n_parts)),
            _ => Err(MultipartError::BrokenOff(self.n_parts.saturating_sub(1))),
        }
    }

    /// Goes on by one step; whether it could.
    fn step(&mut self, found: &mut Vec<Piece>) -> Result<bool, MultipartError> {
        match self.at {
            At::Beginning => self.pass_beginning(),
            At::Line => self.pass_line(),
            At::Headers => self.pass_headers(found),
            At::Part => self.pass_part(found),
            At::Closed => self.pass_end(),
        }
    }

    /// A body begins with its first boundary. What the standard allows before it serves nobody but who wants to hide something.
    fn pass_beginning(&mut self) -> Result<bool, MultipartError> {
        let begins_with_line_end = match self.held.first() {
            None => return Ok(false),
            Some(first) => *first == LINE_END[0],
        };
        let wanted = if begins_with_line_end { &self.delimiter[..] } else { &self.delimiter[LINE_END.len()..] };
        let n = wanted.len().min(self.held.len());
        if self.held[..n] != wanted[..n] {
            return Err(MultipartError::Stray("before its first boundary"));
        }
        if n < wanted.len() {
            return Ok(false);
        }
        self.take(n);
        self.at = At::Line;
        Ok(true)
    }

    fn pass_line(&mut self) -> Result<bool, MultipartError> {
        let stray = Err(MultipartError::Stray("behind a boundary"));
        if self.held.starts_with(b"--") {
            self.take(2);
            self.at = At::Closed;
            return Ok(true);
        }
        let n_padding = self.held.iter().take_while(|byte| matches!(**byte, b' ' | b'\t')).count();
        if n_padding > PADDING {
            return stray;
        }
        match &self.held[n_padding..] {
            [b'\r', b'\n', ..] => {
                self.take(n_padding + LINE_END.len());
                self.begin_part()?;
                Ok(true)
            }
            [] | [b'\r'] => Ok(false),
            [b'-'] if n_padding == 0 => Ok(false),
            _ => stray,
        }
    }

    fn begin_part(&mut self) -> Result<(), MultipartError> {
        self.n_parts += 1;
        self.n_part_bytes = 0;
        self.at = At::Headers;
        if self.n_parts > self.limits.parts {
            return Err(MultipartError::TooMuch { what: "parts", most: self.limits.parts });
        }
        Ok(())
    }

    fn pass_headers(&mut self, found: &mut Vec<Piece>) -> Result<bool, MultipartError> {
        // A part without headers begins with the empty line.
        let end =
            if self.held.starts_with(LINE_END) { Some(0) } else { find(&self.held, b"\r\n\r\n").map(|at| at + 2) };
        let n_bytes = end.unwrap_or(self.held.len());
        if n_bytes > self.limits.header_bytes {
            let most = self.limits.header_bytes as u64;
            return Err(MultipartError::TooMuch { what: "bytes of headers in a part", most });
        }
        let Some(end) = end else { return Ok(false) };
        let headers = PartHeaders::read(&self.held[..end]).ok_or(MultipartError::Headers(self.n_parts))?;
        self.take(end + LINE_END.len());
        found.push(Piece::Begin(headers));
        self.at = At::Part;
        Ok(true)
    }

    fn pass_part(&mut self, found: &mut Vec<Piece>) -> Result<bool, MultipartError> {
        let (at, is_whole) = find_beginning(&self.held, &self.delimiter);
        self.n_part_bytes += at as u64;
        if self.n_part_bytes > self.limits.part_bytes {
            return Err(MultipartError::TooMuch { what: "bytes in a part", most: self.limits.part_bytes });
        }
        if at > 0 {
            found.push(Piece::Bytes(self.held.split_to(at).freeze()));
        }
        if is_whole {
            self.take(self.delimiter.len());
            found.push(Piece::End);
            self.at = At::Line;
        }
        Ok(is_whole)
    }

    /// Behind the closing boundary nothing may stand but the end of its line.
    fn pass_end(&mut self) -> Result<bool, MultipartError> {
        let is_blank = self.held.iter().all(|byte| matches!(byte, b'\r' | b'\n' | b' ' | b'\t'));
        if !is_blank || self.held.len() > PADDING {
            return Err(MultipartError::Stray("behind its closing boundary"));
        }
        Ok(false)
    }

    fn take(&mut self, n: usize) {
        drop(self.held.split_to(n));
    }
}

/// Where something stands.
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let (at, is_whole) = find_beginning(bytes, wanted);
    is_whole.then_some(at)
}

/// Where something stands, or may begin that is not yet all there; the end of the bytes where neither is. `wanted` begins with the
/// end of a line.
fn find_beginning(bytes: &[u8], wanted: &[u8]) -> (usize, bool) {
    let mut from = 0;
    while let Some(next) = bytes[from..].iter().position(|byte| *byte == b'\r') {
        let at = from + next;
        let n = wanted.len().min(bytes.len() - at);
        if bytes[at..at + n] == wanted[..n] {
            return (at, n == wanted.len());
        }
        from = at + 1;
    }
    (bytes.len(), false)
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
