//! The answer to somebody who asks for an association.

use std::collections::BTreeMap;
use std::net::IpAddr;

use dicom_dictionary_std::uids::STORAGE_COMMITMENT_PUSH_MODEL;
use dicom_ul::pdu::AssociationRJServiceProviderASCEReason::ProtocolVersionNotSupported;
use dicom_ul::pdu::AssociationRJServiceProviderPresentationReason::LocalLimitExceeded;
use dicom_ul::pdu::AssociationRJServiceUserReason as UserReason;
use dicom_ul::pdu::{
    AssociationAC, AssociationRJ, AssociationRJResult, AssociationRJSource, AssociationRQ,
    PresentationContextProposed, PresentationContextResult, PresentationContextResultReason, RequestorRoles,
    UserVariableItem,
};

use crate::association::{Agreed, Context};
use crate::service::{self, APPLICATION_CONTEXT, IMPLEMENTATION_CLASS, IMPLEMENTATION_VERSION};
use crate::{AeTitle, NodeConfiguration};

/// Presentation contexts have odd numbers of one byte.
const MAX_CONTEXTS: usize = 128;
/// Whoever takes less than this per PDU would make us send little else than headers.
const MIN_PDU: u32 = 128;

/// From where a request comes.
pub(crate) struct Caller<'a> {
    pub(crate) address: IpAddr,
    pub(crate) certificate: Option<&'a [u8]>,
}

/// Why there will be no association.
pub(crate) struct Refusal {
    pub(crate) answer: AssociationRJ,
    pub(crate) reason: &'static str,
}

impl Refusal {
    fn of_user(reason: UserReason, text: &'static str) -> Self {
        let source = AssociationRJSource::ServiceUser(reason);
        Self { answer: AssociationRJ { result: AssociationRJResult::Permanent, source }, reason: text }
    }

    /// There are too many already.
    pub(crate) fn of_limit() -> Self {
        let source = AssociationRJSource::ServiceProviderPresentation(LocalLimitExceeded);
        let answer = AssociationRJ { result: AssociationRJResult::Transient, source };
        Self { answer, reason: "there are too many associations already" }
    }
}

/// Decides about a request.
pub(crate) fn decide(
    request: &AssociationRQ,
    caller: &Caller<'_>,
    node: &NodeConfiguration,
) -> Result<(AssociationAC, Agreed), Refusal> {
    let peer = admitted(request, caller, node)?;
    let max_pdu = max_pdu(&request.user_variables);
    if (1..MIN_PDU).contains(&max_pdu) {
        return Err(Refusal::of_user(UserReason::NoReasonGiven, "it takes PDUs of a few bytes only"));
    }
    let proposed = &request.presentation_contexts;
    if proposed.len() > MAX_CONTEXTS {
        return Err(Refusal::of_user(UserReason::NoReasonGiven, "it proposes too many contexts"));
    }
    let mut contexts = BTreeMap::new();
    let results: Vec<_> = proposed.iter().map(|proposal| decide_context(proposal, &mut contexts)).collect();
    let answer = AssociationAC {
        protocol_version: 1,
        calling_ae_title: request.calling_ae_title.clone(),
        called_ae_title: request.called_ae_title.clone(),
        application_context_name: APPLICATION_CONTEXT.to_owned(),
        presentation_contexts: results,
        user_variables: user_variables(node.limits.max_pdu, roles(&request.user_variables)),
    };
    Ok((answer, Agreed { peer, contexts, max_pdu }))
}

/// Who asks, where it may.
fn admitted(request: &AssociationRQ, caller: &Caller<'_>, node: &NodeConfiguration) -> Result<AeTitle, Refusal> {
    if request.protocol_version & 1 == 0 {
        let source = AssociationRJSource::ServiceProviderASCE(ProtocolVersionNotSupported);
        let answer = AssociationRJ { result: AssociationRJResult::Permanent, source };
        return Err(Refusal { answer, reason: "it speaks another version" });
    }
    if service::trimmed(&request.application_context_name) != APPLICATION_CONTEXT {
        let reason = UserReason::ApplicationContextNameNotSupported;
        return Err(Refusal::of_user(reason, "it asks for another application context"));
    }
    let called = AeTitle::new(&request.called_ae_title).ok();
    if called.as_ref() != Some(&node.ae_title) {
        return Err(Refusal::of_user(UserReason::CalledAETitleNotRecognized, "it calls somebody else"));
    }
    let not_known = || Refusal::of_user(UserReason::CallingAETitleNotRecognized, "it is not on the list of peers");
    let peer = AeTitle::new(&request.calling_ae_title).map_err(|_| not_known())?;
    if !node.peers.admit(&peer, caller.address, caller.certificate) {
        return Err(not_known());
    }
    Ok(peer)
}

fn decide_context(
    proposal: &PresentationContextProposed,
    contexts: &mut BTreeMap<u8, Context>,
) -> PresentationContextResult {
    use PresentationContextResultReason::{
        AbstractSyntaxNotSupported, Acceptance, NoReason, TransferSyntaxesNotSupported,
    };
    let abstract_syntax = service::trimmed(&proposal.abstract_syntax);
    let best = service::best_encoding(abstract_syntax, &proposal.transfer_syntaxes);
    let (reason, transfer_syntax) = match best {
        _ if proposal.id.is_multiple_of(2) || contexts.contains_key(&proposal.id) => (NoReason, None),
        _ if !service::is_offered(abstract_syntax) => (AbstractSyntaxNotSupported, None),
        None => (TransferSyntaxesNotSupported, None),
        Some(best) => (Acceptance, Some(best)),
    };
    if let Some(transfer_syntax) = transfer_syntax {
        let (abstract_syntax, transfer_syntax) = (abstract_syntax.to_owned(), transfer_syntax.to_owned());
        contexts.insert(proposal.id, Context { abstract_syntax, transfer_syntax });
    }
    // A refused context must name an encoding too, although nobody looks at it.
    let named = transfer_syntax.unwrap_or(service::MESSAGES[1]).to_owned();
    PresentationContextResult { id: proposal.id, reason, transfer_syntax: named }
}

/// The roles that we agree to. Only who reports a storage commitment to us may begin the association as provider.
fn roles(proposed: &[UserVariableItem]) -> Vec<(String, RequestorRoles)> {
    let answer = |item: &UserVariableItem| match item {
        UserVariableItem::ScuScpRoleSelectionSubItem(class, roles) => {
            let may_provide = service::trimmed(class) == STORAGE_COMMITMENT_PUSH_MODEL;
            Some((class.clone(), RequestorRoles { scu: roles.scu, scp: roles.scp && may_provide }))
        }
        _ => None,
    };
    proposed.iter().filter_map(answer).collect()
}

/// What we say of ourselves, in either role.
pub(crate) fn user_variables(max_pdu: u32, roles: Vec<(String, RequestorRoles)>) -> Vec<UserVariableItem> {
    let mut items = vec![
        UserVariableItem::MaxLength(max_pdu),
        UserVariableItem::ImplementationClassUID(IMPLEMENTATION_CLASS.to_owned()),
        UserVariableItem::ImplementationVersionName(IMPLEMENTATION_VERSION.to_owned()),
    ];
    let role = |(class, roles)| UserVariableItem::ScuScpRoleSelectionSubItem(class, roles);
    items.extend(roles.into_iter().map(role));
    items
}

/// The longest PDU that the other side takes; 0 when it takes any.
fn max_pdu(items: &[UserVariableItem]) -> u32 {
    let length = |item: &UserVariableItem| match item {
        UserVariableItem::MaxLength(length) => Some(*length),
        _ => None,
    };
    items.iter().find_map(length).unwrap_or(0)
}
