//! Who may come in. A page of another origin can make a browser send requests here, also under a name
//! that it has pointed at this machine; so every request must name this server and come from its own
//! page, and a question about the plan needs the token of the address that was printed.

use crate::error::{Error, Result};
use std::fs::File;
use std::io::Read;

/// What is let in.
#[derive(Debug)]
pub(super) struct Door {
    /// The names of this server, with the port.
    hosts: [String; 2],
    token: String,
}

impl Door {
    /// A door with a new token for the server at `address`.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub(super) fn new(address: &str) -> Result<Door> {
        let mut bytes = [0; 24];
        let read = File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes));
        read.map_err(|e| Error::io("read random bytes for the address", e))?;
        Ok(Door::with_token(address, bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    fn with_token(address: &str, token: String) -> Door {
        let port = address.rsplit(':').next().unwrap_or_default();
        Door { hosts: [address.to_owned(), format!("localhost:{port}")], token }
    }

    /// The word that lets in.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// Whether a request names this server, once, and comes from no other origin.
    ///
    /// # Errors
    /// Why it is refused, in words.
    pub(super) fn is_from_here(
        &self,
        host: &[&str],
        origin: &[&str],
    ) -> std::result::Result<(), &'static str> {
        let is_own = |name: &str| self.hosts.iter().any(|own| own == name);
        if !matches!(host, [one] if is_own(one)) {
            return Err("this server has another name");
        }
        match origin {
            [] => Ok(()),
            [one] if one.strip_prefix("http://").is_some_and(is_own) => Ok(()),
            _ => Err("only this server's own page may ask"),
        }
    }

    /// Whether a request shows the token. What the comparison takes does not tell how much was right.
    pub(super) fn lets_in(&self, authorization: &[&str]) -> bool {
        let [one] = authorization else { return false };
        let Some(shown) = one.strip_prefix("Bearer ") else { return false };
        let same = |(a, b): (u8, u8)| u8::from(a != b);
        shown.len() == self.token.len()
            && shown.bytes().zip(self.token.bytes()).map(same).fold(0, |all, one| all | one) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door() -> Door {
        Door::with_token("127.0.0.1:4000", "abc".into())
    }

    #[test]
    fn only_its_own_page_is_let_in() {
        for host in ["127.0.0.1:4000", "localhost:4000"] {
            assert_eq!(door().is_from_here(&[host], &[]), Ok(()));
            assert_eq!(door().is_from_here(&[host], &[&format!("http://{host}")]), Ok(()));
        }
        for host in
            [&["evil.example:4000"][..], &["127.0.0.1:4001"], &["127.0.0.1"], &[], &["localhost:4000"; 2]]
        {
            assert!(door().is_from_here(host, &[]).is_err(), "{host:?}");
        }
        for origin in ["http://evil.example", "null", "https://127.0.0.1:4000", "http://127.0.0.1:4001", ""] {
            assert!(door().is_from_here(&["127.0.0.1:4000"], &[origin]).is_err(), "{origin}");
        }
    }

    #[test]
    fn only_the_token_lets_in() {
        assert!(door().lets_in(&["Bearer abc"]));
        for shown in [&["Bearer abd"][..], &["Bearer ab"], &["Bearer "], &["abc"], &[], &["Bearer abc"; 2]] {
            assert!(!door().lets_in(shown), "{shown:?}");
        }
        let (one, other) = (Door::new("a:1").unwrap(), Door::new("a:1").unwrap());
        assert!(one.token().len() == 48 && one.token() != other.token());
    }
}
