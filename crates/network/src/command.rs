//! Commands, as values and as the bytes of a command set (PS3.7 6.3 and E).

use std::collections::BTreeMap;

use crate::{AeTitle, Fault, SubOperations, Uid};

/// What is asked for; the number is that of its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Store = 0x0001,
    Get = 0x0010,
    Find = 0x0020,
    Move = 0x0021,
    Echo = 0x0030,
    EventReport = 0x0100,
    Action = 0x0130,
    Cancel = 0x0FFF,
}

/// What distinguishes an answer from its request.
const RESPONSE: u16 = 0x8000;
/// Says that no data set follows.
const NO_DATA: u16 = 0x0101;
/// Says that one does.
const DATA: u16 = 0x0001;

/// A status while more answers follow.
const PENDING: [u16; 2] = [0xFF00, 0xFF01];

/// Somebody asks for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) operation: Operation,
    /// Chosen by who asks; of the request that is meant, when it is cancelled.
    pub(crate) id: u16,
    /// Not looked at yet when it comes from a peer.
    pub(crate) class: String,
    /// Not looked at yet when it comes from a peer.
    pub(crate) instance: Option<String>,
    /// The kind of an action or of an event.
    pub(crate) type_id: Option<u16>,
    /// Where to move something.
    pub(crate) destination: Option<AeTitle>,
    /// Who moves the object that comes here.
    pub(crate) originator: Option<AeTitle>,
    pub(crate) has_data: bool,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) operation: Operation,
    /// Of the request.
    pub(crate) id: u16,
    pub(crate) class: String,
    pub(crate) instance: Option<String>,
    pub(crate) type_id: Option<u16>,
    pub(crate) status: u16,
    pub(crate) counts: SubOperations,
    pub(crate) has_data: bool,
}

/// A request or an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Request(Request),
    Response(Response),
}

impl Request {
    /// A request about a class of objects, without anything else.
    pub(crate) fn new(operation: Operation, id: u16, class: &str) -> Self {
        Self {
            operation,
            id,
            class: class.to_owned(),
            instance: None,
            type_id: None,
            destination: None,
            originator: None,
            has_data: false,
        }
    }

    /// The answer with a status and nothing else.
    pub(crate) fn answer(&self, status: u16) -> Response {
        Response {
            operation: self.operation,
            id: self.id,
            class: self.class.clone(),
            instance: self.instance.clone(),
            type_id: self.type_id,
            status,
            counts: SubOperations::default(),
            has_data: false,
        }
    }

    /// The bytes of its command set.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut set = Elements::default();
        set.number(tag::FIELD, self.operation as u16);
        set.number(tag::DATA_SET, if self.has_data { DATA } else { NO_DATA });
        if self.operation == Operation::Cancel {
            set.number(tag::RESPONDED_TO, self.id);
            return set.bytes();
        }
        set.number(tag::MESSAGE_ID, self.id);
        let is_action = self.operation == Operation::Action;
        set.uid(if is_action { tag::REQUESTED_CLASS } else { tag::AFFECTED_CLASS }, &self.class);
        if let Some(instance) = &self.instance {
            set.uid(if is_action { tag::REQUESTED_INSTANCE } else { tag::AFFECTED_INSTANCE }, instance);
        }
        if let Some(type_id) = self.type_id {
            set.number(if is_action { tag::ACTION_TYPE } else { tag::EVENT_TYPE }, type_id);
        }
        if let Some(destination) = &self.destination {
            set.text(tag::DESTINATION, destination.as_str());
        }
        if matches!(self.operation, Operation::Store | Operation::Get | Operation::Find | Operation::Move) {
            set.number(tag::PRIORITY, 0);
        }
        set.bytes()
    }
}

impl Response {
    /// Whether more answers follow.
    pub(crate) fn is_pending(&self) -> bool {
        PENDING.contains(&self.status)
    }

    /// The bytes of its command set.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut set = Elements::default();
        set.number(tag::FIELD, self.operation as u16 | RESPONSE);
        set.number(tag::RESPONDED_TO, self.id);
        set.number(tag::DATA_SET, if self.has_data { DATA } else { NO_DATA });
        set.number(tag::STATUS, self.status);
        set.uid(tag::AFFECTED_CLASS, &self.class);
        if let Some(instance) = &self.instance {
            set.uid(tag::AFFECTED_INSTANCE, instance);
        }
        if let Some(type_id) = self.type_id {
            let is_action = self.operation == Operation::Action;
            set.number(if is_action { tag::ACTION_TYPE } else { tag::EVENT_TYPE }, type_id);
        }
        set.bytes()
    }
}

impl Command {
    /// Reads a command set.
    ///
    /// # Errors
    /// When it is not one, or one that nobody sends.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Fault> {
        let set = Elements::read(bytes).ok_or(Fault::Malformed("a command that cannot be read"))?;
        let field = set.get_number(tag::FIELD).ok_or(Fault::Malformed("a command without its kind"))?;
        let operation = operation(field & !RESPONSE).ok_or(Fault::Malformed("an unknown command"))?;
        let has_data = set.get_number(tag::DATA_SET).is_some_and(|data| data != NO_DATA);
        let class = set.get_text(&[tag::AFFECTED_CLASS, tag::REQUESTED_CLASS]).unwrap_or_default();
        let instance = set.get_text(&[tag::AFFECTED_INSTANCE, tag::REQUESTED_INSTANCE]);
        let type_id = set.get_number(tag::ACTION_TYPE).or_else(|| set.get_number(tag::EVENT_TYPE));
        let title = |tag| AeTitle::new(&set.get_text(&[tag])?).ok();
        let is_response = field & RESPONSE != 0;
        let id_tag =
            if is_response || operation == Operation::Cancel { tag::RESPONDED_TO } else { tag::MESSAGE_ID };
        let id = set.get_number(id_tag).ok_or(Fault::Malformed("a command without its number"))?;
        if !is_response {
            let (destination, originator) = (title(tag::DESTINATION), title(tag::ORIGINATOR));
            let request = Request { operation, id, class, instance, type_id, destination, originator, has_data };
            return Ok(Self::Request(request));
        }
        let status = set.get_number(tag::STATUS).ok_or(Fault::Malformed("an answer without its status"))?;
        let count = |tag| u32::from(set.get_number(tag).unwrap_or(0));
        let counts = SubOperations {
            n_remaining: count(tag::REMAINING),
            n_completed: count(tag::COMPLETED),
            n_failed: count(tag::FAILED),
            n_warnings: count(tag::WARNING),
        };
        Ok(Self::Response(Response { operation, id, class, instance, type_id, status, counts, has_data }))
    }
}

fn operation(field: u16) -> Option<Operation> {
    use Operation::{Action, Cancel, Echo, EventReport, Find, Get, Move, Store};
    [Store, Get, Find, Move, Echo, EventReport, Action, Cancel].into_iter().find(|known| *known as u16 == field)
}

/// The identifier in a command, when it is one.
pub(crate) fn uid(text: Option<&String>) -> Option<Uid> {
    Uid::new(text?).ok()
}

/// The elements of group 0000.
mod tag {
    pub const GROUP_LENGTH: u16 = 0x0000;
    pub const AFFECTED_CLASS: u16 = 0x0002;
    pub const REQUESTED_CLASS: u16 = 0x0003;
    pub const FIELD: u16 = 0x0100;
    pub const MESSAGE_ID: u16 = 0x0110;
    pub const RESPONDED_TO: u16 = 0x0120;
    pub const DESTINATION: u16 = 0x0600;
    pub const PRIORITY: u16 = 0x0700;
    pub const DATA_SET: u16 = 0x0800;
    pub const STATUS: u16 = 0x0900;
    pub const AFFECTED_INSTANCE: u16 = 0x1000;
    pub const REQUESTED_INSTANCE: u16 = 0x1001;
    pub const EVENT_TYPE: u16 = 0x1002;
    pub const ACTION_TYPE: u16 = 0x1008;
    pub const REMAINING: u16 = 0x1020;
    pub const COMPLETED: u16 = 0x1021;
    pub const FAILED: u16 = 0x1022;
    pub const WARNING: u16 = 0x1023;
    pub const ORIGINATOR: u16 = 0x1030;
}

/// A command set: flat, and always implicit little endian.
#[derive(Default)]
struct Elements(BTreeMap<u16, Vec<u8>>);

impl Elements {
    fn number(&mut self, tag: u16, number: u16) {
        self.0.insert(tag, number.to_le_bytes().to_vec());
    }

    fn uid(&mut self, tag: u16, uid: &str) {
        self.padded(tag, uid, 0);
    }

    fn text(&mut self, tag: u16, text: &str) {
        self.padded(tag, text, b' ');
    }

    fn padded(&mut self, tag: u16, text: &str, padding: u8) {
        let mut bytes = text.as_bytes().to_vec();
        if bytes.len() % 2 == 1 {
            bytes.push(padding);
        }
        self.0.insert(tag, bytes);
    }

    fn bytes(&self) -> Vec<u8> {
        let mut rest = Vec::new();
        for (tag, value) in &self.0 {
            write_element(&mut rest, *tag, value);
        }
        let mut bytes = Vec::with_capacity(12 + rest.len());
        write_element(&mut bytes, tag::GROUP_LENGTH, &(rest.len() as u32).to_le_bytes());
        bytes.extend(rest);
        bytes
    }

    /// Nothing when an element reaches beyond the end, is of another group, or is there twice.
    fn read(mut bytes: &[u8]) -> Option<Self> {
        let mut set = Self::default();
        while let Some((header, rest)) = bytes.split_first_chunk::<8>() {
            let [0, 0, low, high, a, b, c, d] = *header else { return None };
            let length = u32::from_le_bytes([a, b, c, d]) as usize;
            let value = rest.get(..length)?;
            if set.0.insert(u16::from_le_bytes([low, high]), value.to_vec()).is_some() {
                return None;
            }
            bytes = &rest[length..];
        }
        bytes.is_empty().then_some(set)
    }

    fn get_number(&self, tag: u16) -> Option<u16> {
        self.0.get(&tag)?.as_slice().try_into().ok().map(u16::from_le_bytes)
    }

    fn get_text(&self, tags: &[u16]) -> Option<String> {
        let value = tags.iter().find_map(|tag| self.0.get(tag))?;
        Some(String::from_utf8_lossy(value).trim_end_matches([' ', '\0']).to_owned())
    }
}

fn write_element(into: &mut Vec<u8>, tag: u16, value: &[u8]) {
    into.extend([0, 0]);
    into.extend(tag.to_le_bytes());
    into.extend((value.len() as u32).to_le_bytes());
    into.extend(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_and_answers_come_back() {
        let mut request = Request::new(Operation::Action, 7, "1.2.840.10008.1.20.1");
        request.instance = Some("1.2.840.10008.1.20.1.1".to_owned());
        request.type_id = Some(1);
        request.has_data = true;
        assert_eq!(Command::read(&request.bytes()), Ok(Command::Request(request.clone())));
        let answer = request.answer(0xA700);
        assert_eq!(Command::read(&answer.bytes()), Ok(Command::Response(answer)));
    }

    #[test]
    fn an_echo_request_has_the_bytes_of_the_standard() {
        let bytes = Request::new(Operation::Echo, 1, "1.2.840.10008.1.1").bytes();
        let expected = [
            &[0, 0, 0, 0, 4, 0, 0, 0, 56, 0, 0, 0][..],
            &[0, 0, 2, 0, 18, 0, 0, 0],
            b"1.2.840.10008.1.1\0",
            &[0, 0, 0, 1, 2, 0, 0, 0, 0x30, 0],
            &[0, 0, 0x10, 1, 2, 0, 0, 0, 1, 0],
            &[0, 0, 0, 8, 2, 0, 0, 0, 1, 1],
        ]
        .concat();
        assert_eq!(bytes, expected);
    }

    #[test]
    fn damaged_commands_are_refused() {
        let whole = Request::new(Operation::Echo, 1, "1.2.840.10008.1.1").bytes();
        for n in 0..whole.len() {
            let _ = Command::read(&whole[..n]);
        }
        assert!(Command::read(&whole[..whole.len() - 1]).is_err());
        assert!(Command::read(&[&whole[..], &whole].concat()).is_err(), "elements that are there twice");
        assert!(Command::read(&[8, 0, 5, 0, 0, 0, 0, 0]).is_err(), "another group");
        assert!(Command::read(&[0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF]).is_err(), "a length beyond the end");
    }
}
