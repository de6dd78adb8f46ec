//! C-ECHO: whether another system is there and lets us in.

use dicom_dictionary_std::uids::VERIFICATION;

use crate::association::Association;
use crate::command::{Operation, Request};
use crate::requestor::{Proposal, conclude, response};
use crate::{Fault, NetworkError, Remote, Requestor};

impl Requestor {
    /// Asks whether a system is there.
    ///
    /// # Errors
    /// When it is not, does not let us in, or answers with a failure.
    pub async fn echo(&self, remote: &Remote) -> Result<(), NetworkError> {
        let proposals = [Proposal::of_messages(VERIFICATION)];
        let (mut association, context) = self.associate_for(remote, &proposals, "verification").await?;
        let status = ask(&mut association, context).await;
        let status = conclude(association, status).await;
        match status.map_err(Fault::while_doing("verifying the connection", &remote.ae_title))? {
            0 => Ok(()),
            status => {
                let peer = remote.ae_title.clone();
                Err(NetworkError::Failed { doing: "verifying the connection", peer, status })
            }
        }
    }
}

async fn ask(association: &mut Association, context: u8) -> Result<u16, Fault> {
    let request = Request::new(Operation::Echo, association.next_id(), VERIFICATION);
    association.request(context, &request, &[]).await?;
    let (_, response) = response(association, request.id).await?;
    Ok(response.status)
}
