//! What is done for a peer during its association.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use dicom_dictionary_std::uids::{STORAGE_COMMITMENT_PUSH_MODEL, VERIFICATION};

use tokio::sync::watch;

use crate::association::{Association, Received};
use crate::command::{Command, Operation, Request};
use crate::node::Shared;
use crate::receive::{Sink, receive_object};
use crate::{AssociationEnd, Fault, HowEnded, Receiver, StoreStatus, commitment, service};

/// The operation is none that this service has.
const UNRECOGNISED_OPERATION: u16 = 0x0211;
const SUCCESS: u16 = 0x0000;

/// A number for an association that no other has.
pub(crate) fn next_number() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

/// Counts what an association brings, and tells the receiver when it is over, also when its task is thrown away.
pub(crate) struct Tally<'a, R: Receiver> {
    receiver: &'a R,
    pub(crate) end: AssociationEnd,
}

impl<'a, R: Receiver> Tally<'a, R> {
    pub(crate) fn new(receiver: &'a R, association: &Association, address: Option<IpAddr>) -> Self {
        let calling_ae = association.peer().clone();
        // Whatever does not come to its end was broken off.
        let how = HowEnded::Aborted;
        let number = next_number();
        receiver.association_began(number, &calling_ae);
        let end = AssociationEnd { number, calling_ae, address, n_stored: 0, n_refused: 0, how };
        Self { receiver, end }
    }

    pub(crate) fn count(&mut self, status: StoreStatus) {
        if status == StoreStatus::Success {
            self.end.n_stored += 1;
        } else {
            self.end.n_refused += 1;
        }
    }

    pub(crate) fn ended_with(&mut self, fault: &Fault) {
        if matches!(fault, Fault::TimedOut(_)) {
            self.end.how = HowEnded::TimedOut;
        }
    }
}

impl<R: Receiver> Drop for Tally<'_, R> {
    fn drop(&mut self) {
        self.receiver.association_ended(self.end.clone());
    }
}

/// Serves an association until it ends.
pub(crate) async fn serve<R: Receiver>(shared: &Shared<R>, mut association: Association, address: IpAddr) {
    let mut tally = Tally::new(&*shared.receiver, &association, Some(address));
    let mut stopping = shared.stopping.clone();
    loop {
        let idle = association.limits().idle;
        let received = tokio::select! {
            received = association.receive(idle, "idle") => received,
            () = stopped(&mut stopping) => return association.give_up().await,
        };
        let served = match received {
            Ok(Received::ReleaseRequest) => {
                tally.end.how = HowEnded::Released;
                // The owner learns of the end before the peer does, who may look for its objects at once.
                drop(tally);
                return association.agree_to_release().await;
            }
            Ok(Received::Command(context, Command::Request(request))) => {
                let mut server = Server { shared, association: &mut association, tally: &mut tally, address };
                server.answer(context, request).await
            }
            // An answer to our report of a commitment: nothing is left to do.
            Ok(Received::Command(_, Command::Response(response)))
                if response.operation == Operation::EventReport =>
            {
                Ok(())
            }
            Ok(Received::Command(..)) => Err(Fault::Malformed("an answer to nothing")),
            Err(fault) => Err(fault),
        };
        if let Err(fault) = served {
            tally.ended_with(&fault);
            drop(tally);
            return association.abort(&fault).await;
        }
    }
}

/// Until the node stops.
async fn stopped(stopping: &mut watch::Receiver<bool>) {
    drop(stopping.wait_for(|stopping| *stopping).await);
}

struct Server<'a, 'r, R: Receiver> {
    shared: &'a Shared<R>,
    association: &'a mut Association,
    tally: &'a mut Tally<'r, R>,
    address: IpAddr,
}

impl<R: Receiver> Server<'_, '_, R> {
    async fn answer(&mut self, context: u8, request: Request) -> Result<(), Fault> {
        let spoken = self.association.context(context).map(|context| context.abstract_syntax.clone());
        let service = spoken.unwrap_or_default();
        match request.operation {
            Operation::Echo if service == VERIFICATION && !request.has_data => {
                self.association.answer(context, &request.answer(SUCCESS)).await
            }
            Operation::Store if service::is_storage(&service) => self.store(context, &request).await,
            Operation::Action if service == STORAGE_COMMITMENT_PUSH_MODEL => {
                let (shared, address) = (self.shared, self.address);
                commitment::answer_request(shared, self.association, address, context, request).await
            }
            Operation::EventReport if service == STORAGE_COMMITMENT_PUSH_MODEL => {
                commitment::take_report(&self.shared.commitments, self.association, context, &request).await
            }
            // Nothing of ours takes long enough to be cancelled.
            Operation::Cancel => Ok(()),
            _ => self.decline(context, &request).await,
        }
    }

    async fn store(&mut self, context: u8, request: &Request) -> Result<(), Fault> {
        let configuration = &self.shared.configuration;
        let (receiver, number) = (&*self.shared.receiver, self.tally.end.number);
        let sink = Sink { receiver, folder: &configuration.incoming, number };
        let status = receive_object(self.association, context, request, &sink).await?;
        self.tally.count(status);
        Ok(())
    }

    async fn decline(&mut self, context: u8, request: &Request) -> Result<(), Fault> {
        if request.has_data {
            self.association.data(context).await?;
        }
        self.association.answer(context, &request.answer(UNRECOGNISED_OPERATION)).await
    }
}
