//! Sealing what must not be read at rest, and the keys that come from `CHATCAL_KEY`. Rank 0: imports `entropy`.
//!
//! XChaCha20-Poly1305 under a versioned key, with the record's owner and purpose as associated data: a record that was moved to
//! somebody else's place, renumbered or changed by a bit does not open.

use std::collections::BTreeMap;
use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key as AeadKey, XChaCha20Poly1305, XNonce};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretBox, SecretSlice, SecretString};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

use crate::entropy::Entropy;

const FORM: u8 = 1;
const ID: usize = 4;
const NONCE: usize = 24;
const HEAD: usize = 1 + ID + NONCE;

/// A key's public name: four bytes of an HMAC under the key itself, shown as eight hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; ID]);

/// One master key.
struct Key {
    id: KeyId,
    secret: SecretBox<[u8; 32]>,
    aead: XChaCha20Poly1305,
}

/// The keys that records may be under: new ones are sealed under the first, old ones still open under the others.
pub struct KeyRing {
    keys: Vec<Key>,
    entropy: Entropy,
}

/// How many records are under which key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub under: BTreeMap<KeyId, u64>,
    /// Those that open under no key of the ring.
    pub closed: u64,
}

/// The text is not a key, or not a list of different keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a key: expected 32 bytes in base64url (43 characters), as `chatcal key new` prints them")]
pub struct NotAKey;

/// Why a record does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsealable {
    #[error("not a sealed record")]
    Form,
    #[error("sealed under key {0}, which is not in the key ring")]
    UnknownKey(KeyId),
    /// Changed, cut, or another owner's.
    #[error("the seal is broken")]
    Broken,
}

impl KeyRing {
    /// A ring of the keys in base64url, the one for new records first. A text may hold several, parted by spaces, commas or line
    /// breaks.
    ///
    /// # Errors
    /// When one of them is not a key or comes twice, or there is none.
    pub fn new(keys: &[SecretString], entropy: Entropy) -> Result<Self, NotAKey> {
        let texts = keys.iter().flat_map(|text| parts(text.expose_secret()));
        let keys = texts.map(Key::read).collect::<Result<Vec<_>, _>>()?;
        let twice = (1..keys.len()).any(|n| keys[..n].iter().any(|key| key.id == keys[n].id));
        if keys.is_empty() || twice {
            Err(NotAKey)
        } else {
            Ok(Self { keys, entropy })
        }
    }

    /// A fresh key in the form that [`KeyRing::new`] reads.
    pub fn make_key(entropy: &Entropy) -> SecretString {
        SecretString::from(entropy.token())
    }

    /// The key that new records are sealed under.
    pub fn current(&self) -> KeyId {
        self.first().id
    }

    /// Seals `plain`; it opens only together with the same `context` (owner, purpose, version).
    pub fn seal(&self, context: &str, plain: &[u8]) -> Vec<u8> {
        let key = self.first();
        let nonce = self.entropy.bytes::<NONCE>();
        let payload = Payload {
            msg: plain,
            aad: context.as_bytes(),
        };
        let body = key
            .aead
            .encrypt(&XNonce::from(nonce), payload)
            .expect("a record is far shorter than the cipher's limit");
        let mut sealed = Vec::with_capacity(HEAD + body.len());
        sealed.push(FORM);
        sealed.extend_from_slice(&key.id.0);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&body);
        sealed
    }

    /// Opens a record that was sealed with the same `context`.
    ///
    /// # Errors
    /// When it is not one, is under a key that is not in the ring, or was changed or moved.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, Unsealable> {
        let id = Self::key_of(sealed)?;
        let key = self
            .keys
            .iter()
            .find(|key| key.id == id)
            .ok_or(Unsealable::UnknownKey(id))?;
        let nonce = <[u8; NONCE]>::try_from(&sealed[1 + ID..HEAD]).map_err(|_| Unsealable::Form)?;
        let payload = Payload {
            msg: &sealed[HEAD..],
            aad: context.as_bytes(),
        };
        key.aead
            .decrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Unsealable::Broken)
    }

    /// The record under the first key; `None` when it is under that one already.
    ///
    /// # Errors
    /// As [`KeyRing::open`].
    pub fn renew(&self, context: &str, sealed: &[u8]) -> Result<Option<Vec<u8>>, Unsealable> {
        let plain = SecretSlice::from(self.open(context, sealed)?);
        let current = Self::key_of(sealed)? == self.current();
        Ok((!current).then(|| self.seal(context, plain.expose_secret())))
    }

    /// The key that a record says it is under.
    ///
    /// # Errors
    /// When it is not a sealed record.
    pub fn key_of(sealed: &[u8]) -> Result<KeyId, Unsealable> {
        match sealed {
            [FORM, a, b, c, d, rest @ ..] if rest.len() >= NONCE => Ok(KeyId([*a, *b, *c, *d])),
            _ => Err(Unsealable::Form),
        }
    }

    /// An HMAC-SHA256 of `message` under a key that is derived for `purpose` alone.
    pub fn mac(&self, purpose: &str, message: &[u8]) -> [u8; 32] {
        self.first().mac(purpose, message)
    }

    /// [`KeyRing::mac`] under each key of the ring: what was made before a rotation is still known by one of them.
    pub fn macs(&self, purpose: &str, message: &[u8]) -> impl Iterator<Item = [u8; 32]> {
        self.keys.iter().map(move |key| key.mac(purpose, message))
    }

    /// Whether `mac` is what [`KeyRing::mac`] makes of `message`, under any key of the ring. Takes equally long whatever it is.
    pub fn is_mac(&self, purpose: &str, message: &[u8], mac: &[u8]) -> bool {
        let matches = self.macs(purpose, message).map(|known| known.ct_eq(mac));
        matches.fold(Choice::from(0), |any, one| any | one).into()
    }

    fn first(&self) -> &Key {
        self.keys.first().expect("a key ring holds at least one key")
    }
}

impl Key {
    fn mac(&self, purpose: &str, message: &[u8]) -> [u8; 32] {
        let derived = hmac(self.secret.expose_secret(), purpose.as_bytes());
        hmac(&derived, message)
    }

    fn read(text: &str) -> Result<Self, NotAKey> {
        let bytes = BASE64URL_NOPAD
            .decode(text.trim_end_matches('=').as_bytes())
            .map_err(|_| NotAKey)?;
        let secret: [u8; 32] = bytes.try_into().map_err(|_| NotAKey)?;
        let mut id = [0; ID];
        id.copy_from_slice(&hmac(&secret, b"chatcal key id")[..ID]);
        let aead = XChaCha20Poly1305::new(&AeadKey::from(hmac(&secret, b"chatcal seal")));
        Ok(Self {
            id: KeyId(id),
            secret: SecretBox::new(Box::new(secret)),
            aead,
        })
    }
}

/// The single keys in a list of them.
fn parts(list: &str) -> impl Iterator<Item = &str> {
    list.split(|c: char| c.is_whitespace() || c == ',')
        .filter(|part| !part.is_empty())
}

impl Tally {
    /// Counts a record that opened, or did not.
    pub fn count(&mut self, opened: Result<KeyId, Unsealable>) {
        match opened {
            Ok(id) => *self.under.entry(id).or_default() += 1,
            Err(_) => self.closed += 1,
        }
    }

    pub fn add(&mut self, other: &Self) {
        for (id, count) in &other.under {
            *self.under.entry(*id).or_default() += count;
        }
        self.closed += other.closed;
    }

    /// How many are under any key but this one.
    pub fn others(&self, current: KeyId) -> u64 {
        let others = self.under.iter().filter(|(id, _)| **id != current);
        others.map(|(_, count)| count).sum()
    }
}

fn hmac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|key| key.id)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(keys: &[&str]) -> KeyRing {
        let keys: Vec<_> = keys
            .iter()
            .map(|key| SecretString::from(BASE64URL_NOPAD.encode(&[key.as_bytes()[0]; 32])))
            .collect();
        KeyRing::new(&keys, Entropy::seeded(1)).unwrap()
    }

    #[test]
    fn a_record_opens_only_whole_in_its_own_place_and_under_a_known_key() {
        let ring_a = ring(&["a"]);
        let sealed = ring_a.seal("slack:T1:U1|7", b"secret");
        assert_eq!(ring_a.open("slack:T1:U1|7", &sealed).unwrap(), b"secret");
        assert_eq!(ring_a.open("slack:T1:U2|7", &sealed), Err(Unsealable::Broken));
        assert!(matches!(
            ring(&["b"]).open("slack:T1:U1|7", &sealed),
            Err(Unsealable::UnknownKey(_))
        ));
        assert_eq!(ring(&["b", "a"]).open("slack:T1:U1|7", &sealed).unwrap(), b"secret");
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(ring_a.open("slack:T1:U1|7", &changed).is_err(), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert!(
                ring_a.open("slack:T1:U1|7", &sealed[..length]).is_err(),
                "length {length}"
            );
        }
    }

    #[test]
    fn t09_a_ring_seals_under_its_first_key_and_knows_what_the_others_made() {
        let (old, both) = (ring(&["a"]), ring(&["b", "a"]));
        let sealed = old.seal("x", b"secret");
        let renewed = both.renew("x", &sealed).unwrap().unwrap();
        assert_eq!(KeyRing::key_of(&renewed), Ok(both.current()));
        assert_eq!(ring(&["b"]).open("x", &renewed).unwrap(), b"secret");
        assert_eq!(both.renew("x", &renewed), Ok(None));
        assert_eq!(both.renew("y", &sealed), Err(Unsealable::Broken));
        assert!(both.macs("p", b"m").any(|mac| mac == old.mac("p", b"m")));
        assert!(both.is_mac("p", b"m", &old.mac("p", b"m")) && !both.is_mac("p", b"m", &old.mac("q", b"m")));
        assert_eq!(both.macs("p", b"m").next(), Some(ring(&["b"]).mac("p", b"m")));
    }

    #[test]
    fn t13_what_is_not_a_key_is_refused_alone_and_in_a_ring() {
        let key = |byte: u8| BASE64URL_NOPAD.encode(&[byte; 32]);
        let (a, b) = (key(b'a'), key(b'b'));
        let read = |text: &str| KeyRing::new(&[SecretString::from(text)], Entropy::seeded(1));
        for text in [
            "",
            " , ",
            "short",
            &"!".repeat(43),
            &format!("{a} short"),
            &format!("{a},{a}"),
            &format!("{a}{b}"),
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        for text in [format!("{b} {a}"), format!("{b},{a}"), format!("\n{b}\r\n{a}=\n")] {
            let ring = read(&text).unwrap();
            assert_eq!(
                (ring.keys.len(), ring.current()),
                (2, read(&b).unwrap().current()),
                "{text}"
            );
        }
    }
}
