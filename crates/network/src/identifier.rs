//! Data sets that are no objects: queries, their answers, commitments.

use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::uids::{EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN};
use dicom_object::InMemDicomObject;
use dicom_transfer_syntax_registry::{TransferSyntaxIndex, TransferSyntaxRegistry};

use dicom::guard::{self, Encoding};

use crate::{Fault, Reference, Uid};

/// Reads a data set in one of the encodings that are proposed for messages, after the guard looked over its bytes.
pub(crate) fn read(bytes: &[u8], transfer_syntax: &str) -> Result<InMemDicomObject, Fault> {
    let unreadable = || Fault::Malformed("a data set that cannot be read");
    let encoding = Encoding { explicit: transfer_syntax != IMPLICIT_VR_LITTLE_ENDIAN, big_endian: false };
    guard::inspect(bytes, encoding).map_err(|_| unreadable())?;
    let known = if encoding.explicit { EXPLICIT_VR_LITTLE_ENDIAN } else { IMPLICIT_VR_LITTLE_ENDIAN };
    let syntax = TransferSyntaxRegistry.get(known).ok_or_else(unreadable)?;
    InMemDicomObject::read_dataset_with_ts(bytes, syntax).map_err(|_| unreadable())
}

/// Writes a data set of our own.
pub(crate) fn write(object: &InMemDicomObject, transfer_syntax: &str) -> Result<Vec<u8>, Fault> {
    let unwritable = || Fault::Malformed("a data set of ours that cannot be written");
    let syntax = TransferSyntaxRegistry.get(transfer_syntax).ok_or_else(unwritable)?;
    let mut bytes = Vec::new();
    object.write_dataset_with_ts(&mut bytes, syntax).map_err(|_| unwritable())?;
    Ok(bytes)
}

/// Puts text into a data set; an empty one asks for the attribute.
pub(crate) fn put(object: &mut InMemDicomObject, tag: Tag, representation: VR, text: &str) {
    let value = if text.is_empty() { PrimitiveValue::Empty } else { PrimitiveValue::from(text) };
    object.put(DataElement::new(tag, representation, value));
}

/// The identifier in an attribute, when it is one.
pub(crate) fn uid(object: &InMemDicomObject, tag: Tag) -> Option<Uid> {
    Uid::new(&dicom::access::text(object, tag)?).ok()
}

/// The objects that the items of a sequence name.
pub(crate) fn references(object: &InMemDicomObject, sequence: Tag) -> Result<Vec<Reference>, Fault> {
    use dicom_dictionary_std::tags::{REFERENCED_SOP_CLASS_UID, REFERENCED_SOP_INSTANCE_UID};
    let reference = |item: &InMemDicomObject| {
        let (class, instance) = (uid(item, REFERENCED_SOP_CLASS_UID), uid(item, REFERENCED_SOP_INSTANCE_UID));
        let whole = class.zip(instance).map(|(class, instance)| Reference { class, instance });
        whole.ok_or(Fault::Malformed("a reference without class or instance"))
    };
    dicom::access::items(object, sequence).iter().map(reference).collect()
}
