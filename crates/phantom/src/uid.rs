//! Unique identifiers that are the same every time.

use crate::options::Options;

/// UID of the thing with this name, of the patient of these options.
///
/// The form is `2.25.` and a 128-bit number (PS3.5 B.2), made from the name by a hash instead of
/// chance; at most 44 characters.
pub(crate) fn uid(options: &Options, name: &str) -> String {
    let patient = &options.patient;
    let full_name = [&options.uid_salt, &patient.issuer, &patient.id, name].join("\n");
    format!("2.25.{}", as_uuid(fnv1a(full_name.as_bytes())))
}

/// FNV-1a of 128 bits.
fn fnv1a(bytes: &[u8]) -> u128 {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    bytes.iter().fold(OFFSET, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME))
}

/// Marks the number as a UUID of version 8 (free content), which `2.25` identifiers must be.
fn as_uuid(number: u128) -> u128 {
    let version = 0xf_u128 << 76;
    let variant = 0x3_u128 << 62;
    (number & !version & !variant) | (0x8 << 76) | (0x2 << 62)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_valid_and_depend_on_patient_name_and_salt() {
        let options = Options::tiny();
        let mut other = Options::tiny();
        other.patient.issuer = "ELSEWHERE".into();
        let mut salted = Options::tiny();
        salted.uid_salt = "again".into();
        let first = uid(&options, "course1/dose");
        assert_eq!(first, uid(&options, "course1/dose"));
        assert!(first.len() <= 64);
        assert!(first.split('.').all(|part| !part.starts_with('0')));
        assert_ne!(first, uid(&options, "course2/dose"));
        assert_ne!(first, uid(&other, "course1/dose"));
        assert_ne!(first, uid(&salted, "course1/dose"));
    }
}
