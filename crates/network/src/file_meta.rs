//! What precedes the data set in a file: preamble, prefix and meta group (PS3.10 7.1).

use std::path::Path;

use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use crate::service::{IMPLEMENTATION_CLASS, IMPLEMENTATION_VERSION};
use crate::{AeTitle, NetworkError, Reference, Uid};

const PREAMBLE: usize = 128;
const PREFIX: &[u8; 4] = b"DICM";
/// Meta groups are a few hundred bytes.
const MAX_META: u64 = 64 << 10;
/// Representations whose length takes four bytes.
const LONG: [&[u8; 2]; 13] =
    [b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"];

/// Encodings that are deflated, which alone may have an odd length.
const ODD: [&str; 3] = ["1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"];

/// The beginning of a file for a data set that comes from a peer.
pub(crate) fn beginning(object: &Reference, transfer_syntax: &str, sender: &AeTitle) -> Vec<u8> {
    let mut group = Vec::new();
    group.extend(b"\x02\x00\x01\x00OB\x00\x00\x02\x00\x00\x00\x00\x01");
    write(&mut group, 0x02, b"UI", object.class.as_str());
    write(&mut group, 0x03, b"UI", object.instance.as_str());
    write(&mut group, 0x10, b"UI", transfer_syntax);
    write(&mut group, 0x12, b"UI", IMPLEMENTATION_CLASS);
    write(&mut group, 0x13, b"SH", IMPLEMENTATION_VERSION);
    write(&mut group, 0x16, b"AE", sender.as_str());
    let mut bytes = vec![0; PREAMBLE];
    bytes.extend(PREFIX);
    bytes.extend(b"\x02\x00\x00\x00UL\x04\x00");
    bytes.extend((group.len() as u32).to_le_bytes());
    bytes.extend(group);
    bytes
}

fn write(into: &mut Vec<u8>, element: u8, representation: &[u8; 2], text: &str) {
    let padding = if representation == b"UI" { 0 } else { b' ' };
    let odd = text.len() % 2 == 1;
    into.extend([2, 0, element, 0]);
    into.extend(representation);
    into.extend(((text.len() + usize::from(odd)) as u16).to_le_bytes());
    into.extend(text.as_bytes());
    into.extend(odd.then_some(padding));
}

/// A file that is to be sent, by what its meta group says.
pub(crate) struct Outgoing {
    pub(crate) object: Reference,
    pub(crate) transfer_syntax: Uid,
    /// Where the data set begins.
    begin: u64,
    /// How long it is.
    pub(crate) n_bytes: u64,
}

impl Outgoing {
    /// Reads the beginning of a file.
    ///
    /// # Errors
    /// When the file cannot be read or does not begin like a DICOM file.
    pub(crate) async fn read(path: &Path) -> Result<Self, NetworkError> {
        let failed = |reason: &str| NetworkError::File {
            doing: "reading the meta group of a file to be sent",
            reason: reason.to_owned(),
        };
        let io = |error: std::io::Error| failed(&error.kind().to_string());
        let mut file = File::open(path).await.map_err(io)?;
        let length = file.metadata().await.map_err(io)?.len();
        let mut head = Vec::new();
        (&mut file).take(MAX_META).read_to_end(&mut head).await.map_err(io)?;
        let meta = Meta::read(&head).ok_or_else(|| failed("it does not begin like a DICOM file"))?;
        let uid = |text: Option<String>, what| Uid::new(&text.unwrap_or_default()).map_err(|_| failed(what));
        let object = Reference {
            class: uid(meta.class, "it states no class")?,
            instance: uid(meta.instance, "it states no instance")?,
        };
        let transfer_syntax = uid(meta.transfer_syntax, "it states no transfer syntax")?;
        let begin = meta.end as u64;
        let n_bytes = length.saturating_sub(begin);
        // Sending pads to an even length, and so would mend with an invented byte what was cut off.
        if n_bytes % 2 == 1 && !ODD.contains(&transfer_syntax.as_str()) {
            return Err(failed("its data set has an odd length, so that something was cut off"));
        }
        Ok(Self { object, transfer_syntax, begin, n_bytes })
    }

    /// The file, at the beginning of its data set.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) async fn open(&self, path: &Path) -> std::io::Result<File> {
        let mut file = File::open(path).await?;
        file.set_max_buf_size(256 << 10);
        file.seek(std::io::SeekFrom::Start(self.begin)).await?;
        Ok(file)
    }
}

#[derive(Default)]
struct Meta {
    class: Option<String>,
    instance: Option<String>,
    transfer_syntax: Option<String>,
    end: usize,
}

impl Meta {
    fn read(head: &[u8]) -> Option<Self> {
        if head.get(PREAMBLE..PREAMBLE + PREFIX.len())? != PREFIX {
            return None;
        }
        let mut meta = Self { end: PREAMBLE + PREFIX.len(), ..Self::default() };
        while head.get(meta.end..meta.end + 2) == Some(&[2, 0]) {
            let header = head.get(meta.end..meta.end + 8)?;
            let is_long = LONG.iter().any(|long| header[4..6] == **long);
            let (begin, length) = if is_long {
                let length = head.get(meta.end + 8..meta.end + 12)?.try_into().ok()?;
                (meta.end + 12, u32::from_le_bytes(length) as usize)
            } else {
                (meta.end + 8, usize::from(u16::from_le_bytes([header[6], header[7]])))
            };
            let value = head.get(begin..begin.checked_add(length)?)?;
            let text = || Some(String::from_utf8_lossy(value).into_owned());
            match header[2..4] {
                [0x02, 0] => meta.class = text(),
                [0x03, 0] => meta.instance = text(),
                [0x10, 0] => meta.transfer_syntax = text(),
                _ => {}
            }
            meta.end = begin + length;
        }
        Some(meta)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let uid = |text: &str| Uid::new(text).expect("a UID");
        let object = Reference { class: uid("1.2.840.10008.5.1.4.1.1.2"), instance: uid("2.25.7") };
        let sender = AeTitle::new("SENDER").expect("a title");
        let bytes = beginning(&object, "1.2.840.10008.1.2", &sender);
        let group_length = u32::from_le_bytes(bytes[140..144].try_into().expect("four bytes"));
        assert_eq!(bytes.len(), 144 + group_length as usize);
        let meta = Meta::read(&bytes).expect("a meta group");
        assert_eq!(meta.end, bytes.len());
        assert_eq!(uid(&meta.class.expect("a class")), object.class);
        assert_eq!(uid(&meta.instance.expect("an instance")), object.instance);
        for n in 0..bytes.len() {
            let _ = Meta::read(&bytes[..n]);
        }
    }
}
