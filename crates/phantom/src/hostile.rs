//! Files that are made to harm whoever reads them, or that pretend to be what they are not.
//!
//! Each is a valid object of a synthetic patient in which one thing was made wrong, or a small file that is nothing but its trick. All
//! are the same bytes every time.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use crate::{PhantomError, SyntheticPatient};

/// A hostile file.
#[derive(Clone, Debug)]
pub struct HostileFile {
    /// What was done to which object, as `cut off at 40 %: RTDOSE`.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// What is to become of it.
    pub fate: Fate,
}

/// What is to become of a hostile file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is refused with a reason.
    Refused,
    /// It is not even DICOM, and is left aside.
    Foreign,
    /// It is taken apart from what it also is, which is told.
    Emptied,
    /// Its bytes may still mean something; only the reader must survive.
    Anything,
}

const KINDS: [(&str, &str); 6] =
    [("CT", "CT"), ("RTSTRUCT", "RS"), ("RTPLAN", "RP"), ("RTDOSE", "RD"), ("REG", "REG"), ("RTRECORD", "RT")];
const SHORT_REPRESENTATIONS: &[&[u8; 2]] = &[
    b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FL", b"FD", b"IS", b"LO", b"LT", b"PN", b"SH", b"SL",
    b"SS", b"ST", b"TM", b"UI", b"UL", b"US",
];
/// Bytes before the first element of the data set: preamble, prefix.
const PREAMBLE: usize = 132;
const MEGABYTE: usize = 1 << 20;
const DEFLATED: &str = "1.2.840.10008.1.2.1.99";
const EXPLICIT: &str = "1.2.840.10008.1.2.1";

/// All hostile files that can be made from a patient.
///
/// # Errors
/// When an object of the patient cannot be written.
pub fn hostile_files(patient: &SyntheticPatient) -> Result<Vec<HostileFile>, PhantomError> {
    let mut objects = Vec::new();
    for file in &patient.files {
        let name = file.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let kind = KINDS.iter().find(|(_, prefix)| name.starts_with(prefix));
        let Some((kind, _)) = kind else { continue };
        if objects.iter().all(|(known, _)| known != kind) {
            objects.push((*kind, file.bytes()?));
        }
    }
    let mut files = Vec::new();
    for (kind, bytes) in &objects {
        cut_off(kind, bytes, &mut files);
        lying_lengths(kind, bytes, &mut files);
        wrong_identity(kind, bytes, &mut files);
        wrong_numbers(kind, bytes, &mut files);
        wrong_numbers_inside(kind, bytes, &mut files);
        wrong_pixels(kind, bytes, &mut files);
        twice(kind, bytes, &mut files);
        two_things(kind, bytes, &mut files);
        flipped(kind, bytes, &mut files);
    }
    nested(&mut files);
    claims(&mut files);
    bombs(&mut files);
    for (kind, bytes) in objects.iter().filter(|(kind, _)| *kind == "CT") {
        false_compression(kind, bytes, &mut files);
    }
    Ok(files)
}

fn add(files: &mut Vec<HostileFile>, name: String, bytes: Vec<u8>, fate: Fate) {
    files.push(HostileFile { name, bytes, fate });
}

fn cut_off(kind: &str, bytes: &[u8], files: &mut Vec<HostileFile>) {
    for percent in [0, 1, 2, 5, 8, 12, 20, 30, 40, 50, 60, 70, 80, 90, 97, 99] {
        // All elements have even lengths, so that an odd cut is within one: between two there would be a whole file of fewer elements.
        let end = (bytes.len() * percent / 100) | 1;
        let fate = if end < PREAMBLE { Fate::Foreign } else { Fate::Refused };
        add(files, format!("cut off at {percent} %: {kind}"), bytes[..end].to_vec(), fate);
    }
    let last = bytes.len() - 1;
    add(files, format!("cut off before the last byte: {kind}"), bytes[..last].to_vec(), Fate::Refused);
}

/// Where the elements of the top level begin, in explicit little endian; what is in sequences is passed over by its length.
fn elements(bytes: &[u8]) -> Vec<(usize, bool, usize)> {
    let mut found = Vec::new();
    let mut at = PREAMBLE;
    while at + 12 <= bytes.len() {
        let is_short = SHORT_REPRESENTATIONS.iter().any(|own| bytes[at + 4..at + 6] == own[..]);
        let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let (value, length) = if is_short {
            (at + 8, usize::from(u16::from_le_bytes([bytes[at + 6], bytes[at + 7]])))
        } else {
            (at + 12, word(at + 8) as usize)
        };
        found.push((at, is_short, length));
        match value.checked_add(length).filter(|end| *end < bytes.len()) {
            Some(end) => at = end,
            None => break,
        }
    }
    found
}

/// Where an element of the top level begins.
fn position(bytes: &[u8], (group, element): (u16, u16)) -> Option<(usize, bool, usize)> {
    let tag = [group.to_le_bytes(), element.to_le_bytes()].concat();
    elements(bytes).into_iter().find(|(at, ..)| bytes[*at..*at + 4] == tag[..])
}

/// The object with another value in an element of the top level.
fn with_value(bytes: &[u8], tag: (u16, u16), value: &[u8]) -> Option<Vec<u8>> {
    let (at, is_short, length) = position(bytes, tag)?;
    let header = if is_short { 8 } else { 12 };
    let mut padded = value.to_vec();
    if padded.len() % 2 == 1 {
        padded.push(b' ');
    }
    let mut changed = bytes[..at + 6].to_vec();
    if is_short {
        changed.extend((padded.len() as u16).to_le_bytes());
    } else {
        changed.extend([0, 0]);
        changed.extend((padded.len() as u32).to_le_bytes());
    }
    changed.extend(&padded);
    changed.extend(&bytes[at + header + length..]);
    Some(changed)
}

fn lying_lengths(kind: &str, bytes: &[u8], files: &mut Vec<HostileFile>) {
    let all = elements(bytes);
    let step = (all.len() / 12).max(1);
    for (at, is_short, _) in all.into_iter().step_by(step) {
        let mut changed = bytes.to_vec();
        let lies: &[u32] = if is_short { &[0xFFFE] } else { &[0xFFFF_FFF0, 0x7FFF_FFFE] };
        for lie in lies {
            if is_short {
                changed[at + 6..at + 8].copy_from_slice(&(*lie as u16).to_le_bytes());
            } else {
                changed[at + 8..at + 12].copy_from_slice(&lie.to_le_bytes());
            }
            // A length that stays within the file makes other elements of its bytes, which are damaged in their turn.
            let fate = if at + 0xFFFE > bytes.len() { Fate::Refused } else { Fate::Anything };
            let tag =
                format!("({:02x}{:02x},{:02x}{:02x})", bytes[at + 1], bytes[at], bytes[at + 3], bytes[at + 2]);
            add(files, format!("{tag} claims {lie} bytes: {kind}"), changed.clone(), fate);
        }
    }
}

fn wrong_identity(kind: &str, bytes: &[u8], files: &mut Vec<HostileFile>) {
    let names: [&[u8]; 8] = [
        b"../../../etc/passwd",
        b"C:\\Windows\\win.ini",
        b"1.2.3\0/../x",
        b"",
        b"1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18.19.20.21.22.23.24.25.26",
        b"1.2;DROP TABLE object",
        b"1.2.3 4",
        b"\xff\xfe1.2.3",
    ];
    for name in names {
        for (which, tag) in [("instance", (8, 0x18)), ("class", (8, 0x16))] {
            let Some(changed) = with_value(bytes, tag, name) else { continue };
            let told = String::from_utf8_lossy(name).replace('\0', "\\0");
            add(files, format!("its {which} is called {told:?}: {kind}"), changed, Fate::Refused);
        }
    }
}

fn wrong_numbers(kind: &str, bytes: &[u8], files: &mut Vec<HostileFile>) {
    let of_kind: &[(&str, (u16, u16), usize)] = match kind {
        "CT" => &[
            ("Pixel Spacing", (0x28, 0x30), 2),
            ("Image Position", (0x20, 0x32), 3),
            ("Image Orientation", (0x20, 0x37), 6),
            ("Rescale Slope", (0x28, 0x1053), 1),
        ],
        "RTDOSE" => &[
            ("Dose Grid Scaling", (0x3004, 0x0E), 1),
            ("Pixel Spacing", (0x28, 0x30), 2),
            ("Image Position", (0x20, 0x32), 3),
            ("Grid Frame Offset Vector", (0x3004, 0x0C), 8),
        ],
        _ => &[],
    };
    for (attribute, tag, n) in of_kind {
        for wrong in ["nan", "inf", "-inf", "1,5", "1e999", "--1", "0x10", "\u{1b}$B1"] {
            let value = vec![wrong; *n].join("\\");
            let Some(changed) = with_value(bytes, *tag, value.as_bytes()) else { continue };
            add(files, format!("{attribute} is {wrong:?}: {kind}"), changed, Fate::Refused);
        }
    }
}

/// Numbers in the items of sequences, in the place of their first one.
fn wrong_numbers_inside(kind: &str, bytes: &[u8], files: &mut Vec<HostileFile>) {
    let (attribute, tag, representation): (_, (u16, u16), _) = match kind {
        "RTSTRUCT" => ("Contour Data", (0x3006, 0x50), b"DS"),
        "REG" => ("Frame of Reference Transformation Matrix", (0x3006, 0xC6), b"DS"),
        "RTPLAN" => ("Number of Fractions Planned", (0x300A, 0x78), b"IS"),
        _ => return,
    };
    let header = [&tag.0.to_le_bytes()[..], &tag.1.to_le_bytes(), representation].concat();
    let Some(at) = bytes.windows(header.len()).position(|window| window == header) else { return };
    let length = usize::from(u16::from_le_bytes([bytes[at + 6], bytes[at + 7]]));
    for wrong in ["nan", "inf", "1,5", "--1", "\\\\", "\u{1b}$B"] {
        let mut changed = bytes.to_vec();
        let value = &mut changed[at + 8..at + 8 + length];
        let end = value.iter().position(|byte| *byte == b'\\').unwrap_or(length).min(wrong.len());
        value[..end].copy_from_slice(&wrong.as_bytes()[..end]);
        // One wrong outline costs its structure and not the others, and nothing is not a wrong number: both are told with the case.
        let is_told_later = kind == "RTSTRUCT" || wrong.starts_with('\\');
        let fate = if end < wrong.len() || is_told_later { Fate::Anything } else { Fate::Refused };
        add(files, format!("{attribute} is {wrong:?}: {kind}"), changed, fate);
    }
}

fn wrong_pixels(kind: &str, bytes: &[u8], files: &mut Vec<HostileFile>) {
    if !matches!(kind, "CT" | "RTDOSE") {
        return;
    }
    let sizes = [("Rows", (0x28, 0x10)), ("Columns", (0x28, 0x11)), ("Bits Allocated", (0x28, 0x100))];
    for (attribute, tag) in sizes {
        for wrong in [0_u16, 3, 65_535] {
            // Images of other numbers of bits are kept and not read.
            let is_unread = attribute == "Bits Allocated" && kind == "CT";
            let fate = if is_unread { Fate::Anything } else { Fate::Refused };
            if let Some(changed) = with_value(bytes, tag, &wrong.to_le_bytes()) {
                add(files, format!("{attribute} is {wrong}: {kind}"), changed, fate);
            }
        }
    }
    if kind == "RTDOSE" {
        for wrong in ["0", "-1", "999999999", "4294967297", "x"] {
            if let Some(changed) = with_value(bytes, (0x28, 0x08), wrong.as_bytes()) {
                add(files, format!("Number of Frames is {wrong}: {kind}"), changed, Fate::Refused);
            }
        }
    }
}

/// An element that stands twice says two things, and which one holds depends on the reader.
fn twice(kind: &str, bytes: &[u8], files: &mut Vec<HostileFile>) {
    for (name, tag) in [("instance", (8_u16, 0x18_u16)), ("patient", (0x10, 0x20))] {
        let Some((at, is_short, length)) = position(bytes, tag) else { continue };
        let element = &bytes[at..at + if is_short { 8 } else { 12 } + length];
        let mut other = element.to_vec();
        if let Some(last) = other.iter_mut().rev().find(|byte| byte.is_ascii_digit()) {
            *last = if *last == b'7' { b'8' } else { b'7' };
        }
        let changed = [&bytes[..at], element, &other, &bytes[at + element.len()..]].concat();
        add(files, format!("its {name} stands twice: {kind}"), changed, Fate::Refused);
    }
}

/// A file that is an object and something else as well.
fn two_things(kind: &str, bytes: &[u8], files: &mut Vec<HostileFile>) {
    for (what, beginning) in [
        ("a program for Windows", &b"MZ\x90\x00"[..]),
        ("a program for Linux", b"\x7fELF"),
        ("a script", b"#!/bin/sh\n"),
        ("a page", b"<html><script>"),
        ("a document", b"%PDF-1.7\n"),
        ("an archive", b"PK\x03\x04"),
    ] {
        let mut changed = bytes.to_vec();
        changed[..beginning.len()].copy_from_slice(beginning);
        let fate = if beginning.starts_with(b"PK") { Fate::Refused } else { Fate::Emptied };
        add(files, format!("it is also {what}: {kind}"), changed, fate);
    }
}

fn flipped(kind: &str, bytes: &[u8], files: &mut Vec<HostileFile>) {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for count in 0..20 {
        let mut changed = bytes.to_vec();
        for _ in 0..24 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = PREAMBLE + (state >> 20) as usize % (bytes.len() - PREAMBLE).min(8192);
            changed[at] = (state >> 8) as u8;
        }
        add(files, format!("bytes are exchanged, {count}: {kind}"), changed, Fate::Anything);
    }
}

/// Preamble, prefix and transfer syntax.
fn beginning(transfer_syntax: &str) -> Vec<u8> {
    let mut bytes = vec![0; 128];
    bytes.extend(b"DICM");
    bytes.extend(short((2, 0x10), b"UI", transfer_syntax.as_bytes(), 0));
    bytes
}

fn short((group, element): (u16, u16), representation: &[u8; 2], value: &[u8], padding: u8) -> Vec<u8> {
    let mut padded = value.to_vec();
    if padded.len() % 2 == 1 {
        padded.push(padding);
    }
    let length = padded.len() as u16;
    [&group.to_le_bytes()[..], &element.to_le_bytes(), representation, &length.to_le_bytes(), &padded].concat()
}

fn long((group, element): (u16, u16), representation: &[u8; 2], length: u32) -> Vec<u8> {
    [&group.to_le_bytes()[..], &element.to_le_bytes(), representation, &[0, 0], &length.to_le_bytes()].concat()
}

/// Class and instance, so that nothing is missing but what the trick is about.
fn identity() -> Vec<u8> {
    let class = short((8, 0x16), b"UI", b"1.2.840.10008.5.1.4.1.1.481.3", 0);
    [class, short((8, 0x18), b"UI", b"2.25.1", 0)].concat()
}

fn nested(files: &mut Vec<HostileFile>) {
    for depth in [33, 40, 64, 100, 500, 2_000, 20_000, 200_000] {
        for (how, length) in [("undefined", u32::MAX), ("counted", 0)] {
            let mut bytes = [beginning(EXPLICIT), identity()].concat();
            for level in 0..depth {
                // Counted lengths hold all that follows.
                let left = ((depth - level) * 20 - 12) as u32;
                let [outer, inner] = if length == 0 { [left, left.saturating_sub(8)] } else { [length; 2] };
                bytes.extend(long((0x3006, 0x20), b"SQ", outer));
                bytes.extend([0xFE, 0xFF, 0x00, 0xE0]);
                bytes.extend(inner.to_le_bytes());
            }
            add(files, format!("{depth} sequences in each other, {how}"), bytes, Fate::Refused);
        }
    }
}

fn claims(files: &mut Vec<HostileFile>) {
    for representation in [b"OB", b"OW", b"OD", b"OF", b"OL", b"UN", b"UT", b"UC", b"UR", b"SQ"] {
        for length in [0xFFFF_FFFE_u32, 0x8000_0000, 0x0010_0000] {
            let element = long((0x3006, 0x02), representation, length);
            let bytes = [beginning(EXPLICIT), identity(), element, vec![0; 40]].concat();
            let told = String::from_utf8_lossy(representation);
            add(files, format!("an element of kind {told} claims {length} bytes"), bytes, Fate::Refused);
        }
    }
}

fn bombs(files: &mut Vec<HostileFile>) {
    for megabytes in [500, 2_000] {
        let n_bytes = (megabytes * MEGABYTE).min(u32::MAX as usize - 1);
        let mut deflater = DeflateEncoder::new(beginning(DEFLATED), Compression::fast());
        let element = long((0x7FE0, 0x10), b"OW", n_bytes as u32);
        let zeros = vec![0; MEGABYTE];
        let written = deflater.write_all(&identity()).and_then(|()| deflater.write_all(&element)).and_then(|()| {
            (0..n_bytes / MEGABYTE).try_for_each(|_| deflater.write_all(&zeros))?;
            deflater.write_all(&zeros[..n_bytes % MEGABYTE])
        });
        if let (Ok(()), Ok(bytes)) = (written, deflater.finish()) {
            add(files, format!("{megabytes} MB deflated"), bytes, Fate::Refused);
        }
    }
}

/// Pixels that are not what their transfer syntax says.
fn false_compression(kind: &str, bytes: &[u8], files: &mut Vec<HostileFile>) {
    let Some((at, ..)) = position(bytes, (0x7FE0, 0x10)) else { return };
    let syntaxes =
        ["1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.90"];
    let beginnings: [&[u8]; 4] =
        [b"\x01\0\0\0\xff\xff\xff\xff", b"\xff\xd8\xff\xc0\0\x11\x10\xff\xff\xff\xff", b"\xff\x4f\xff\x51", b""];
    for syntax in syntaxes {
        let Some(object) = with_value(&bytes[..at], (2, 0x10), syntax.as_bytes()) else { continue };
        for (count, beginning) in beginnings.iter().enumerate() {
            let mut fragment = beginning.to_vec();
            fragment.resize(256, 0xA5);
            let item = |length: u32| [&[0xFE, 0xFF, 0x00, 0xE0][..], &length.to_le_bytes()].concat();
            let mut changed = [&object[..], &long((0x7FE0, 0x10), b"OB", u32::MAX), &item(0)].concat();
            changed.extend([item(fragment.len() as u32), fragment].concat());
            changed.extend([0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]);
            add(files, format!("pixels that are not {syntax}, {count}: {kind}"), changed, Fate::Refused);
        }
    }
}
