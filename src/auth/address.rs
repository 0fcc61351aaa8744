//! Where a request comes from. A forwarded address is believed only from a proxy the operator has named.

use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr};

/// The address of whoever asked, for throttles only; it is never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The key of throttles: an IPv6 customer has at least a /64, so single addresses there mean nothing.
    pub fn key(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(address) => match address.to_ipv4_mapped() {
                Some(v4) => IpAddr::V4(v4),
                None => {
                    let [a, b, c, d, ..] = address.segments();
                    IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
                }
            },
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

    fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Who asked: the peer, or, where the peer is a trusted proxy, the last address in `X-Forwarded-For` that is none.
    /// What stands further left in that header was written by strangers.
    pub fn client(&self, peer: IpAddr, forwarded: impl DoubleEndedIterator<Item = String>) -> ClientAddress {
        let mut client = peer;
        for part in forwarded.rev() {
            if !self.trusts(client) {
                break;
            }
            match part.trim().parse() {
                Ok(address) => client = address,
                Err(_) => break,
            }
        }
        ClientAddress(client.to_canonical())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn client(proxies: &TrustedProxies, peer: &str, forwarded: &[&str]) -> String {
        let forwarded: Vec<String> = forwarded.iter().map(|part| (*part).to_owned()).collect();
        proxies.client(peer.parse().unwrap(), forwarded.into_iter()).0.to_string()
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
    }

    #[test]
    fn a_whole_64_is_one_key() {
        let key = |text: &str| ClientAddress(text.parse().unwrap()).key();
        assert_eq!(key("2001:db8:1:2:3:4:5:6"), key("2001:db8:1:2:ffff::1"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("::ffff:1.2.3.4"), key("1.2.3.4"));
    }
}
