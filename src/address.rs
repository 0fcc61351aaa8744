//! Where a request comes from. A forwarded address is believed only from a proxy the operator has named.

use axum::http::uri::Authority;
use axum::http::{HeaderMap, header};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The client's address, for throttles only; it is never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The key of throttles: an IPv6 customer has at least a /64, so single addresses there mean nothing.
    pub fn key(self) -> IpAddr {
        self.masked(64)
    }

    /// The key of password tries. Many providers give each customer a /56, so 256 of the keys above cost nothing.
    pub fn network(self) -> IpAddr {
        self.masked(56)
    }

    fn masked(self, bits: u32) -> IpAddr {
        match self.0.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - bits)))),
        }
    }
}

/// `AFTERSHOW_TRUSTED_PROXIES`: addresses and networks whose `X-Forwarded-For` is believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// Whether this is the address of a trusted proxy.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Who asked: the peer, or, where the peer is a trusted proxy, the last address in `X-Forwarded-For` that is none.
    /// Everything further left in that header was written by strangers.
    pub fn client<'a>(&self, peer: IpAddr, forwarded: impl DoubleEndedIterator<Item = &'a str>) -> ClientAddress {
        let mut client = peer;
        for part in forwarded.rev() {
            if !self.trusts(client) {
                break;
            }
            match forwarded_address(part) {
                Some(address) => client = address,
                None => break,
            }
        }
        ClientAddress(client.to_canonical())
    }
}

/// One part of `X-Forwarded-For`; some proxies add the client's port.
fn forwarded_address(part: &str) -> Option<IpAddr> {
    let part = part.trim();
    let with_port = || part.parse::<SocketAddr>().ok().map(|address| address.ip());
    let in_brackets = || part.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    part.parse().ok().or_else(with_port).or_else(in_brackets)
}

/// Whether a proxy passed this request on.
pub fn was_forwarded(headers: &HeaderMap) -> bool {
    ["x-forwarded-for", "forwarded", "x-real-ip"].iter().any(|name| headers.contains_key(*name))
}

/// Whether the request was sent to a loopback address or to `localhost`. A web page that lets its own name resolve to
/// 127.0.0.1 reaches what listens there, but sends its own name.
pub fn names_loopback(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    host.is_some_and(|host| {
        let name = host.host().trim_start_matches('[').trim_end_matches(']');
        let is_loopback = |address: IpAddr| address.to_canonical().is_loopback();
        name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(is_loopback)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn client(proxies: &TrustedProxies, peer: &str, forwarded: &[&str]) -> String {
        proxies.client(peer.parse().unwrap(), forwarded.iter().copied()).0.to_string()
    }

    #[test]
    fn nobody_is_believed_by_default() {
        assert_eq!(client(&TrustedProxies::default(), "198.51.100.7", &["203.0.113.9"]), "198.51.100.7");
    }

    #[test]
    fn the_last_stranger_before_our_proxies_counts() {
        let proxies = TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap(), "fd00::1/128".parse().unwrap()]);
        assert_eq!(client(&proxies, "10.1.2.3", &["6.6.6.6", "203.0.113.9", "10.9.9.9"]), "203.0.113.9");
        assert_eq!(client(&proxies, "::ffff:10.1.2.3", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(client(&proxies, "fd00::1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(client(&proxies, "fd00::2", &["203.0.113.9"]), "fd00::2");
        assert_eq!(client(&proxies, "10.1.2.3", &["nonsense"]), "10.1.2.3");
        assert_eq!(client(&proxies, "10.1.2.3", &["6.6.6.6", " 203.0.113.9:51234"]), "203.0.113.9");
        assert_eq!(client(&proxies, "10.1.2.3", &["[2001:db8::1]:443"]), "2001:db8::1");
        assert_eq!(client(&proxies, "10.1.2.3", &["[2001:db8::1]", "10.9.9.9:80"]), "2001:db8::1");
    }

    #[test]
    fn a_header_is_not_read_for_a_peer_that_is_not_trusted() {
        // Each part that is read counts; what is behind an untrusted peer may be as long as the header allows.
        let mut read = 0;
        let parts = vec!["203.0.113.9"; 100_000];
        let proxies = TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap()]);
        let counted = parts.iter().copied().inspect(|_| read += 1);
        assert_eq!(proxies.client("198.51.100.7".parse().unwrap(), counted).0.to_string(), "198.51.100.7");
        assert!(read <= 1, "{read}");
    }

    #[test]
    fn only_loopback_is_named_loopback() {
        let named = |host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            names_loopback(&headers)
        };
        for host in ["localhost", "LOCALHOST:3000", "127.0.0.1:3000", "127.1.2.3", "[::1]:9600", "[::ffff:127.0.0.1]:1"]
        {
            assert!(named(host), "{host}");
        }
        for host in ["evil.example:3000", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", "", "::1"] {
            assert!(!named(host), "{host}");
        }
        assert!(!names_loopback(&HeaderMap::new()));
    }

    #[test]
    fn a_whole_64_is_one_key() {
        let key = |text: &str| ClientAddress(text.parse().unwrap()).key();
        assert_eq!(key("2001:db8:1:2:3:4:5:6"), key("2001:db8:1:2:ffff::1"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("::ffff:1.2.3.4"), key("1.2.3.4"));
        let network = |text: &str| ClientAddress(text.parse().unwrap()).network();
        assert_eq!(network("2001:db8:1:2ff::1"), network("2001:db8:1:200:5::6"));
        assert_ne!(network("2001:db8:1:2ff::1"), network("2001:db8:1:300::1"));
        assert_eq!(network("::ffff:1.2.3.4"), network("1.2.3.4"));
    }
}
