//! What is allowed to peers that are idle, slow, many or excessive.

use std::time::Duration;

/// Limits of a node and of our own requests. The default fits a clinic; tests shorten the times.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The longest PDU that we take, told to the peer when the association begins.
    pub max_pdu: u32,
    /// The most presentation data values in one PDU.
    pub values_per_pdu: usize,
    /// The longest command.
    pub command_bytes: u64,
    /// The longest data set that is kept in memory: queries, answers, commitments.
    pub identifier_bytes: u64,
    /// The largest object.
    pub object_bytes: u64,
    /// The most answers to a query that are kept.
    pub answers: usize,
    /// The most bytes of all answers to one question, which may take several queries. Read, they take many times as much.
    pub answer_bytes: u64,
    /// The most sockets at a time, associations included.
    pub connections: usize,
    /// The most associations at a time.
    pub associations: usize,
    /// The most associations of one AE title at one address.
    pub associations_per_peer: usize,
    /// From the connection to the end of the negotiation (the ARTIM timer of PS3.8).
    pub negotiation: Duration,
    /// Between two messages of a peer.
    pub idle: Duration,
    /// From the first to the last byte of a PDU, in either direction.
    pub pdu: Duration,
    /// From the first to the last byte of a message with its data set.
    pub message: Duration,
    /// Until a peer answers our request; each answer that is not the last one starts it anew.
    pub answer: Duration,
    /// For one question with all its answers, however many they are.
    pub query: Duration,
    /// Until a peer says how a C-MOVE goes; many say nothing before everything was sent.
    pub retrieval: Duration,
    /// How often a report of what is kept is tried over associations of our own.
    pub report_attempts: u32,
    /// Until it is tried again, at first; each pause is twice as long as the one before.
    pub report_pause: Duration,
    /// The most such reports at a time.
    pub reports: usize,
    /// What running associations get to end when the node stops.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_pdu: 128 << 10,
            values_per_pdu: 256,
            command_bytes: 16 << 10,
            identifier_bytes: 1 << 20,
            object_bytes: 4 << 30,
            answers: 2_000,
            answer_bytes: 32 << 20,
            connections: 512,
            associations: 128,
            associations_per_peer: 64,
            negotiation: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            pdu: Duration::from_secs(30),
            message: Duration::from_secs(30 * 60),
            answer: Duration::from_secs(120),
            query: Duration::from_secs(10 * 60),
            retrieval: Duration::from_secs(30 * 60),
            // The last attempt is ten minutes after the first.
            report_attempts: 7,
            report_pause: Duration::from_secs(10),
            reports: 64,
            farewell: Duration::from_secs(5),
        }
    }
}
