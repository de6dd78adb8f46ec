//! Signing in by a provider of identities (OpenID Connect): authorization code flow with PKCE, state and nonce.
//!
//! A flow begins with [`OpenId::begin`], which leads the browser to the provider, and ends with [`OpenId::finish`], when the provider
//! has sent it back. What comes back is believed only after its signature, its issuer, its audience, its time and its nonce were
//! checked. Whose account that is, is decided by [`admit`](admission::admit).

pub mod admission;
mod claims;
mod configuration;
mod flows;
mod http;

use archive::people::Subject;
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    DiscoveryError, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields,
    IdTokenVerifier, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, RedirectUrl, RequestTokenError,
    Scope, SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, TokenResponse,
    UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use claims::Claims;
pub use configuration::{OpenIdError, Provider, Secret};
pub use flows::{Confirmations, FLOW_LASTS, Flow, Flows, Purpose, Signing};

use self::http::Http;
use super::local::random;
use crate::clock;

/// By how much the clocks of the provider and of this machine may differ.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(1);
/// Who confirms a signature has shown who they are within so long.
const FRESH: TimeDelta = TimeDelta::minutes(2);
/// Where the provider sends the browser back to.
pub const CALLBACK: &str = "/api/v1/session/oidc/callback";

/// What a provider says beyond the standard.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Told(Map<String, Value>);

impl AdditionalClaims for Told {}

type Fields = IdTokenFields<
    Told,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
type Client = openidconnect::Client<
    Told,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why somebody is not signed in by the provider; who signs in is told less, the log the whole of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// The provider does not answer, or not as it should.
    Unavailable(&'static str),
    /// What it answers is not believed, or nobody may come in by it.
    Refused(&'static str),
    /// Who they are was shown too long ago.
    Stale,
}

impl Denial {
    /// For the log.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Unavailable(reason) | Self::Refused(reason) => reason,
            Self::Stale => "who signs was not asked just now",
        }
    }
}

/// Where a flow begins.
pub struct Begun {
    /// To which address of the provider the browser goes.
    pub address: String,
    /// By which the browser is known when it comes back.
    pub browser: String,
}

/// A provider by which people sign in.
#[derive(Debug)]
pub struct OpenId {
    /// As it is configured.
    pub provider: Provider,
    /// Signatures that were confirmed and are not given yet.
    pub confirmations: Confirmations,
    issuer: IssuerUrl,
    redirect: RedirectUrl,
    http: Http,
    flows: Flows,
}

impl OpenId {
    /// Signing in by a provider to a workbench that is found at `origin`.
    ///
    /// # Errors
    /// When the provider cannot be asked as it is configured.
    pub fn new(provider: Provider, origin: &str) -> Result<Self, OpenIdError> {
        let (issuer, is_here) = provider.checked_issuer()?;
        let redirect = RedirectUrl::new(format!("{origin}{CALLBACK}")).map_err(|_| OpenIdError::Origin)?;
        let http = Http::new(provider.authorities.as_deref(), is_here)?;
        let (confirmations, flows) = (Confirmations::default(), Flows::default());
        Ok(Self { provider, confirmations, issuer, redirect, http, flows })
    }

    /// Begins a flow. One that confirms a signature asks the person anew, whoever is signed in at the provider.
    ///
    /// # Errors
    /// When the provider cannot be asked.
    pub async fn begin(&self, purpose: Purpose) -> Result<Begun, Denial> {
        let unavailable = |_| Denial::Unavailable("the system gives no random numbers");
        let (browser, state) = (random().map_err(unavailable)?, random().map_err(unavailable)?);
        let nonce = random().map_err(unavailable)?;
        let metadata =
            CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await.map_err(not_discovered)?;
        if !self.http.is_fit(metadata.authorization_endpoint().url()) {
            return Err(Denial::Unavailable("the provider leads to an address without encryption"));
        }
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let is_confirmation = matches!(purpose, Purpose::Sign(_));
        let client = self.client(&metadata);
        let (sent_state, sent_nonce) = (state.clone(), nonce.clone());
        let mut asked = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(sent_state),
                move || Nonce::new(sent_nonce),
            )
            .add_scopes(self.provider.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge);
        if is_confirmation {
            asked = asked.add_prompt(CoreAuthPrompt::Login).set_max_age(std::time::Duration::ZERO);
        }
        let address = asked.url().0.to_string();
        let flow = Flow { state, nonce: Nonce::new(nonce), verifier, metadata, begun: clock::now(), purpose };
        self.flows.put(&browser, flow);
        Ok(Begun { address, browser })
    }

    /// The flow that a browser comes back with; nothing where it began none, where it is another browser, or where it came back before.
    pub fn take_flow(&self, browser: &str, state: &str) -> Option<Flow> {
        self.flows.take(browser, state, clock::now())
    }

    /// Takes the code of a flow to the provider, and tells who came of it.
    ///
    /// # Errors
    /// When the provider does not answer, or what it answers is not believed.
    pub async fn finish(&self, flow: Flow, code: String) -> Result<(Claims, Purpose), Denial> {
        let client = self.client(&flow.metadata);
        let exchange = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| Denial::Unavailable("the provider names no place for codes"))?
            .set_pkce_verifier(flow.verifier);
        let tokens = exchange.request_async(&self.http).await.map_err(|error| match error {
            RequestTokenError::ServerResponse(_) => Denial::Refused("the provider does not take the code"),
            RequestTokenError::Request(error) => Denial::Unavailable(error.reason()),
            _ => Denial::Unavailable("the provider answers with no tokens"),
        })?;
        // Read anew after the token was made, so that keys may change at any time.
        let keys =
            CoreJsonWebKeySet::fetch_async(flow.metadata.jwks_uri(), &self.http).await.map_err(not_discovered)?;
        let is_confirmation = matches!(flow.purpose, Purpose::Sign(_));
        let mut told = self.checked(&tokens, keys, &flow.nonce, is_confirmation.then_some(flow.begun))?;
        let subject = told.get("sub").and_then(Value::as_str).unwrap_or_default().to_owned();
        if !is_confirmation && !self.provider.is_told_enough(&told) {
            self.ask_more(&client, &tokens, &subject, &mut told).await?;
        }
        let subject = Subject { issuer: self.provider.issuer.clone(), subject };
        Ok((Claims { subject, told }, flow.purpose))
    }

    /// Everything that a token says, after it was checked; where a signature is to be confirmed that began at `begun`, also that the
    /// person was asked for it.
    fn checked(
        &self,
        tokens: &Tokens,
        keys: CoreJsonWebKeySet,
        nonce: &Nonce,
        begun: Option<DateTime<Utc>>,
    ) -> Result<Map<String, Value>, Denial> {
        let token = tokens.id_token().ok_or(Denial::Refused("the provider sends no token of identity"))?;
        let client_id = ClientId::new(self.provider.client_id.clone());
        let now = clock::now();
        let verifier = IdTokenVerifier::new_public_client(client_id, self.issuer.clone(), keys)
            .set_allowed_algs([
                CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
                CoreJwsSigningAlgorithm::RsaSsaPssSha256,
                CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            ])
            .set_time_fn(move || now)
            .set_issue_time_verifier_fn(move |at| {
                if at > now + CLOCKS_DIFFER { Err("issued in the future".to_owned()) } else { Ok(()) }
            })
            .set_auth_time_verifier_fn(move |at| match begun {
                None => Ok(()),
                Some(begun) if at.is_some_and(|at| is_fresh(at, begun, now)) => Ok(()),
                Some(_) => Err("not asked just now".to_owned()),
            });
        let claims = token.claims(&verifier, nonce).map_err(not_believed)?;
        if claims.authorized_party().is_some_and(|party| party.as_str() != self.provider.client_id) {
            return Err(Denial::Refused("the token was made for another program"));
        }
        match serde_json::to_value(claims) {
            Ok(Value::Object(told)) if is_not_yet(&told, now) => {
                Err(Denial::Refused("the token is not of this time"))
            }
            Ok(Value::Object(told)) => Ok(told),
            _ => Err(Denial::Refused("the token cannot be read")),
        }
    }

    /// What the provider tells only when it is asked about the person.
    async fn ask_more(
        &self,
        client: &Client,
        tokens: &Tokens,
        subject: &str,
        told: &mut Map<String, Value>,
    ) -> Result<(), Denial> {
        let subject = openidconnect::SubjectIdentifier::new(subject.to_owned());
        let Ok(asked) = client.user_info(tokens.access_token().clone(), Some(subject)) else { return Ok(()) };
        let answer: UserInfoClaims<Told, CoreGenderClaim> = asked
            .request_async(&self.http)
            .await
            .map_err(|_| Denial::Unavailable("the provider does not tell about the person"))?;
        if let Ok(Value::Object(more)) = serde_json::to_value(&answer) {
            for (name, value) in more {
                // What is signed counts before what is not.
                told.entry(name).or_insert(value);
            }
        }
        Ok(())
    }

    fn client(&self, metadata: &CoreProviderMetadata) -> Client {
        let secret = self.provider.client_secret.as_ref().map(|secret| ClientSecret::new(secret.0.clone()));
        let id = ClientId::new(self.provider.client_id.clone());
        let ways = metadata.token_endpoint_auth_methods_supported();
        let is_only_in_body = ways.is_some_and(|ways| {
            ways.contains(&CoreClientAuthMethod::ClientSecretPost)
                && !ways.contains(&CoreClientAuthMethod::ClientSecretBasic)
        });
        let client = Client::from_provider_metadata(metadata.clone(), id, secret);
        let way = if is_only_in_body { AuthType::RequestBody } else { AuthType::BasicAuth };
        client.set_redirect_uri(self.redirect.clone()).set_auth_type(way)
    }
}

/// Whether a token counts only later, which the library does not look at.
fn is_not_yet(told: &Map<String, Value>, now: DateTime<Utc>) -> bool {
    told.get("nbf")
        .is_some_and(|from| from.as_f64().is_none_or(|from| from > (now + CLOCKS_DIFFER).timestamp() as f64))
}

/// Whether somebody showed who they are after they were asked to, and lately.
fn is_fresh(shown: DateTime<Utc>, asked: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    shown >= asked - CLOCKS_DIFFER && shown >= now - FRESH && shown <= now + CLOCKS_DIFFER
}

fn not_discovered(error: DiscoveryError<http::HttpError>) -> Denial {
    Denial::Unavailable(match error {
        DiscoveryError::Request(error) => error.reason(),
        DiscoveryError::Validation(_) => "the provider calls itself by another name",
        _ => "the provider does not describe itself as it should",
    })
}

fn not_believed(error: ClaimsVerificationError) -> Denial {
    use ClaimsVerificationError as Error;
    use SignatureVerificationError as Signature;
    Denial::Refused(match error {
        Error::Expired(_) => "the token is not of this time",
        Error::InvalidAudience(_) => "the token was made for another program",
        Error::InvalidAuthTime(_) => return Denial::Stale,
        Error::InvalidIssuer(_) => "the token was made by another provider",
        Error::InvalidNonce(_) => "the token was made for another sign-in",
        Error::SignatureVerification(Signature::NoSignature) => "the token is not signed",
        Error::SignatureVerification(Signature::DisallowedAlg(_) | Signature::UnsupportedAlg(_)) => {
            "the token is signed in a way that is not taken"
        }
        Error::SignatureVerification(_) => "the token is not signed by the provider",
        _ => "the token cannot be used",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_signs_has_shown_who_they_are_after_being_asked_and_within_two_minutes() {
        let asked = DateTime::UNIX_EPOCH;
        let seconds = |n| asked + TimeDelta::seconds(n);
        for (shown, now, expected) in [
            (5, 10, true),
            (5, 125, true),
            (5, 126, false),
            // Clocks may differ by a minute, and no more.
            (-60, 10, true),
            (-61, 10, false),
            (70, 10, true),
            (71, 10, false),
        ] {
            assert_eq!(is_fresh(seconds(shown), asked, seconds(now)), expected, "{shown} {now}");
        }
    }
}
