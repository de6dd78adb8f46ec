//! A caller that keeps to nothing: bytes on a socket.

use std::net::SocketAddr;
use std::time::Duration;

use dicom_dictionary_std::uids;
use dicom_ul::pdu::{
    AssociationRQ, PDataValue, PDataValueType, Pdu, PresentationContextProposed, UserVariableItem, write_pdu,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::objects::EXPLICIT;
use crate::support::{CALLER, NODE};

pub struct Wire(pub TcpStream);

impl Wire {
    pub async fn connect(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.expect("a connection"))
    }

    /// Connected and accepted, with verification in context 1 and CT images in context 3.
    pub async fn associated(address: SocketAddr) -> Self {
        let mut wire = Self::connect(address).await;
        wire.send(&request(CALLER, NODE)).await;
        assert_eq!(wire.pdu().await, Some(2), "accepted");
        wire
    }

    pub async fn send(&mut self, pdu: &Pdu) {
        self.write(&bytes(pdu)).await;
    }

    pub async fn write(&mut self, bytes: &[u8]) {
        // The node may have hung up already.
        let _ = self.0.write_all(bytes).await;
    }

    /// The kind of the next PDU; nothing when the node hung up.
    pub async fn pdu(&mut self) -> Option<u8> {
        let mut header = [0; 6];
        let read = timeout(Duration::from_secs(10), self.0.read_exact(&mut header)).await;
        read.expect("the node says something or hangs up").ok()?;
        let length = u32::from_be_bytes(header[2..].try_into().expect("a length"));
        let mut body = vec![0; length as usize];
        self.0.read_exact(&mut body).await.ok()?;
        Some(header[0])
    }

    /// Whether the node ends this, with or without a word.
    pub async fn is_ended(&mut self) -> bool {
        loop {
            match self.pdu().await {
                None | Some(7) => return true,
                Some(_) => {}
            }
        }
    }
}

pub fn bytes(pdu: &Pdu) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_pdu(&mut bytes, pdu).expect("a PDU");
    bytes
}

pub fn request(calling: &str, called: &str) -> Pdu {
    let context = |id, class: &str| PresentationContextProposed {
        id,
        abstract_syntax: class.to_owned(),
        transfer_syntaxes: vec![EXPLICIT.to_owned()],
    };
    Pdu::AssociationRQ(AssociationRQ {
        protocol_version: 1,
        calling_ae_title: calling.to_owned(),
        called_ae_title: called.to_owned(),
        application_context_name: "1.2.840.10008.3.1.1.1".to_owned(),
        presentation_contexts: vec![context(1, uids::VERIFICATION), context(3, uids::CT_IMAGE_STORAGE)],
        user_variables: vec![UserVariableItem::MaxLength(16_384)],
    })
}

pub fn data(context: u8, is_command: bool, is_last: bool, data: &[u8]) -> Pdu {
    let value_type = if is_command { PDataValueType::Command } else { PDataValueType::Data };
    let value = PDataValue { presentation_context_id: context, value_type, is_last, data: data.to_vec() };
    Pdu::PData { data: vec![value] }
}

/// A C-STORE request for an instance.
pub fn store_command(class: &str, instance: &str) -> Vec<u8> {
    let mut set = Vec::new();
    let mut put = |tag: u16, value: &[u8]| {
        set.extend([0, 0]);
        set.extend(tag.to_le_bytes());
        set.extend((value.len() as u32).to_le_bytes());
        set.extend(value);
    };
    let even = |text: &str| {
        let mut bytes = text.as_bytes().to_vec();
        bytes.resize(bytes.len().next_multiple_of(2), 0);
        bytes
    };
    put(0x0002, &even(class));
    put(0x0100, &1_u16.to_le_bytes());
    put(0x0110, &7_u16.to_le_bytes());
    put(0x0700, &0_u16.to_le_bytes());
    put(0x0800, &1_u16.to_le_bytes());
    put(0x1000, &even(instance));
    set
}
