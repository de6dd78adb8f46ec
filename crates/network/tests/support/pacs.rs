//! A small archive that answers queries and sends what it has, written on `dicom-ul`'s own associations and `dicom-object`'s
//! own command sets, so that it does not share mistakes with the crate under test.

use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;
use dicom_transfer_syntax_registry::{TransferSyntaxIndex, TransferSyntaxRegistry};
use dicom_ul::association::server::Negotiation;
use dicom_ul::pdu::{PDataValue, PDataValueType, Pdu, RequestorRoles};
use dicom_ul::{ServerAssociation, ServerAssociationOptions};
use network::{AeTitle, Remote, Requestor};

use super::objects;

/// What the archive has and how it behaves.
#[derive(Clone, Default)]
pub struct Archive {
    pub objects: Vec<InMemDicomObject>,
    /// Where it sends what is moved.
    pub destination: Option<Remote>,
    /// Objects that it says it cannot send.
    pub n_failing: usize,
    /// Queries without an ID that it does not want to answer.
    pub refuses_names: bool,
}

#[derive(Clone, Copy)]
struct AnyRole;

impl Negotiation for AnyRole {
    fn negotiate_roles(&self, _: &str, scu: bool, scp: bool) -> Option<RequestorRoles> {
        Some(RequestorRoles { scu, scp })
    }
}

/// Starts an archive; it ends with the test.
pub fn start(archive: Archive) -> Remote {
    let listener = TcpListener::bind("127.0.0.1:0").expect("an address");
    let port = listener.local_addr().expect("an address").port();
    let archive = Arc::new(archive);
    let runtime = tokio::runtime::Handle::current();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (archive, runtime) = (Arc::clone(&archive), runtime.clone());
            std::thread::spawn(move || Session::serve(stream, &archive, &runtime));
        }
    });
    super::remote("PACS", port)
}

struct Session<'a> {
    association: ServerAssociation<TcpStream>,
    archive: &'a Archive,
    runtime: &'a tokio::runtime::Handle,
}

const MODELS: [&str; 6] = [
    uids::STUDY_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_FIND,
    uids::PATIENT_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_FIND,
    uids::STUDY_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_GET,
    uids::STUDY_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_MOVE,
    uids::CT_IMAGE_STORAGE,
    uids::VERIFICATION,
];

impl Session<'_> {
    fn serve(stream: TcpStream, archive: &Archive, runtime: &tokio::runtime::Handle) {
        let mut options = ServerAssociationOptions::new().accept_any().with_negotiation(AnyRole).ae_title("PACS");
        for model in MODELS {
            options = options.with_abstract_syntax(model);
        }
        options = options.with_transfer_syntax(objects::IMPLICIT).with_transfer_syntax(objects::EXPLICIT);
        let Ok(association) = options.establish(stream) else { return };
        let mut session = Session { association, archive, runtime };
        while let Some((context, command)) = session.message() {
            match number(&command, tags::COMMAND_FIELD) {
                0x0020 => session.find(context, &command),
                0x0010 => session.get(context, &command),
                0x0021 => session.r#move(context, &command),
                0x0FFF => {}
                other => panic!("the archive was asked for {other:04X}"),
            }
        }
    }

    /// A whole command; nothing at the end.
    fn message(&mut self) -> Option<(u8, InMemDicomObject)> {
        let (context, bytes) = self.collect(PDataValueType::Command)?;
        Some((context, decode(&bytes, objects::IMPLICIT)))
    }

    fn data(&mut self, context: u8) -> InMemDicomObject {
        let (_, bytes) = self.collect(PDataValueType::Data).expect("a data set");
        decode(&bytes, &self.syntax(context))
    }

    fn collect(&mut self, kind: PDataValueType) -> Option<(u8, Vec<u8>)> {
        let mut bytes = Vec::new();
        loop {
            match self.association.receive() {
                Ok(Pdu::PData { data }) => {
                    for value in data {
                        assert_eq!(value.value_type, kind);
                        bytes.extend(value.data);
                        if value.is_last {
                            return Some((value.presentation_context_id, bytes));
                        }
                    }
                }
                Ok(Pdu::ReleaseRQ) => {
                    let _ = self.association.send(&Pdu::ReleaseRP);
                    return None;
                }
                _ => return None,
            }
        }
    }

    fn syntax(&self, context: u8) -> String {
        let contexts = self.association.presentation_contexts();
        contexts.iter().find(|known| known.id == context).expect("a context").transfer_syntax.clone()
    }

    fn send(&mut self, context: u8, command: &InMemDicomObject, data: Option<Vec<u8>>) {
        let mut bytes = Vec::new();
        let syntax = TransferSyntaxRegistry.get(objects::IMPLICIT).expect("a syntax");
        command.write_dataset_with_ts(&mut bytes, syntax).expect("a command");
        let limit = 4_000;
        for (kind, bytes) in [(PDataValueType::Command, Some(bytes)), (PDataValueType::Data, data)] {
            let Some(bytes) = bytes else { continue };
            let n = bytes.len().div_ceil(limit);
            for (at, piece) in bytes.chunks(limit).enumerate() {
                let value = PDataValue {
                    presentation_context_id: context,
                    value_type: kind.clone(),
                    is_last: at + 1 == n,
                    data: piece.to_vec(),
                };
                if self.association.send(&Pdu::PData { data: vec![value] }).is_err() {
                    return;
                }
            }
        }
    }

    fn find(&mut self, context: u8, command: &InMemDicomObject) {
        let query = self.data(context);
        let unique = match text(&query, tags::QUERY_RETRIEVE_LEVEL).as_str() {
            "PATIENT" => tags::PATIENT_ID,
            "STUDY" => tags::STUDY_INSTANCE_UID,
            "SERIES" => tags::SERIES_INSTANCE_UID,
            _ => tags::SOP_INSTANCE_UID,
        };
        if self.archive.refuses_names && text(&query, tags::PATIENT_ID).is_empty() {
            return self.send(context, &answer(command, 0xA900, None), None);
        }
        let mut found: Vec<&InMemDicomObject> =
            self.archive.objects.iter().filter(|object| fits(object, &query)).collect();
        found.sort_by_key(|object| text(object, unique));
        found.dedup_by_key(|object| text(object, unique));
        let syntax = self.syntax(context);
        for object in found {
            let mut told = InMemDicomObject::new_empty();
            for element in &query {
                let tag = element.header().tag;
                match object.element_opt(tag).expect("readable") {
                    Some(known) => drop(told.put(known.clone())),
                    None => drop(told.put(element.clone())),
                }
            }
            told.put(DataElement::new(tags::SPECIFIC_CHARACTER_SET, VR::CS, "ISO_IR 100"));
            let bytes = objects::encode(&told, &syntax);
            self.send(context, &answer(command, 0xFF00, None), Some(bytes));
        }
        self.send(context, &answer(command, 0, None), None);
    }

    fn get(&mut self, context: u8, command: &InMemDicomObject) {
        let query = self.data(context);
        let objects: Vec<InMemDicomObject> =
            self.archive.objects.iter().filter(|object| fits(object, &query)).cloned().collect();
        let n_failing = self.archive.n_failing.min(objects.len());
        for (at, object) in objects.iter().skip(n_failing).enumerate() {
            let contexts = self.association.presentation_contexts();
            let own = contexts.iter().find(|known| known.abstract_syntax == uids::CT_IMAGE_STORAGE);
            let own = own.expect("a context for images").id;
            let syntax = self.syntax(own);
            let store = store_request(object, at as u16 + 1);
            self.send(own, &store, Some(objects::encode(object, &syntax)));
            let (_, stored) = self.message().expect("an answer");
            assert_eq!(number(&stored, tags::STATUS), 0, "the image is taken");
            let counts = [objects.len() - at - 1, at + 1, n_failing];
            self.send(context, &answer(command, 0xFF00, Some(counts)), None);
        }
        let status = if n_failing > 0 { 0xB000 } else { 0 };
        let counts = [0, objects.len() - n_failing, n_failing];
        self.send(context, &answer(command, status, Some(counts)), None);
    }

    fn r#move(&mut self, context: u8, command: &InMemDicomObject) {
        let query = self.data(context);
        let destination = text(command, tags::MOVE_DESTINATION);
        let known = self.archive.destination.as_ref().filter(|known| known.ae_title.as_str() == destination);
        let Some(remote) = known else { return self.send(context, &answer(command, 0xA801, None), None) };
        let folder = tempfile::tempdir().expect("a folder");
        let objects = self.archive.objects.iter().filter(|object| fits(object, &query));
        let files: Vec<_> = objects
            .skip(self.archive.n_failing)
            .enumerate()
            .map(|(at, object)| {
                let path = folder.path().join(at.to_string());
                std::fs::write(&path, objects::file(object, objects::EXPLICIT)).expect("a file");
                path
            })
            .collect();
        let requestor = Requestor::new(AeTitle::new("PACS").expect("a title"));
        let sent = self.runtime.block_on(requestor.send(remote, &files)).expect("an association");
        let n = sent.iter().filter(|sent| sent.outcome == network::SendOutcome::Stored).count();
        let status = if self.archive.n_failing > 0 { 0xB000 } else { 0 };
        self.send(context, &answer(command, status, Some([0, n, self.archive.n_failing])), None);
    }
}

fn fits(object: &InMemDicomObject, query: &InMemDicomObject) -> bool {
    query.into_iter().all(|element| {
        let tag = element.header().tag;
        let is_key = ![tags::QUERY_RETRIEVE_LEVEL, tags::SPECIFIC_CHARACTER_SET].contains(&tag);
        let wanted = text(query, tag);
        !is_key || wanted.is_empty() || glob(&wanted.to_lowercase(), &text(object, tag).to_lowercase())
    })
}

fn glob(pattern: &str, text: &str) -> bool {
    match pattern.chars().next() {
        None => text.is_empty(),
        Some('*') => {
            text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| glob(&pattern[1..], &text[at..]))
        }
        Some(wanted) => text.chars().next().is_some_and(|letter| {
            (wanted == '?' || wanted == letter) && glob(&pattern[wanted.len_utf8()..], &text[letter.len_utf8()..])
        }),
    }
}

fn decode(bytes: &[u8], syntax: &str) -> InMemDicomObject {
    let syntax = TransferSyntaxRegistry.get(syntax).expect("a syntax");
    InMemDicomObject::read_dataset_with_ts(bytes, syntax).expect("a data set")
}

fn text(object: &InMemDicomObject, tag: Tag) -> String {
    let element = object.element_opt(tag).expect("readable");
    let text = element.and_then(|element| element.to_str().ok().map(|text| text.into_owned()));
    text.unwrap_or_default().trim_end_matches(['\0', ' ']).to_owned()
}

fn number(object: &InMemDicomObject, tag: Tag) -> u16 {
    object.element(tag).expect("an element").to_int().expect("a number")
}

fn answer(command: &InMemDicomObject, status: u16, counts: Option<[usize; 3]>) -> InMemDicomObject {
    let data = if status == 0xFF00 && counts.is_none() { 1_u16 } else { 0x0101 };
    let mut numbers = vec![
        (tags::COMMAND_FIELD, number(command, tags::COMMAND_FIELD) | 0x8000),
        (tags::MESSAGE_ID_BEING_RESPONDED_TO, number(command, tags::MESSAGE_ID)),
        (tags::COMMAND_DATA_SET_TYPE, data),
        (tags::STATUS, status),
    ];
    if let Some([remaining, completed, failed]) = counts {
        numbers.push((tags::NUMBER_OF_REMAINING_SUBOPERATIONS, remaining as u16));
        numbers.push((tags::NUMBER_OF_COMPLETED_SUBOPERATIONS, completed as u16));
        numbers.push((tags::NUMBER_OF_FAILED_SUBOPERATIONS, failed as u16));
        numbers.push((tags::NUMBER_OF_WARNING_SUBOPERATIONS, 0));
    }
    let mut elements = vec![DataElement::new(
        tags::AFFECTED_SOP_CLASS_UID,
        VR::UI,
        PrimitiveValue::from(text(command, tags::AFFECTED_SOP_CLASS_UID)),
    )];
    elements.extend(numbers.into_iter().map(|(tag, n)| DataElement::new(tag, VR::US, PrimitiveValue::from(n))));
    InMemDicomObject::command_from_element_iter(elements)
}

fn store_request(object: &InMemDicomObject, id: u16) -> InMemDicomObject {
    let uid = |tag, value: String| DataElement::new(tag, VR::UI, PrimitiveValue::from(value));
    let us = |tag, value: u16| DataElement::new(tag, VR::US, PrimitiveValue::from(value));
    InMemDicomObject::command_from_element_iter([
        uid(tags::AFFECTED_SOP_CLASS_UID, text(object, tags::SOP_CLASS_UID)),
        us(tags::COMMAND_FIELD, 1),
        us(tags::MESSAGE_ID, id),
        us(tags::PRIORITY, 0),
        us(tags::COMMAND_DATA_SET_TYPE, 1),
        uid(tags::AFFECTED_SOP_INSTANCE_UID, text(object, tags::SOP_INSTANCE_UID)),
    ])
}
