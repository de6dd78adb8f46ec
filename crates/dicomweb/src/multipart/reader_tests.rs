//! Bodies cut anywhere, and bodies that mean no good.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::*;

type Part = (PartHeaders, Vec<u8>);

fn boundary() -> Boundary {
    Boundary::new("b").unwrap()
}

/// The whole parts of a body that arrives in pieces of these lengths, over and over.
fn read(body: &[u8], lengths: &[usize], limits: Limits) -> (Vec<Part>, Result<(), MultipartError>) {
    let mut reader = Reader::new(&boundary(), limits);
    let (mut parts, mut open, mut rest) = (Vec::new(), None, body);
    for length in lengths.iter().cycle() {
        if rest.is_empty() {
            return (parts, reader.finish());
        }
        let (piece, after) = rest.split_at((*length).clamp(1, rest.len()));
        rest = after;
        let mut found = Vec::new();
        let outcome = reader.push(piece, &mut found);
        for piece in found {
            match piece {
                Piece::Begin(headers) => open = Some((headers, Vec::new())),
                Piece::Bytes(bytes) => open.as_mut().unwrap().1.extend_from_slice(&bytes),
                Piece::End => parts.push(open.take().unwrap()),
            }
        }
        if outcome.is_err() {
            return (parts, outcome);
        }
    }
    unreachable!("the lengths are cycled through");
}

fn whole(body: &[u8]) -> (Vec<Part>, Result<(), MultipartError>) {
    read(body, &[body.len().max(1)], Limits::default())
}

fn fails(body: &[u8], wanted: MultipartError) {
    for lengths in [&[1][..], &[body.len()], &[3, 1, 7]] {
        assert_eq!(read(body, lengths, Limits::default()).1, Err(wanted), "{}", body.escape_ascii());
    }
}

#[test]
fn parts_come_out_as_they_went_in() {
    let (parts, end) = whole(b"\r\n--b\r\nContent-Type: application/dicom\r\nContent-Length: 9\r\n\r\none\r\n--b \t\r\n\r\n\r\n-- b\r\n\r\n--b--");
    end.unwrap();
    let contents: Vec<&[u8]> = parts.iter().map(|(_, content)| &content[..]).collect();
    assert_eq!(contents, [&b"one"[..], b"\r\n-- b\r\n"]);
    assert_eq!(parts[0].0.content_type.as_ref().unwrap().essence, "application/dicom");
    assert_eq!(parts[1].0, PartHeaders::default());
}

#[test]
fn boundaries_that_cannot_be_meant_are_refused() {
    let of = |text: &str| Boundary::of(&crate::MediaType::read(text).unwrap());
    of(&format!("multipart/related; boundary={}", "x".repeat(128))).unwrap();
    let long = format!("multipart/related; boundary={}", "x".repeat(129));
    for text in
        ["multipart/related", "a/b; boundary=\"\"", "a/b; boundary=\"x \"", "a/b; boundary=\"x\r\ny\"", &long]
    {
        assert_eq!(of(text), Err(MultipartError::Boundary), "{text}");
    }
}

#[test]
fn what_ends_early_is_told_with_what_was_whole() {
    let body = b"--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--";
    for n in 0..body.len() {
        let (parts, end) = whole(&body[..n]);
        assert_eq!(end, Err(MultipartError::BrokenOff(parts.len() as u64)), "{n}");
    }
    assert_eq!(whole(body).1, Ok(()));
    assert_eq!(whole(b"").1, Err(MultipartError::BrokenOff(0)));
}

#[test]
fn what_could_be_read_otherwise_by_others_is_refused() {
    use MultipartError::{Headers, Stray};
    fails(b"something\r\n--b\r\n\r\none\r\n--b--", Stray("before its first boundary"));
    fails(b"\r\n\r\n--b\r\n\r\none\r\n--b--", Stray("before its first boundary"));
    fails(b"--bc\r\n\r\none\r\n--bc--", Stray("behind a boundary"));
    fails(b"--b\r\n\r\none\r\n--bc\r\n\r\n", Stray("behind a boundary"));
    fails(b"--b\n\none\n--b--", Stray("behind a boundary"));
    fails(b"--b--\r\nmore", Stray("behind its closing boundary"));
    fails(b"--b\r\nContent-Type: a/b\0\r\n\r\n\r\n--b--", Headers(1));
    fails(b"--b\r\nContent-Type: a/b\r\n folded\r\n\r\n\r\n--b--", Headers(1));
    fails(b"--b\r\nContent-Type: a/b\r\nContent-Type: c/d\r\n\r\n\r\n--b--", Headers(1));
    fails(b"--b\r\nno header\r\n\r\n\r\n--b--", Headers(1));
    fails(b"--b\r\n\xff: a\r\n\r\n\r\n--b--", Headers(1));
    fails(format!("--b{}", " ".repeat(65)).as_bytes(), Stray("behind a boundary"));
}

#[test]
fn nothing_without_an_end_is_held() {
    let limits = Limits { header_bytes: 100, parts: 2, part_bytes: 10, total_bytes: 110 };
    let fails = |body: String, what: &str| {
        let end = read(body.as_bytes(), &[5], limits).1;
        assert!(
            matches!(end, Err(MultipartError::TooMuch { what: told, .. }) if told == what),
            "{end:?} for {what}"
        );
    };
    fails(format!("--b\r\nA: {}", "x".repeat(100)), "bytes of headers in a part");
    fails(format!("--b\r\n\r\n{}", "x".repeat(11)), "bytes in a part");
    fails("--b\r\n\r\n\r\n--b\r\n\r\n\r\n--b\r\n\r\n\r\n--b--".to_owned(), "parts");
    fails(format!("--b\r\n\r\n\r\n--b\r\nA: {}\r\n\r\n{}", "x".repeat(90), "x".repeat(10)), "bytes");
    let mut reader = Reader::new(&boundary(), Limits::default());
    reader.push(b"--b\r\n\r\n", &mut Vec::new()).unwrap();
    for _ in 0..100 {
        reader.push(&[b'\r'; 4096], &mut Vec::new()).unwrap();
        assert!(reader.held.len() <= reader.delimiter.len());
    }
}

/// Letters of which boundaries and headers are made, so that near misses occur often.
fn contents() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let letter = prop::sample::select(&b"\r\n-b \0:x"[..]);
    prop::collection::vec(prop::collection::vec(letter, 0..40), 0..5)
}

proptest! {
    #[test]
    fn splits_make_no_difference(contents in contents(), lengths in prop::collection::vec(1_usize..20, 1..20)) {
        prop_assume!(contents.iter().all(|content| find(content, b"\r\n--b").is_none() && !b"\r\n--b".starts_with(content) || content.is_empty()));
        let mut body = Vec::new();
        for content in &contents {
            body.extend_from_slice(boundary().opening("application/dicom", None).as_bytes());
            body.extend_from_slice(content);
        }
        if contents.is_empty() {
            body.extend_from_slice(b"--b--");
        } else {
            body.extend_from_slice(boundary().closing().as_bytes());
        }
        let (parts, end) = read(&body, &lengths, Limits::default());
        // A content may end like the beginning of a boundary, and be one together with what follows.
        let found: Vec<Vec<u8>> = parts.into_iter().map(|(_, content)| content).collect();
        prop_assert_eq!(end, Ok(()));
        prop_assert_eq!(found, contents);
    }

    #[test]
    fn any_bytes_are_parts_or_an_error_however_they_arrive(
        body in prop::collection::vec(prop::sample::select(&b"\r\n-b :"[..]), 0..60),
        lengths in prop::collection::vec(1_usize..9, 1..9),
    ) {
        let mut with_boundary = b"--b\r\n".to_vec();
        with_boundary.extend_from_slice(&body);
        for body in [&body, &with_boundary] {
            prop_assert_eq!(whole(body), read(body, &lengths, Limits::default()));
        }
    }
}
