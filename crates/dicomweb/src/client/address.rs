//! Where a service is.

use hyper::Uri;

use super::ClientError;

/// Where a service is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) is_encrypted: bool,
    pub(super) host: String,
    pub(super) port: u16,
    /// Without a slash at its end.
    path: String,
}

impl Address {
    pub(super) fn read(text: &str) -> Result<Self, ClientError> {
        let address: Uri = text.parse().map_err(|_| ClientError::Address)?;
        let is_encrypted = match address.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(ClientError::Address),
        };
        let authority = address.authority().ok_or(ClientError::Address)?;
        // A password has a place of its own, from which it comes into no message.
        if authority.as_str().contains('@')
            || address.query().is_some()
            || address.host().is_none_or(str::is_empty)
        {
            return Err(ClientError::Address);
        }
        let port = address.port_u16().unwrap_or(if is_encrypted { 443 } else { 80 });
        let path = address.path().trim_end_matches('/').to_owned();
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        Ok(Self { is_encrypted, host, port, path })
    }

    /// What is asked for below the address of the service.
    pub(super) fn target(&self, below: &str) -> String {
        format!("{}{below}", self.path)
    }

    /// For the header that names whom we ask.
    pub(super) fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let usual = if self.is_encrypted { 443 } else { 80 };
        if self.port == usual { host } else { format!("{host}:{}", self.port) }
    }
}

/// A text as it may stand in a query or a path.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' | b'~' | b'*' => {
                escaped.push(char::from(byte))
            }
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn addresses_are_read_and_passwords_in_them_refused() {
        let address = Address::read("https://pacs.example/dicom-web/").unwrap();
        assert_eq!((address.port, address.target("/studies")), (443, "/dicom-web/studies".to_owned()));
        assert_eq!(Address::read("http://[::1]:8042").unwrap().authority(), "[::1]:8042");
        for text in
            ["", "pacs", "ftp://pacs", "http://", "http://anna:secret@pacs/", "http://pacs/?a=b", "/studies"]
        {
            assert!(Address::read(text).is_err(), "{text}");
        }
        assert_eq!(escaped("Mü*^A&b=?"), "M%C3%BC*%5EA%26b%3D%3F");
    }
}
