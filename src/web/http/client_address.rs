//! The address that a request comes from, through the reverse proxies that are trusted.

use crate::address::ClientAddress;
use crate::web::context::AppState;
use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The address of the client.
pub fn address_of(state: &AppState, headers: &HeaderMap, extensions: &Extensions) -> ClientAddress {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let forwarded = headers.get_all("x-forwarded-for").iter();
    let forwarded = forwarded.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    if is_private(peer) && !state.proxies.trusts(peer) && headers.contains_key("x-forwarded-for") {
        // The first one stays: the status page names it.
        let _ = state.untrusted_proxy.set(peer);
    }
    state.proxies.client(peer, forwarded)
}

/// Where a reverse proxy is, as a rule: on this machine or in its network.
fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_loopback() || address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local(),
    }
}

/// The client's address of a request that passed `middleware::address`.
pub fn client(extensions: &Extensions) -> ClientAddress {
    extensions.get::<ClientAddress>().copied().unwrap_or(ClientAddress(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))
}
