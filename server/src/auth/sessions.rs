//! Session tokens and the cookie that carries them.
//!
//! In: random bytes, a cookie header. Out: a token for the browser, its digest for the store.
//! The token is in the cookie alone; the store holds its SHA-256. The cookie is `HttpOnly` and `SameSite=Strict`;
//! over https it is `Secure` and bound to this host by its `__Host-` prefix.

use sha2::{Digest as _, Sha256};

use crate::store::contract::TokenDigest;

/// The cookie's name where TLS reaches the browser.
const SECURE_NAME: &str = "__Host-doorstep_session";

/// Its name on a demonstration's http localhost, where browsers refuse the prefix.
const PLAIN_NAME: &str = "doorstep_session";

/// 256 random bits, printed as hexadecimal.
pub(crate) struct Token(String);

impl Token {
    /// Draws a token; fails only where the system has no randomness.
    pub(crate) fn draw() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// What the store keeps.
    pub(crate) fn digest(&self) -> TokenDigest {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// The `Set-Cookie` that opens the session.
    pub(crate) fn cookie(&self, secure: bool, seconds: u32) -> String {
        set_cookie(secure, &self.0, seconds)
    }

    /// The token in a `Cookie` header, if there is one.
    pub(crate) fn from_cookies(header: &str, secure: bool) -> Option<Self> {
        let wanted = if secure { SECURE_NAME } else { PLAIN_NAME };
        header
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, value)| *name == wanted && value.len() == 64)
            .map(|(_, value)| Self(value.to_owned()))
    }
}

/// The `Set-Cookie` that ends the session in the browser.
pub(crate) fn ended_cookie(secure: bool) -> String {
    set_cookie(secure, "", 0)
}

fn set_cookie(secure: bool, value: &str, seconds: u32) -> String {
    let (name, mark) = if secure { (SECURE_NAME, "; Secure") } else { (PLAIN_NAME, "") };
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{mark}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_reads_back_among_others_and_only_under_its_own_name() {
        let token = Token::draw().unwrap();
        let pair = token.cookie(true, 60).split(';').next().unwrap().to_owned();
        let header = format!("theme=dark; {pair}");
        assert_eq!(Token::from_cookies(&header, true).unwrap().digest(), token.digest());
        assert!(Token::from_cookies(&header, false).is_none());
    }

    #[test]
    fn over_https_the_cookie_is_bound_to_the_host_and_hidden_from_scripts() {
        let cookie = Token::draw().unwrap().cookie(true, 60);
        for part in ["__Host-", "Path=/", "HttpOnly", "SameSite=Strict", "Secure"] {
            assert!(cookie.contains(part), "{part}");
        }
        assert!(!cookie.contains("Domain"));
    }
}
