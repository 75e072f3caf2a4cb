//! OAuth 2.0 authorities: where a device signs in, and what a token for mail must hold.

use super::Mark;
use serde::Deserialize;

/// An authority that hands out access tokens.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// Stable id, such as `microsoft`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Mail services that take its tokens, by their ids.
    pub providers: Vec<String>,
    /// Where a device code is asked for (RFC 8628, section 3.1); `{tenant}` stands for the organisation.
    pub device_endpoint: String,
    /// Mail server that a token is for where nobody says which.
    pub server: String,
    /// Where the token is asked for.
    pub token_endpoint: String,
    /// The organisation where none is named.
    #[serde(default)]
    pub tenant: String,
    /// Permissions to ask for.
    pub scope: String,
    /// Audiences of a token that its mail services take; any where empty.
    #[serde(default)]
    pub audiences: Vec<String>,
    /// Permissions of which a person's token holds one; any where empty.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Permissions of which an application's token holds one.
    #[serde(default)]
    pub roles: Vec<String>,
    /// What its error texts mean.
    #[serde(default)]
    pub errors: Vec<AuthorityError>,
    /// How sure the endpoints are.
    #[serde(default)]
    pub mark: Mark,
    /// Where it comes from.
    pub source: String,
    /// When it was last checked.
    pub checked: String,
}

/// A fragment of an authority's error text, and what it means.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorityError {
    /// The fragment, in lower case.
    pub fragment: String,
    /// What it means and what to do, in one sentence.
    pub says: String,
}
