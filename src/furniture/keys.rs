//! Key pairs.

use crate::{id::Id, time::SimTime};

/// A key pair, of which no key is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPair {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Its fingerprint.
    pub fingerprint: String,
    /// `rsa` or `ed25519`.
    pub kind: String,
    /// When it was made.
    pub created: SimTime,
}
