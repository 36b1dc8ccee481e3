//! Passwords: argon2id, a few at a time.
//!
//! In: what was typed. Out: a hash to store, or whether it matches. An unknown account costs the same time as a known
//! one. Each check takes 46 MiB, so only a few run at once and the rest wait: a flood cannot take the memory.
//! Source: OWASP's password storage sheet, m = 46 MiB, t = 1, p = 1.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

const MEMORY_KIB: u32 = 46 * 1024;
const AT_ONCE: usize = 2;

/// Longest password that is looked at, in bytes.
pub(crate) const PASSWORD_BYTES_MAX: usize = 1_024;

/// Why a password could not be hashed or checked.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The parameters or a stored hash are not argon2's.
    #[error("hash a password")]
    Hash,
    /// The system has no randomness for a salt.
    #[error("draw a salt")]
    Chance,
    /// The server is stopping.
    #[error("hash a password: the server is stopping")]
    Stopping,
}

/// Hashes a password with a salt of its own, in PHC form. Takes about 50 ms and 46 MiB.
///
/// # Errors
/// [`PasswordError::Hash`] or [`PasswordError::Chance`].
pub(crate) fn hash(password: &str) -> Result<String, PasswordError> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|_| PasswordError::Chance)?;
    let hashed: PasswordHash =
        argon2()?.hash_password_with_salt(password.as_bytes(), &salt).map_err(|_| PasswordError::Hash)?;
    Ok(hashed.to_string())
}

fn argon2() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, 1, 1, None).map_err(|_| PasswordError::Hash)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn matches(password: &str, stored: &str) -> bool {
    let Ok(stored) = PasswordHash::new(stored) else { return false };
    argon2().is_ok_and(|argon2| argon2.verify_password(password.as_bytes(), &stored).is_ok())
}

/// Checks passwords, a few at a time.
pub(crate) struct Passwords {
    permits: Arc<Semaphore>,
    /// Checked against when the account is unknown, so that both take the same time.
    nobody: String,
}

impl Passwords {
    /// Prepares the hash of nobody's password.
    pub(crate) fn new() -> Result<Self, PasswordError> {
        Ok(Self { permits: Arc::new(Semaphore::new(AT_ONCE)), nobody: hash("nobody signs in with this")? })
    }

    /// Whether `password` is the one hashed in `stored`; never for an unknown account.
    pub(crate) async fn check(
        &self,
        password: String,
        stored: Option<String>,
    ) -> Result<bool, PasswordError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| PasswordError::Stopping)?;
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobody.clone());
        let right = tokio::task::spawn_blocking(move || {
            let right = matches(&password, &stored);
            drop(permit);
            right
        });
        Ok(right.await.map_err(|_| PasswordError::Stopping)? && known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_account_matches() {
        let stored = hash("four quiet words here").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"));
        let passwords = Passwords::new().unwrap();
        assert!(passwords.check("four quiet words here".to_owned(), Some(stored.clone())).await.unwrap());
        assert!(!passwords.check("four quiet words".to_owned(), Some(stored)).await.unwrap());
        assert!(!passwords.check("nobody signs in with this".to_owned(), None).await.unwrap());
    }

    #[test]
    fn one_password_hashed_twice_looks_different() {
        assert_ne!(hash("the same").unwrap(), hash("the same").unwrap());
    }
}
