//! What is kept beside a demonstration's database: its password, and the seed everything in it follows from.
//!
//! In: the settings, randomness once. Out: the same values at every start. Written before the database is filled.

use std::io::{Error, ErrorKind};
use std::path::PathBuf;

use doorstep_shared::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::clock;
use crate::demonstration::DemonstrationError;
use crate::server::write_private;
use crate::settings::Settings;

const NAME: &str = "demonstration.json";

/// Separates what is derived here from every other use of the hash.
const CONTEXT: &str = "doorstep demonstration v1";

#[derive(Serialize, Deserialize)]
struct Written {
    password: String,
    seed: [u8; 32],
    at: Timestamp,
    filled: bool,
}

/// The kept values, and where they are.
pub(super) struct Kept {
    written: Written,
    path: PathBuf,
}

impl Kept {
    /// Reads what is kept, or draws it and keeps it.
    pub(super) fn read_or_draw(settings: &Settings) -> Result<Self, DemonstrationError> {
        let path = settings.data.join(NAME);
        let wanted = settings.demonstration_password.reveal();
        match std::fs::read(&path) {
            Ok(bytes) => {
                let written: Written =
                    serde_json::from_slice(&bytes).map_err(|error| DemonstrationError::Kept {
                        path: path.clone(),
                        source: Error::new(ErrorKind::InvalidData, error),
                    })?;
                if !wanted.is_empty() && wanted != written.password {
                    return Err(DemonstrationError::OtherPassword { path });
                }
                Ok(Self { written, path })
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let password = if wanted.is_empty() { spell(draw()?) } else { wanted.to_owned() };
                let kept = Self {
                    written: Written { password, seed: draw()?, at: clock::now(), filled: false },
                    path,
                };
                kept.write()?;
                Ok(kept)
            }
            Err(source) => Err(DemonstrationError::Kept { path, source }),
        }
    }

    /// The password of every account.
    pub(super) fn password(&self) -> &str {
        &self.written.password
    }

    /// When the demonstration was drawn: its dates follow from it.
    pub(super) fn at(&self) -> Timestamp {
        self.written.at
    }

    /// Whether every record is stored.
    pub(super) fn is_filled(&self) -> bool {
        self.written.filled
    }

    /// Remembers that every record is stored.
    pub(super) fn set_filled(&mut self) -> Result<(), DemonstrationError> {
        self.written.filled = true;
        self.write()
    }

    /// Bytes that follow from the seed and a name alone.
    pub(super) fn derive<const N: usize>(&self, name: &str) -> [u8; N] {
        let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
        hasher.update(&self.written.seed);
        hasher.update(name.as_bytes());
        let mut bytes = [0; N];
        hasher.finalize_xof().fill(&mut bytes);
        bytes
    }

    /// Written whole beside its place, then moved there, so that a cut leaves the old or the new.
    fn write(&self) -> Result<(), DemonstrationError> {
        let write = || {
            let text = serde_json::to_vec(&self.written).map_err(Error::other)?;
            let new = self.path.with_extension("new");
            match std::fs::remove_file(&new) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
            write_private(&new, &text)?;
            std::fs::rename(&new, &self.path)
        };
        write().map_err(|source| DemonstrationError::Kept { path: self.path.clone(), source })
    }
}

fn draw<const N: usize>() -> Result<[u8; N], DemonstrationError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| DemonstrationError::Chance)?;
    Ok(bytes)
}

/// Spells random bytes as three groups of four letters that cannot be misread: about 51 bits.
fn spell(random: [u8; 12]) -> String {
    const LETTERS: &[u8; 20] = b"bcdfghjkmnpqrstvwxyz";
    let mut text = String::new();
    for (place, byte) in random.into_iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        let letter = LETTERS.get(usize::from(byte) % LETTERS.len()).copied().unwrap_or(b'b');
        text.push(char::from(letter));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawn_password_is_easy_to_read_aloud() {
        assert_eq!(spell([0; 12]), "bbbb-bbbb-bbbb");
    }

    #[test]
    fn what_is_kept_is_the_same_at_every_start_and_another_password_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings { data: folder.path().to_owned(), ..Settings::default() };
        let mut first = Kept::read_or_draw(&settings).unwrap();
        first.set_filled().unwrap();
        let again = Kept::read_or_draw(&settings).unwrap();
        assert_eq!(again.derive::<16>("team"), first.derive::<16>("team"));
        assert_ne!(again.derive::<16>("team"), first.derive::<16>("organisation"));
        assert!(again.is_filled() && again.password() == first.password());
        let other = Settings { demonstration_password: "another one".into(), ..settings };
        assert!(matches!(Kept::read_or_draw(&other), Err(DemonstrationError::OtherPassword { .. })));
    }
}
