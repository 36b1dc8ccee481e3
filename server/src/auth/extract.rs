//! What a request proves about itself before a route looks at it.
//!
//! In: a request's headers. Out: [`OurPage`] (sent by our own page or a client that says so) and [`SignedIn`] (an open
//! session). A cross-site form can set neither the `x-doorstep` header nor `Sec-Fetch-Site: same-origin`.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use crate::auth::sessions::Token;
use crate::clock;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::contract::{Session, TokenDigest};

/// The request comes from our own page, or from a client without pages.
pub(crate) struct OurPage;

impl FromRequestParts<AppState> for OurPage {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        let marked = text(&parts.headers, "x-doorstep") == Some("1");
        // Clients without pages do not send the metadata; browsers always do, and pages cannot change it.
        let same_origin = matches!(text(&parts.headers, "sec-fetch-site"), None | Some("same-origin"));
        if marked && same_origin { Ok(Self) } else { Err(ApiError::NotOurPage) }
    }
}

/// An open session, and the digest it is found by.
pub(crate) struct SignedIn {
    pub(crate) session: Session,
    pub(crate) token: TokenDigest,
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let token = token(&parts.headers, state).ok_or(ApiError::SignedOut)?.digest();
        let session = state.store.session(token, clock::now()).await?.ok_or(ApiError::SignedOut)?;
        Ok(Self { session, token })
    }
}

/// The token a request carries, open or not.
pub(crate) fn token(headers: &HeaderMap, state: &AppState) -> Option<Token> {
    let secure = state.settings.is_secure();
    let cookies = headers.get_all(header::COOKIE).into_iter();
    cookies.filter_map(|value| value.to_str().ok()).find_map(|value| Token::from_cookies(value, secure))
}

/// A header's text; nothing when it is absent or not text.
pub(crate) fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
